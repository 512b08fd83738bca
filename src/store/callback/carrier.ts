import { readBase64, readUtf8 } from '../../base/bytes.ts'
import { MAX_CALLBACK_CHARACTERS, MAX_FORM_CALLBACK_CHARACTERS } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import type { ReceivedFields } from '../../form/upload-form.ts'
import type { RequestAddress } from '../../sign/request-address.ts'

/** The callback that an upload carries, decoded and not yet understood. */
export interface CarriedCallback {
  readonly text: string
  /** Custom variables by name, `x:` included. */
  readonly variables: ReadonlyMap<string, string>
}

/**
 * Reads the callback of a PutObject or CompleteMultipartUpload: from its headers or from its query, never from both.
 *
 * @see docs/spec/callback.md section 1
 */
export function callbackOfRequest(
  address: RequestAddress,
  headers: ReadonlyMap<string, string>,
): CarriedCallback | undefined {
  const callback = carried('callback', address, headers)
  if (callback === undefined) return undefined // variables without a callback say nothing
  const variables = carried('callback-var', address, headers)
  if (variables !== undefined && variables.by !== callback.by)
    throw new PosternError('callback-var-repeated', `The callback came in the ${callback.by}: send them there.`)
  return {
    text: callbackText(callback.value, MAX_CALLBACK_CHARACTERS),
    variables: variables === undefined ? new Map() : variablesOf(variables.value),
  }
}

/** Reads the callback of a form: one field for it, one for each variable. */
export function callbackOfForm(fields: ReceivedFields): CarriedCallback | undefined {
  const value = fields.get('callback')
  if (value === undefined || value === '') return undefined
  return {
    text: callbackText(value, MAX_FORM_CALLBACK_CHARACTERS),
    variables: new Map([...fields].filter(([name]) => name.startsWith(VARIABLE_PREFIX))),
  }
}

/** What the name of every custom variable begins with. */
export const VARIABLE_PREFIX = 'x:'

interface Carried {
  readonly by: 'header' | 'query'
  readonly value: string
}

function carried(
  name: 'callback' | 'callback-var',
  { query }: RequestAddress,
  headers: ReadonlyMap<string, string>,
): Carried | undefined {
  const inHeader = headers.get(`x-oss-${name}`)
  const inQuery = query.filter(([known]) => known === name).map(([, value]) => value)
  const all = [inHeader, ...inQuery].filter((value) => value !== undefined && value !== '')
  if (all.length > 1) throw new PosternError(`${name}-repeated`, 'Send it once.')
  const [value] = all
  return value === undefined ? undefined : { by: inHeader === value ? 'header' : 'query', value }
}

function callbackText(encoded: string, maxCharacters: number): string {
  if (encoded.length > maxCharacters)
    throw new PosternError(
      'callback-too-long',
      `It has ${encoded.length} characters of Base64; ${maxCharacters} are allowed.`,
    )
  const text = decoded(encoded)
  if (text !== undefined) return text
  const shown = encoded.slice(0, MAX_SHOWN)
  throw new PosternError('callback-not-base64', 'Send the Base64 of a JSON object in UTF-8.', {
    ArgumentName: 'callback',
    ArgumentValue: shown,
  })
}

function variablesOf(encoded: string): Map<string, string> {
  if (encoded.length > MAX_CALLBACK_CHARACTERS)
    throw new PosternError(
      'callback-var-too-long',
      `It has ${encoded.length} characters of Base64; ${MAX_CALLBACK_CHARACTERS} are allowed.`,
    )
  const text = decoded(encoded)
  if (text === undefined) throw variablesMalformed('It is not the Base64 of text in UTF-8.', encoded)
  const members = membersOf(text)
  if (members === undefined) throw variablesMalformed('It is not a JSON object.', text)
  const variables = new Map<string, string>()
  for (const [name, value] of members) {
    if (!name.startsWith(VARIABLE_PREFIX) || name === VARIABLE_PREFIX || name !== name.toLowerCase())
      throw variablesMalformed('The name of a variable is "x:" and more, in lower case.', text)
    if (typeof value !== 'string')
      throw variablesMalformed('The value of a variable is a text, in double quotes.', text)
    variables.set(name, value)
  }
  return variables
}

function membersOf(text: string): [string, unknown][] | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined
}

function decoded(encoded: string): string | undefined {
  const bytes = readBase64(encoded)
  return bytes === undefined ? undefined : readUtf8(bytes)
}

function variablesMalformed(detail: string, text: string): PosternError {
  const facts = { ArgumentName: 'callback-var', ArgumentValue: text.slice(0, MAX_SHOWN) }
  return new PosternError('callback-var-malformed', detail, facts)
}

const MAX_SHOWN = 1024

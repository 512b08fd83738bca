import { formFromAnswer } from '../form/vendor-answer.ts'
import { DebugError, type Evidence, type Sent } from './evidence.ts'
import { readAnswer, withoutAnswer } from './read-answer.ts'
import { readCurl } from './read-curl.ts'
import { readHar } from './read-har.ts'

/**
 * What a text tells of a refused form or request: a curl command line, a HAR entry or file, the fields of a form as JSON,
 * an issuer's answer, a store's error; also a request followed by its error, as a terminal shows them.
 */
export function readEvidence(text: string): Evidence {
  const answer = text.trimStart().startsWith('{') ? undefined : readAnswer(text)
  const rest = answer === undefined ? text.trim() : withoutAnswer(text).trim()
  const told = rest === '' ? {} : readRest(rest, answer !== undefined)
  if (answer === undefined && told.sent === undefined) throw new DebugError(GIVE)
  return { ...told, ...(answer && { answer }) }
}

function readRest(text: string, hasAnswer: boolean): Evidence {
  const curl = /(?:^|\n)[ \t]*(?:\$ )?(curl(?:\.exe)?\s[\s\S]*)/.exec(text)?.[1]
  if (curl !== undefined) return { sent: readCurl(commandOf(curl)) }
  const value = parsed(text)
  if (value === undefined) {
    if (hasAnswer) return {} // headers that curl -i prints before the error
    throw new DebugError(GIVE)
  }
  return readHar(value) ?? { sent: readFields(value) }
}

/** The command alone, without what it printed: up to a line end that neither a backslash nor a quote carries on. */
function commandOf(text: string): string {
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\\' && quote !== "'") at += text.startsWith('\r\n', at + 1) ? 2 : 1
    else if (quote === '' && character === '\n') return text.slice(0, at)
    else if (quote === '' && (character === "'" || character === '"')) quote = character
    else if (character === quote) quote = ''
  }
  return text
}

/** `{url, fields}`, an issuer's answer, or the fields themselves. */
function readFields(value: object): Sent {
  const all = new Map<string, unknown>(Object.entries(value))
  const fields = all.get('fields')
  const url = all.get('url')
  if (typeof fields === 'object' && fields !== null)
    return { kind: 'form', url: typeof url === 'string' ? url : undefined, fields: texts(fields) }
  const own = texts(value)
  if (own.has('policy') && OWN_NAMES.some((name) => own.has(name))) return { kind: 'form', url: undefined, fields: own }
  const form = formFromAnswer(value, { name: 'file' })
  return { kind: 'form', url: form.url, fields: texts(form.fields) }
}

function texts(value: object): ReadonlyMap<string, string> {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value)
  return new Map(entries.flatMap(([name, text]) => (typeof text === 'string' ? [[name.toLowerCase(), text]] : [])))
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** Names that fields of a form have, and answers of issuers have not: theirs are spelt otherwise. */
const OWN_NAMES = ['key', 'x-oss-credential', 'x-amz-credential', 'awsaccesskeyid']
const GIVE =
  'Give a curl command line, a HAR entry, the fields of a form as JSON, or the error\'s XML; "postern policy debug --help" has examples.'

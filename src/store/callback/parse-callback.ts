import { PosternError } from '../../base/request-errors.ts'
import { type CallbackUrl, isHost, parseCallbackUrls } from './callback-url.ts'
import { type BodyType, parseTemplate, type Template } from './template.ts'

/** What an upload asks the store to tell its application. */
export interface Callback {
  readonly urls: readonly [CallbackUrl, ...CallbackUrl[]]
  /** What `Host` says; absent: the URL's own. */
  readonly host?: string
  readonly body: Template
  /** Whether TLS names the host it wants to speak to. */
  readonly sendsServerName: boolean
}

/**
 * Reads a callback's JSON, or says what is wrong with it. A callback without a URL is none.
 *
 * @see docs/spec/callback.md section 2
 */
export function parseCallback(text: string): Callback | undefined {
  const {
    callbackUrl = '',
    callbackBody = '',
    callbackHost = '',
    callbackBodyType = '',
    callbackSNI = false,
  } = membersOf(text)
  if (typeof callbackUrl !== 'string') throw new PosternError('callback-url-invalid', 'Write a text, in double quotes.')
  if (callbackUrl === '') return undefined
  if (typeof callbackSNI !== 'boolean') throw notJson('"callbackSNI" is true or false.', text)
  const urls = parseCallbackUrls(callbackUrl)
  const host = parseHost(callbackHost)
  const body = parseBody(callbackBody, parseBodyType(callbackBodyType))
  return { urls, body, sendsServerName: callbackSNI, ...(host !== undefined && { host }) }
}

function membersOf(text: string): Readonly<Partial<Record<string, unknown>>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw notJson('Send an object, { … }.', text)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notJson('Send an object, { … }.', text)
  return Object.fromEntries(Object.entries(value))
}

function parseHost(value: unknown): string | undefined {
  if (value === '') return undefined
  if (typeof value === 'string' && isHost(value)) return value
  throw new PosternError('callback-host-invalid', 'Write a host name or an IPv4 address, perhaps with a port.', {
    ArgumentName: 'callbackHost',
    ...(typeof value === 'string' && { ArgumentValue: value.slice(0, MAX_SHOWN) }),
  })
}

function parseBodyType(value: unknown): BodyType {
  if (value === '') return FORM
  const type = BODY_TYPES.find((known) => known === value)
  if (type !== undefined) return type
  throw new PosternError('callback-body-type-invalid', `It is "${FORM}" or "${JSON_TYPE}".`, {
    ArgumentName: 'callbackBodyType',
    ...(typeof value === 'string' && { ArgumentValue: value.slice(0, MAX_SHOWN) }),
  })
}

function parseBody(value: unknown, type: BodyType): Template {
  if (typeof value !== 'string')
    throw new PosternError('callback-body-invalid', 'Write a text, in double quotes.', { ArgumentName: 'callbackBody' })
  if (value === '') throw new PosternError('callback-body-empty', 'Say what to send.', { ArgumentName: 'callbackBody' })
  return parseTemplate(value, type)
}

function notJson(detail: string, text: string): PosternError {
  const facts = { ArgumentName: 'callback', ArgumentValue: text.slice(0, MAX_SHOWN) }
  return new PosternError('callback-not-json', detail, facts)
}

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'
const BODY_TYPES = [FORM, JSON_TYPE] as const
const MAX_SHOWN = 1024

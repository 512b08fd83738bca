import { MAX_CALLBACK_URLS } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'

/** Where a callback goes: what stands in its URL, as it stands there. */
export interface CallbackUrl {
  readonly isSecure: boolean
  /** A name, or an IPv4 address in any of its spellings; never IPv6. */
  readonly host: string
  readonly port: number
  /** What `Host` says unless the callback says otherwise. */
  readonly authority: string
  /** Percent-encoded, `/` at the least. */
  readonly path: string
  /** With its `?`, or nothing. */
  readonly query: string
}

/** Reads the one to five URLs of a `callbackUrl`, separated by `;`. @see docs/spec/callback.md section 2 */
export function parseCallbackUrls(text: string): readonly [CallbackUrl, ...CallbackUrl[]] {
  const [first = '', ...others] = text.split(';')
  const count = others.length + 1
  if (count > MAX_CALLBACK_URLS)
    throw new PosternError('callback-urls-too-many', `There are ${count}; ${MAX_CALLBACK_URLS} are allowed.`)
  return [parseCallbackUrl(first), ...others.map(parseCallbackUrl)]
}

function parseCallbackUrl(text: string): CallbackUrl {
  const [, scheme = 'http', authority = '', path = '', query = ''] = URL_SHAPE.exec(text) ?? []
  const isSecure = scheme.toLowerCase() === 'https'
  if (!isSecure && scheme.toLowerCase() !== 'http') throw urlInvalid(text, 'Its scheme is http or https.')
  if (!isTarget(`${path}${query}`)) throw urlInvalid(text, 'Percent-encode its path and query.')
  const [, host, digits] = AUTHORITY_SHAPE.exec(authority) ?? []
  if (host === undefined) throw urlInvalid(text, 'Write a host name or an IPv4 address, perhaps with a port.')
  const port = digits === undefined ? portOf(isSecure) : Number(digits)
  if (port < 1 || port > MAX_PORT) throw urlInvalid(text, `A port is a number from 1 to ${MAX_PORT}.`)
  return { isSecure, host, port, authority, path: path === '' ? '/' : path, query }
}

/** Whether a text is what `Host` may hold: a name or an IPv4 address, perhaps with a port. */
export function isHost(text: string): boolean {
  return AUTHORITY_SHAPE.test(text)
}

/** The scheme may be left out: then `host:23456` is a host with its port. */
const URL_SHAPE = /^(?:([a-z][a-z\d+.-]*):\/\/)?([^/?#]*)([^?#]*)(\?[^#]*)?$/i
/** No user, no IPv6, and nothing that could end a line. */
const AUTHORITY_SHAPE = /^([a-z\d](?:[a-z\d._-]{0,251}[a-z\d.])?)(?::(\d{1,5}))?$/i
const MAX_PORT = 65_535

function portOf(isSecure: boolean): number {
  return isSecure ? 443 : 80
}

/** Whether this may stand on a request line, and can be decoded as whoever checks the signature does it. */
function isTarget(text: string): boolean {
  if (!/^[\x21-\x7e]*$/.test(text)) return false
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

function urlInvalid(text: string, detail: string): PosternError {
  const facts = { ArgumentName: 'callbackUrl', ArgumentValue: text.slice(0, MAX_SHOWN) }
  return new PosternError('callback-url-invalid', detail, facts)
}

const MAX_SHOWN = 1024

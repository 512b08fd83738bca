import type { RouteRules } from '../route.ts'
import type { Storage } from '../storage/storage.ts'
import { TOKEN_FIELD } from './callback-field.ts'

/** How a storage tells this issuer of an upload: docs/guide/completion.md. */
export interface CallbackOptions {
  /** Where the storage reaches this issuer's `POST /callback`, as the world sees it: `https://app.example/callback`. */
  readonly url: string
  /**
   * Where the public keys of storages that may call back are, exactly as they name them. OSS's own unless told otherwise; an
   * embedded store names the address of its key.
   */
  readonly keyUrls?: readonly string[]
  /** Whether the storage is asked for the object before anybody is told of it: true. docs/decisions/0023-callbacks-are-confirmed.md */
  readonly confirm?: boolean
}

/** The options, looked at once. */
export interface CallbackRules {
  readonly url: string
  readonly keyUrls: readonly string[]
  readonly confirm: boolean
}

/** docs/spec/callback.md section 5. */
const OSS_KEY_URL = 'https://gosspublic.alicdn.com/callback_pub_key_v1.pem'

/** What must hold is said at the start, not by a storage that refuses each form. */
export function readCallback(options: CallbackOptions, { dialect }: Storage): CallbackRules {
  if (dialect !== 'oss') {
    throw new TypeError('callback: this storage makes none. Leave it out; browsers report with POST /uploads/complete.')
  }
  const { keyUrls = [OSS_KEY_URL], confirm = true } = options
  if (keyUrls.length === 0) throw new TypeError('callback.keyUrls is empty, so no callback could be verified.')
  return { url: readCallbackUrl(options.url), keyUrls: keyUrls.map(readKeyUrl), confirm }
}

/** A route that fills in the callback's fields itself would put each into a form twice. */
export function checkCallbackRoutes(routes: ReadonlyMap<string, RouteRules>): void {
  for (const { name, callback, fields } of routes.values()) {
    const own = Object.keys(fields).find((field) => ['callback', TOKEN_FIELD].includes(field.toLowerCase()))
    if (callback && own !== undefined)
      throw new TypeError(
        `routes.${name}.fields: "${own}" is the issuer's to fill in, unless the route says callback: false.`,
      )
  }
}

/** docs/spec/callback.md section 2: several addresses are divided by `;`, and IPv6 is not taken. */
function readCallbackUrl(text: string): string {
  const url = readUrl('callback.url', text)
  if (url.hostname.startsWith('[')) throw new TypeError('callback.url: OSS calls no IPv6 address.')
  if (url.href.includes(';')) throw new TypeError('callback.url: give one address, without ";".')
  checkDecodable(url.pathname)
  return url.href
}

function readKeyUrl(text: string): string {
  return readUrl('callback.keyUrls', text).href
}

function readUrl(what: string, text: string): URL {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined
  const isPlain = url !== undefined && url.username === '' && url.password === '' && url.hash === ''
  if (isPlain && (url.protocol === 'https:' || url.protocol === 'http:')) return url
  throw new TypeError(`${what} must be an address such as https://app.example/callback, without user or fragment.`)
}

function checkDecodable(path: string): void {
  try {
    decodeURIComponent(path)
  } catch {
    throw new TypeError(`callback.url: its path ${path} cannot be percent-decoded, so no signature could cover it.`)
  }
}

import { lookup as lookupHost } from 'node:dns/promises'
import { join } from 'node:path'
import { CALLBACK_TIMEOUT_MS, MAX_OPEN_CALLBACKS } from '../../base/limits.ts'
import { type AddressRule, addressRule } from './callback-address.ts'
import { type CallbackKey, openCallbackKey } from './callback-key.ts'

export interface CallbackOptions {
  /**
   * Where callbacks may go, `['public']` unless told otherwise: `public`, `loopback`, `private`, an IPv4 address, or a
   * network such as `172.18.0.0/16`. With `[]` every callback is refused.
   */
  readonly allow?: readonly string[]
  /** How applications reach the store, to fetch the key that signs its callbacks: `https://store.example`. Absent: where it listens. */
  readonly publicUrl?: string
  /** How long an application may take: five seconds, as on OSS, or less in a test that does not want to wait. */
  readonly timeoutMs?: number
}

/** All that callbacks of one store share. */
export interface Callbacks {
  readonly mayGoTo: AddressRule
  /** The IPv4 addresses of a host; none where it has none. */
  readonly addressesOf: (host: string) => Promise<readonly string[]>
  readonly key: () => Promise<CallbackKey>
  /** Where applications fetch the public key. */
  readonly keyUrl: () => string
  readonly timeoutMs: number
  /** Whether the next URL of a callback should not be tried any more. */
  readonly isClosing: () => boolean
  /** Does this while too many are not done yet; else gives `undefined` at once. */
  run<Result>(callback: () => Promise<Result>): Promise<Result> | undefined
  /** Waits for the applications that are being called; the next URLs of a callback are not tried any more. */
  close(): Promise<void>
}

/** @param listensAt the URL where the store is served, once it is */
export async function openCallbacks(
  data: string,
  { allow = ['public'], publicUrl, timeoutMs = CALLBACK_TIMEOUT_MS }: CallbackOptions,
  listensAt: () => string | undefined,
): Promise<Callbacks> {
  const base = publicUrl === undefined ? undefined : readPublicUrl(publicUrl)
  const open = new Set<Promise<unknown>>()
  let closing = false
  return {
    mayGoTo: addressRule(allow),
    addressesOf: systemAddresses,
    key: await openCallbackKey(join(data, 'callback-key.pem')),
    keyUrl: () => `${base ?? listensAt() ?? NOWHERE}${CALLBACK_KEY_PATH}`,
    timeoutMs: readTimeout(timeoutMs),
    isClosing: () => closing,
    run(callback) {
      if (open.size >= MAX_OPEN_CALLBACKS) return undefined
      const result = callback()
      const ended = result.finally(() => open.delete(ended))
      open.add(ended)
      return ended
    },
    async close() {
      closing = true
      await Promise.allSettled(open)
    },
  }
}

/** No bucket can be called so: its name would have an underscore. */
export const CALLBACK_KEY_BUCKET = '_postern'
export const CALLBACK_KEY_NAME = 'callback_pub_key.pem'
const CALLBACK_KEY_PATH = `/${CALLBACK_KEY_BUCKET}/${CALLBACK_KEY_NAME}`
/** Of a store that nobody can reach: it is used through its handler. */
const NOWHERE = 'http://127.0.0.1'

/** An address without anything behind its path, and without a slash at its end. */
export function readPublicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlain =
    url !== undefined &&
    ['http:', 'https:'].includes(url.protocol) &&
    url.username + url.password + url.search + url.hash === ''
  if (isPlain) return url.href.replace(/\/+$/, '')
  throw new TypeError(`"${text}" is no public URL of a store: write it as in "https://store.example".`)
}

function readTimeout(ms: number): number {
  if (ms > 0 && ms <= CALLBACK_TIMEOUT_MS) return ms
  throw new TypeError(`callbacks.timeoutMs is ${ms}: give at most ${CALLBACK_TIMEOUT_MS}.`)
}

/** Only IPv4: OSS does not call back over IPv6, and one kind of address is one rule. */
async function systemAddresses(host: string): Promise<readonly string[]> {
  try {
    return (await lookupHost(host, { family: 4, all: true })).map(({ address }) => address)
  } catch {
    return [] // unknown, or nobody there to ask: the same to whoever wants to go there
  }
}

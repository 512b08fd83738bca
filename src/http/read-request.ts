import type { IncomingMessage } from 'node:http'
import type { Departure } from './departure.ts'
import type { StoreRequest } from './exchange.ts'

/** Node's request → ours: nothing decoded, nothing dropped. `undefined` where two Host headers leave open who is meant. */
export function readRequest(
  incoming: IncomingMessage,
  body: AsyncIterable<Uint8Array>,
  departure: Departure,
): StoreRequest | undefined {
  const headers = joined(incoming.rawHeaders)
  if (headers === undefined) return undefined
  const { target, host } = splitAuthority(incoming.url ?? '')
  if (host !== undefined) headers.set('host', host)
  return {
    method: incoming.method ?? '',
    target,
    headers,
    body,
    clientAddress: plainAddress(incoming.socket.remoteAddress),
    get signal() {
      return departure.signal
    },
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2 for Host */
function joined(raw: readonly string[]): Map<string, string> | undefined {
  const headers = new Map<string, string>()
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase()
    const value = raw[at + 1] ?? ''
    const before = headers.get(name)
    if (before !== undefined && name === 'host') return undefined
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return headers
}

/**
 * A target with the whole URL, as proxies send it, names the host itself, and that counts in place of the header. One
 * with a user's name or without a host stays as it is: the handler refuses it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
 */
function splitAuthority(target: string): { readonly target: string; readonly host?: string } {
  if (target.startsWith('/')) return { target }
  const [, host, path = ''] = /^https?:\/\/([^/?#@]+)((?:[/?].*)?)$/i.exec(target) ?? []
  if (host === undefined) return { target }
  return { target: path.startsWith('/') ? path : `/${path}`, host }
}

/** A socket that takes both families shows an IPv4 peer as `::ffff:192.0.2.1`. */
export function plainAddress(address = ''): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
}

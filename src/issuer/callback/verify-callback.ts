import { createHash, type KeyObject, verify } from 'node:crypto'
import { readBase64, utf8 } from '../../base/bytes.ts'
import { PosternError } from '../../base/issuer-errors.ts'

/** What a callback's signature covers, as it was received, and what it should be. */
export interface ReceivedCallback {
  readonly headers: Headers
  readonly body: Uint8Array
  /** The address that the storage was told. */
  readonly url: string
  /** The address at which it came in: another one behind a proxy. */
  readonly receivedAt: string
}

/** A path and a query with its `?`, as they stand in an address. */
interface Target {
  readonly path: string
  readonly query: string
}

/**
 * Checks a callback's signature: over the address that the storage was told, not the one that a proxy made of it. Refuses
 * with `callback-unverified`, saying what is missing or differs; all that it says of, its sender has seen.
 *
 * @see docs/spec/callback.md section 5
 */
export function verifyCallback(callback: ReceivedCallback, key: KeyObject): void {
  const { headers, body } = callback
  const signature = readBase64(needHeader(headers, 'authorization'))
  if (signature === undefined) throw unverified('Its Authorization is not Base64.')
  const told = targetOf(callback.url)
  if (isSigned(told, body, key, signature)) return
  throw unverified(whyNot(callback, told, (target) => isSigned(target, body, key, signature)))
}

/** A header that a callback cannot be verified without. */
export function needHeader(headers: Headers, name: string): string {
  const value = headers.get(name)
  if (value) return value
  throw unverified(`It has no ${name}. Was it sent by a storage, and does a proxy pass its headers on?`)
}

function isSigned({ path, query }: Target, body: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  const decoded = decodePath(path)
  return decoded !== undefined && verify('RSA-MD5', Buffer.concat([utf8(`${decoded}${query}\n`), body]), key, signature)
}

/** The first reason that explains the mismatch: the address, then the body, then the key. */
function whyNot({ headers, body, receivedAt }: ReceivedCallback, told: Target, holds: (target: Target) => boolean) {
  const received = targetOf(receivedAt)
  const others = [{ path: told.path, query: received.query }, { path: received.path, query: told.query }, received]
  const signed = others.find(holds)
  if (signed !== undefined) {
    const parts = [signed.path !== told.path && 'path', signed.query !== told.query && 'query'].filter(Boolean)
    return `It is signed for another ${parts.join(' and ')} than callback.url has: ${signed.path}${signed.query}. Set callback.url to the address that the storage calls.`
  }
  const digest = headers.get('content-md5')
  if (digest !== null && digest !== createHash('md5').update(body).digest('base64'))
    return 'Its body is not the one that was sent: Content-MD5 differs. Does a proxy change it?'
  return `Its signature goes with no address we know: neither ${told.path}${hidden(told.query)} nor ${received.path}${received.query}. The path or the body was changed, or it was signed with another key.`
}

/** Whoever is refused need not learn it: an application may have put a secret there. */
function hidden(query: string): string {
  return query === '' ? '' : '?…'
}

/** Cut by hand: what was signed is the text, and a URL object would write it anew. */
function targetOf(url: string): Target {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const mark = url.indexOf('?', start)
  return mark === -1 ? { path: url.slice(start), query: '' } : { path: url.slice(start, mark), query: url.slice(mark) }
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

function unverified(detail: string): PosternError {
  return new PosternError('callback-unverified', detail)
}

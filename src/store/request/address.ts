import { isIP } from 'node:net'
import { readUtf8 } from '../../base/bytes.ts'
import { PosternError } from '../../base/request-errors.ts'
import type { StoreRequest } from '../../http/exchange.ts'
import type { RequestAddress } from '../../sign/request-address.ts'

/** What a request points at, and where its bucket was named. */
export interface Address extends RequestAddress {
  readonly style: 'host' | 'path'
}

/** How a host names a bucket. */
export interface BucketHosts {
  /** Suffixes below which the first label is the bucket. */
  readonly domains: readonly string[]
  /** Hosts, without a port, that stand for one bucket each. */
  readonly cnames: ReadonlyMap<string, string>
}

/**
 * What a request points at. Nearly always one reading; two where host and path name the same bucket: then only the
 * signature can say whether the path's first segment is the bucket again or the key's beginning.
 *
 * @see docs/spec/clients.md
 */
export function readAddress(request: StoreRequest, hosts: BucketHosts): readonly [Address, ...Address[]] {
  const { method } = request
  const { path, query } = splitTarget(request.target)
  const bucket = bucketOfHost(request.headers.get('host') ?? '', hosts)
  const inPath: Address = { method, query, style: 'path', ...splitPath(path) }
  if (bucket === undefined) return [inPath]

  const inHost: Address = { method, query, style: 'host', bucket, ...(path !== '' && { key: path }) }
  return inPath.bucket === bucket ? [inPath, inHost] : [inHost]
}

/** `http://<host>/…`: where this object is fetched. Slashes are encoded, so that no client folds `a/../b`. */
export function objectUrl(host: string, address: Address, key: string): string {
  const bucket = address.style === 'path' ? `${address.bucket}/` : ''
  return `http://${host}/${bucket}${encodeURIComponent(key)}`
}

/** The suffixes below which a host's first label is the bucket; the longest first, because one may end with another. */
export function hostSuffixes(domains: readonly string[]): readonly string[] {
  const all = ['localhost', ...domains.map((domain) => domain.toLowerCase())]
  return all.sort((one, other) => other.length - one.length)
}

/** The bucket that a host names, or `undefined` where it names none. */
export function bucketOfHost(host: string, { domains, cnames }: BucketHosts): string | undefined {
  const name = withoutPort(host).toLowerCase()
  const mapped = cnames.get(name)
  if (mapped !== undefined) return mapped
  if (isIP(name) !== 0) return undefined
  const domain = domains.find((suffix) => name.endsWith(`.${suffix}`)) ?? ossDomain(name)
  if (domain === undefined) return undefined
  const bucket = name.slice(0, -domain.length - 1)
  return NO_BUCKET.has(bucket) ? undefined : bucket
}

/** What ali-oss puts before the region's host where it names no bucket. docs/spec/clients.md, docs/spec/object-api.md section 1 */
const NO_BUCKET = new Set(['', 'undefined'])

/** `oss-<region>.aliyuncs.com`, where the host ends so. */
function ossDomain(name: string): string | undefined {
  if (!name.endsWith(OSS_SUFFIX)) return undefined
  const before = name.slice(0, -OSS_SUFFIX.length)
  const region = before.slice(before.lastIndexOf('.') + 1)
  return region.startsWith('oss-') ? `${region}${OSS_SUFFIX}` : undefined
}

const OSS_SUFFIX = '.aliyuncs.com'

function withoutPort(host: string): string {
  if (host.startsWith('[')) return host.slice(1, Math.max(1, host.indexOf(']')))
  const colon = host.indexOf(':')
  return colon === -1 ? host : host.slice(0, colon)
}

function splitTarget(target: string): { path: string; query: readonly (readonly [string, string])[] } {
  if (!target.startsWith('/')) throw uriInvalid(`The target of a request begins with "/"; this one is "${target}".`)
  const mark = target.indexOf('?')
  const path = decoded(mark === -1 ? target : target.slice(0, mark)).slice(1)
  const pairs = mark === -1 ? [] : target.slice(mark + 1).split('&')
  return { path, query: pairs.filter((pair) => pair !== '').map(splitPair) }
}

function splitPath(path: string): { bucket?: string; key?: string } {
  if (path === '') return {}
  const slash = path.indexOf('/')
  if (slash === -1) return { bucket: path }
  const key = path.slice(slash + 1)
  return { bucket: path.slice(0, slash), ...(key !== '' && { key }) }
}

function splitPair(pair: string): readonly [string, string] {
  const text = pair.replaceAll('+', ' ')
  const equals = text.indexOf('=')
  return equals === -1 ? [decoded(text), ''] : [decoded(text.slice(0, equals)), decoded(text.slice(equals + 1))]
}

/** Percent-decoded once, by hand: `decodeURIComponent` throws its own error, and takes raw bytes for characters. */
function decoded(text: string): string {
  const raw = Buffer.from(text, 'latin1')
  const bytes = new Uint8Array(raw.length)
  let length = 0
  for (let at = 0; at < raw.length; at++) {
    let byte = raw[at] ?? 0
    if (byte === PERCENT) {
      if (!isHexPair(text, at + 1)) throw uriInvalid(`"%" must be followed by two hexadecimal digits, in "${text}".`)
      byte = Number.parseInt(text.slice(at + 1, at + 3), 16)
      at += 2
    }
    bytes[length++] = byte
  }
  const value = readUtf8(bytes.subarray(0, length))
  if (value === undefined) throw uriInvalid(`After percent-decoding, "${text}" is not UTF-8.`)
  return value
}

function isHexPair(text: string, at: number): boolean {
  return HEX.has(text[at] ?? '') && HEX.has(text[at + 1] ?? '')
}

const PERCENT = 0x25
const HEX = new Set('0123456789abcdefABCDEF')

function uriInvalid(detail: string): PosternError {
  return new PosternError('request-uri-invalid', detail)
}

import { createHash } from 'node:crypto'
import type { RequestAddress } from './request-address.ts'
import { SUB_RESOURCES } from './sub-resources.ts'

/** Headers by name in lower case. */
export type Headers = ReadonlyMap<string, string>

/** The only payload hash that OSS takes: the body is not signed. EC 0002-00000214 */
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD'

/** The text that a V1 signature covers. `date` is the request's date, or the `Expires` of a presigned URL. */
export function stringToSignV1(address: RequestAddress, headers: Headers, date: string): string {
  const { method } = address
  const md5 = headers.get('content-md5') ?? ''
  const type = headers.get('content-type') ?? ''
  const ossHeaders = headerLines(headers, (name) => name.startsWith(OSS_HEADER))
  return `${method}\n${md5}\n${type}\n${date}\n${ossHeaders}${path(address)}${subResources(address)}`
}

/** The text of a request that a V4 signature covers. @see docs/spec/auth.md section 3 */
export function canonicalRequest(address: RequestAddress, headers: Headers, additional: readonly string[]): string {
  const names = additionalNames(headers, additional)
  return [
    address.method,
    encode(path(address)).replaceAll('%2F', '/'),
    canonicalQuery(address),
    headerLines(headers, (name) => alwaysSigned(name) || names.includes(name)),
    names.join(';'),
    UNSIGNED_PAYLOAD,
  ].join('\n')
}

/** What a V4 signature is made of: the canonical request's hash, and when and for what scope it was signed. */
export function stringToSignV4(canonical: string, date: string, scope: string): string {
  return `OSS4-HMAC-SHA256\n${date}\n${scope}\n${createHash('sha256').update(canonical).digest('hex')}`
}

/** The headers signed on demand: in lower case, sorted, without those that are absent or signed anyway. */
export function additionalNames(headers: Headers, asked: readonly string[]): string[] {
  const names = new Set(asked.map((name) => name.toLowerCase()))
  return [...names].filter((name) => headers.get(name) && !alwaysSigned(name)).sort()
}

/** Percent-encoding that leaves only `A–Z a–z 0–9 - . _ ~`. */
export function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** A key as it stands in a URL's path. */
export function keyPath(key: string): string {
  return encode(key).replaceAll('%2F', '/')
}

/** A parameter as it stands in a URL: no `=` where the value is empty. */
export function encodePair([name, value]: readonly [string, string]): string {
  return value === '' ? encode(name) : `${encode(name)}=${encode(value)}`
}

const OSS_HEADER = 'x-oss-'

function alwaysSigned(name: string): boolean {
  return name === 'content-type' || name === 'content-md5' || name.startsWith(OSS_HEADER)
}

function headerLines(headers: Headers, isSigned: (name: string) => boolean): string {
  const names = [...headers.keys()].filter(isSigned).sort()
  return names.map((name) => `${name}:${headers.get(name)?.trim()}\n`).join('')
}

/** The bucket stands in front, wherever the request named it. */
function path({ bucket, key = '' }: RequestAddress): string {
  return bucket === undefined ? '/' : `/${bucket}/${key}`
}

function subResources({ query }: RequestAddress): string {
  const signed = query.filter(([name]) => SUB_RESOURCES.has(name)).sort(byNameAndValue)
  const pairs = signed.map(([name, value]) => (value === '' ? name : `${name}=${value}`))
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** All parameters but the signature itself, sorted by their encoded text: name first, then value. */
function canonicalQuery({ query }: RequestAddress): string {
  const signed = query.filter(([name]) => name !== 'x-oss-signature')
  const encoded = signed.map(([name, value]): [string, string] => [encode(name), encode(value)]).sort(byNameAndValue)
  return encoded.map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join('&')
}

function byNameAndValue([nameA, a]: readonly [string, string], [nameB, b]: readonly [string, string]): number {
  return compare(nameA, nameB) || compare(a, b)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

import {
  additionalNames,
  encodePair,
  type Headers,
  keyPath,
  stringToSignV1,
  UNSIGNED_PAYLOAD,
} from './canonical-request.ts'
import { compactDate } from './date.ts'
import { hmacSha1 } from './hmac.ts'
import { V4_ALGORITHM } from './oss-v4.ts'
import type { RequestAddress } from './request-address.ts'
import { lowerCase, type RequestScheme, type RequestSchemeV4, scopeOf, signatureV4 } from './request-scheme.ts'
import { MAX_URL_LIFE_SECONDS } from './request-v4.ts'
import { type Credential, checkCredential, tokenField } from './signer.ts'

/**
 * The headers to send with a request: those given, the date, the security token, and the Authorization.
 *
 * @example
 * const address = { method: 'GET', bucket: 'photos', key: 'a.png', query: [] }
 * const headers = signRequest(address, {}, credential, { scheme: 'oss-v4', region: 'cn-hangzhou' }, new Date())
 * await fetch('https://photos.oss-cn-hangzhou.aliyuncs.com/a.png', { headers })
 *
 * @see docs/spec/auth.md sections 1 and 3
 */
export function signRequest(
  address: RequestAddress,
  headers: Readonly<Record<string, string>>,
  credential: Credential,
  how: RequestScheme,
  now: Date,
): Record<string, string> {
  checkCredential(credential)
  const sent = { ...headers, ...tokenField('x-oss-security-token', credential) }
  return how.scheme === 'oss-v1' ? signV1(address, sent, credential, now) : signV4(address, sent, credential, how, now)
}

/**
 * The query of a presigned URL, the address's own parameters first. `headers` are those that the request will carry.
 *
 * @see docs/spec/auth.md sections 2 and 4
 */
export function presignQuery(
  address: RequestAddress,
  headers: Readonly<Record<string, string>>,
  credential: Credential,
  how: RequestScheme & { readonly expiresInSeconds: number },
  now: Date,
): (readonly [string, string])[] {
  checkCredential(credential)
  return how.scheme === 'oss-v1'
    ? presignV1(address, lowerCase(headers), credential, how.expiresInSeconds, now)
    : presignV4(address, lowerCase(headers), credential, how, now)
}

/**
 * A URL that lets whoever holds it make one kind of request for a while. `base` is where the bucket's keys begin:
 * `https://photos.oss-cn-hangzhou.aliyuncs.com/`, or `http://127.0.0.1:9000/photos/`.
 *
 * @example
 * const address = { method: 'GET', bucket: 'photos', key: 'a.png', query: [] }
 * const how = { scheme: 'oss-v4', region: 'cn-hangzhou', expiresInSeconds: 600 } as const
 * const url = presignUrl('https://photos.oss-cn-hangzhou.aliyuncs.com/', address, {}, credential, how, new Date())
 *
 * @see docs/spec/auth.md sections 2 and 4
 */
export function presignUrl(
  base: string,
  address: RequestAddress,
  headers: Readonly<Record<string, string>>,
  credential: Credential,
  how: RequestScheme & { readonly expiresInSeconds: number },
  now: Date,
): string {
  return requestUrl(base, { ...address, query: presignQuery(address, headers, credential, how, now) })
}

/** Where a request goes: below `base`, where the bucket's keys begin. */
export function requestUrl(base: string, { key = '', query }: RequestAddress): string {
  const url = `${base}${base.endsWith('/') ? '' : '/'}${keyPath(key)}`
  return query.length === 0 ? url : `${url}?${query.map(encodePair).join('&')}`
}

function signV1(
  address: RequestAddress,
  headers: Readonly<Record<string, string>>,
  { accessKeyId, accessKeySecret }: Credential,
  now: Date,
): Record<string, string> {
  const date = now.toUTCString()
  const sent = { ...headers, 'x-oss-date': date }
  const signature = hmacSha1(accessKeySecret, stringToSignV1(address, lowerCase(sent), date))
  return { ...sent, authorization: `OSS ${accessKeyId}:${signature}` }
}

function signV4(
  address: RequestAddress,
  headers: Readonly<Record<string, string>>,
  credential: Credential,
  how: RequestSchemeV4,
  now: Date,
): Record<string, string> {
  const date = compactDate(now)
  const sent = { ...headers, 'x-oss-date': date, 'x-oss-content-sha256': UNSIGNED_PAYLOAD }
  const scope = scopeOf(how, date)
  const names = additionalNames(lowerCase(sent), how.additionalHeaders ?? [])
  const additional = names.length === 0 ? '' : `AdditionalHeaders=${names.join(';')},`
  const signature = signatureV4(address, lowerCase(sent), names, credential, date, scope)
  const authorization = `${V4_ALGORITHM} Credential=${credential.accessKeyId}/${scope},${additional}Signature=${signature}`
  return { ...sent, authorization }
}

function presignV1(
  address: RequestAddress,
  headers: Headers,
  { accessKeyId, accessKeySecret, securityToken }: Credential,
  expiresInSeconds: number,
  now: Date,
): (readonly [string, string])[] {
  if (!(expiresInSeconds >= 1)) throw new TypeError(`A URL must live for a second at least, not ${expiresInSeconds}.`)
  const expires = String(Math.floor(now.getTime() / 1000) + Math.floor(expiresInSeconds))
  const query: (readonly [string, string])[] = [...address.query]
  if (securityToken) query.push(['security-token', securityToken])
  const signature = hmacSha1(accessKeySecret, stringToSignV1({ ...address, query }, headers, expires))
  query.push(['OSSAccessKeyId', accessKeyId], ['Expires', expires], ['Signature', signature])
  return query
}

function presignV4(
  address: RequestAddress,
  headers: Headers,
  credential: Credential,
  how: RequestSchemeV4 & { readonly expiresInSeconds: number },
  now: Date,
): (readonly [string, string])[] {
  const { expiresInSeconds } = how
  if (!(expiresInSeconds >= 1 && expiresInSeconds <= MAX_URL_LIFE_SECONDS))
    throw new TypeError(`A URL lives from 1 to ${MAX_URL_LIFE_SECONDS} seconds, not ${expiresInSeconds}.`)
  const date = compactDate(now)
  const scope = scopeOf(how, date)
  const names = additionalNames(headers, how.additionalHeaders ?? [])
  const query: (readonly [string, string])[] = [
    ...address.query,
    ['x-oss-signature-version', V4_ALGORITHM],
    ['x-oss-credential', `${credential.accessKeyId}/${scope}`],
    ['x-oss-date', date],
    ['x-oss-expires', String(Math.floor(expiresInSeconds))],
  ]
  if (names.length > 0) query.push(['x-oss-additional-headers', names.join(';')])
  if (credential.securityToken) query.push(['x-oss-security-token', credential.securityToken])
  query.push(['x-oss-signature', signatureV4({ ...address, query }, headers, names, credential, date, scope)])
  return query
}

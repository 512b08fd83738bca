import { PosternError } from '../base/known-errors.ts'
import { MAX_SIGNATURE_LIFE_MS } from '../base/limits.ts'
import { quoted } from '../policy/phrase.ts'
import { headerNames, parseAuthorization } from './authorization-v4.ts'
import { canonicalRequest, type Headers, stringToSignV4, UNSIGNED_PAYLOAD } from './canonical-request.ts'
import { compactDate, parseCompactDate, refuseDateAhead } from './date.ts'
import type { VerifyOptions } from './form-scheme.ts'
import { hmacSha256, signingKey } from './hmac.ts'
import { V4_ALGORITHM, V4_KEY_PREFIX, V4_TERMINATOR } from './oss-v4.ts'
import type { RequestAddress } from './request-address.ts'
import { authenticationQuery, type RequestClaim, refuseExpired, requestDate } from './request-claim.ts'
import { parseCredential, type ScopedCredential } from './scope.ts'
import { checkOssRegion } from './scoped-scheme.ts'

export const MAX_URL_LIFE_SECONDS = MAX_SIGNATURE_LIFE_MS / 1000

/** Any of these in a URL says that it is presigned with V4. @see docs/spec/auth.md section 4 */
export const URL_V4_MARKS: ReadonlySet<string> = new Set([
  'x-oss-signature-version',
  'x-oss-credential',
  'x-oss-signature',
])
const URL_V4_NAMES = new Set([
  ...URL_V4_MARKS,
  'x-oss-date',
  'x-oss-expires',
  'x-oss-additional-headers',
  'x-oss-security-token',
])

/** Reads `Authorization: OSS4-HMAC-SHA256 Credential=…,Signature=…`. @see docs/spec/auth.md section 3 */
export function readHeaderV4(
  address: RequestAddress,
  headers: Headers,
  authorization: string,
  now: Date,
  options: VerifyOptions,
): RequestClaim {
  const parts = parseAuthorization(authorization)
  const credential = readCredential(parts.credential, 'authorization-credential-malformed')
  const { date } = requestDate(headers, now)
  checkDay(credential, compactDate(date))
  checkOssRegion(credential.region, options)
  const token = headers.get('x-oss-security-token')
  const signed = { date: compactDate(date), token, signature: parts.signature, additional: parts.additional }
  return claim('header', address, headers, credential, signed)
}

/** Reads a V4 presigned URL. @see docs/spec/auth.md section 4 */
export function readUrlV4(address: RequestAddress, headers: Headers, now: Date, options: VerifyOptions): RequestClaim {
  const query = authenticationQuery(address, URL_V4_NAMES)
  const version = parameter(query, 'x-oss-signature-version')
  if (version !== V4_ALGORITHM) throw invalid(`x-oss-signature-version is ${quoted(version)}; write "${V4_ALGORITHM}".`)
  const credential = readCredential(parameter(query, 'x-oss-credential'), 'query-authentication-invalid')
  const text = parameter(query, 'x-oss-date')
  const date = parseCompactDate(text)
  if (date === undefined) throw invalid(`x-oss-date is ${quoted(text)}; write it as in "${compactDate(now)}".`)
  checkDay(credential, text)
  refuseDateAhead(date, now)
  const life = parseLife(query.get('x-oss-expires') ?? parameter(query, 'x-oss-expires')) // empty: EC 0002-00000216
  refuseExpired(new Date(date.getTime() + life * 1000), now)
  checkOssRegion(credential.region, options)
  return claim('url', address, headers, credential, {
    date: text,
    token: query.get('x-oss-security-token'),
    signature: parameter(query, 'x-oss-signature'),
    additional: headerNames(query.get('x-oss-additional-headers')),
  })
}

interface Signed {
  readonly date: string
  readonly token: string | undefined
  readonly signature: string
  readonly additional: readonly string[]
}

function claim(
  by: 'header' | 'url',
  address: RequestAddress,
  headers: Headers,
  { accessKeyId, scope }: ScopedCredential,
  { date, token, signature, additional }: Signed,
): RequestClaim {
  checkHeaders(by, headers, additional)
  const canonical = canonicalRequest(address, headers, additional)
  const stringToSign = stringToSignV4(canonical, date, scope)
  return {
    scheme: 'oss-v4',
    by,
    accessKeyId,
    signature,
    securityToken: token || undefined,
    stringToSign,
    canonicalRequest: canonical,
    signatureBy: (credential) => hmacSha256(signingKey(credential, V4_KEY_PREFIX, scope), stringToSign),
  }
}

function readCredential(
  text: string,
  code: 'authorization-credential-malformed' | 'query-authentication-invalid',
): ScopedCredential {
  const credential = parseCredential(text, ['oss', 'oss-cloudbox'], V4_TERMINATOR)
  if (typeof credential !== 'string' && credential.accessKeyId !== '') return credential
  const why = typeof credential === 'string' ? credential : 'it begins with a slash'
  const shape = `<access key id>/<YYYYMMDD>/<region>/oss/${V4_TERMINATOR}`
  throw new PosternError(code, `The credential is ${quoted(text)}: ${why}. Write ${shape}.`)
}

function checkDay(credential: ScopedCredential, date: string): void {
  if (credential.date === date.slice(0, 8)) return
  const day = quoted(credential.date)
  throw new PosternError('authorization-date', `The credential is for the day ${day}, the request is dated ${date}.`)
}

/** A hash that is not checked must not look as if it were; a header that is named as signed must be there. */
function checkHeaders(by: 'header' | 'url', headers: Headers, additional: readonly string[]): void {
  const hash = headers.get('x-oss-content-sha256') ?? UNSIGNED_PAYLOAD
  if (hash !== UNSIGNED_PAYLOAD)
    throw new PosternError('content-sha256-invalid', `It is ${quoted(hash)}; write "${UNSIGNED_PAYLOAD}".`)
  const absent = additional.find((name) => !headers.has(name.toLowerCase()))
  if (absent !== undefined)
    throw new PosternError(
      by === 'url' ? 'query-authentication-invalid' : 'authorization-malformed',
      `${quoted(absent)} is named as signed, but the request has no such header.`,
    )
}

function parameter(query: ReadonlyMap<string, string>, name: string): string {
  const value = query.get(name)
  if (value === undefined || value === '') throw invalid(`The URL lacks ${name}; was it cut at an "&"?`)
  return value
}

/** @see docs/spec/auth.md section 4: seconds of life, whatever one page of the vendor's says */
function parseLife(text: string): number {
  const seconds = text.length <= 6 && /^\d+$/.test(text) ? Number(text) : 0
  if (seconds >= 1 && seconds <= MAX_URL_LIFE_SECONDS) return seconds
  throw new PosternError(
    'query-expires-range',
    `x-oss-expires is ${quoted(text)}: write the seconds that the URL lives, from 1 to ${MAX_URL_LIFE_SECONDS}.`,
  )
}

function invalid(detail: string): PosternError {
  return new PosternError('query-authentication-invalid', detail)
}

import { createHash } from 'node:crypto'
import { encode, UNSIGNED_PAYLOAD } from './canonical-request.ts'
import { compactDate } from './date.ts'
import { hmacSha256, signingKey } from './hmac.ts'
import { MAX_URL_LIFE_SECONDS } from './request-v4.ts'
import { type Credential, checkCredential } from './signer.ts'

/** A request as S3's V4 covers it: the address as it is sent, host and path included. */
export interface S3Request {
  readonly method: string
  /** Without a query; percent-encoded as it is sent. */
  readonly url: string
  readonly query: readonly (readonly [name: string, value: string])[]
  /** Those that are signed, beside `host`. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The headers to send with a request to an S3 engine. The body is not signed, unless `x-amz-content-sha256` is among the
 * headers.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function signS3Request(
  request: S3Request,
  credential: Credential,
  region: string,
  now: Date,
): Record<string, string> {
  checkCredential(credential)
  const date = compactDate(now)
  const headers = {
    'x-amz-content-sha256': UNSIGNED_PAYLOAD,
    ...request.headers,
    'x-amz-date': date,
    ...(credential.securityToken && { 'x-amz-security-token': credential.securityToken }),
  }
  const scope = scopeOf(date, region)
  const { names, signature } = signatureOf({ ...request, headers }, credential, date, scope)
  const authorization = `${ALGORITHM} Credential=${credential.accessKeyId}/${scope},SignedHeaders=${names},Signature=${signature}`
  return { ...headers, authorization }
}

/**
 * A URL that lets whoever holds it make this one request for a while; its headers must be sent as they are here.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function presignS3Url(
  request: S3Request,
  credential: Credential,
  region: string,
  expiresInSeconds: number,
  now: Date,
): string {
  checkCredential(credential)
  if (!(expiresInSeconds >= 1 && expiresInSeconds <= MAX_URL_LIFE_SECONDS))
    throw new TypeError(`A URL lives from 1 to ${MAX_URL_LIFE_SECONDS} seconds, not ${expiresInSeconds}.`)
  const date = compactDate(now)
  const scope = scopeOf(date, region)
  const query: (readonly [string, string])[] = [
    ...request.query,
    ['X-Amz-Algorithm', ALGORITHM],
    ['X-Amz-Credential', `${credential.accessKeyId}/${scope}`],
    ['X-Amz-Date', date],
    ['X-Amz-Expires', String(Math.floor(expiresInSeconds))],
    ['X-Amz-SignedHeaders', signedHeaders(request).names],
  ]
  if (credential.securityToken) query.push(['X-Amz-Security-Token', credential.securityToken])
  const { signature } = signatureOf({ ...request, query }, credential, date, scope)
  return `${request.url}?${canonicalQuery(query)}&X-Amz-Signature=${signature}`
}

/** Where a request goes. */
export function s3RequestUrl({ url, query }: S3Request): string {
  return query.length === 0 ? url : `${url}?${canonicalQuery(query)}`
}

const ALGORITHM = 'AWS4-HMAC-SHA256'

function scopeOf(date: string, region: string): string {
  return `${date.slice(0, 8)}/${region}/s3/aws4_request`
}

function signatureOf(
  request: S3Request,
  credential: Credential,
  date: string,
  scope: string,
): { readonly names: string; readonly signature: string } {
  const { names, lines } = signedHeaders(request)
  const payload = request.headers['x-amz-content-sha256'] ?? UNSIGNED_PAYLOAD
  const path = pathOf(request.url)
  const canonical = [request.method, path, canonicalQuery(request.query), lines, names, payload].join('\n')
  const stringToSign = `${ALGORITHM}\n${date}\n${scope}\n${createHash('sha256').update(canonical).digest('hex')}`
  return { names, signature: hmacSha256(signingKey(credential, 'AWS4', scope), stringToSign) }
}

/** As it is written: `new URL` folds `a/../b`, and the signature would be good for another object. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  return start === -1 ? '/' : url.slice(start)
}

function signedHeaders({ url, headers }: S3Request): { readonly names: string; readonly lines: string } {
  const all = Object.entries({ ...headers, host: new URL(url).host }).map(
    ([name, value]) => [name.toLowerCase(), value.trim().replaceAll(/ +/g, ' ')] as const,
  )
  const sorted = all.sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    names: sorted.map(([name]) => name).join(';'),
    lines: sorted.map(([name, value]) => `${name}:${value}\n`).join(''),
  }
}

/** Sorted by the encoded name; a `=` also where the value is empty. */
function canonicalQuery(query: S3Request['query']): string {
  const pairs = query.map(([name, value]) => [encode(name), encode(value)] as const)
  return pairs
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&')
}

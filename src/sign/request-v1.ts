import { PosternError } from '../base/known-errors.ts'
import { quoted } from '../policy/phrase.ts'
import { type Headers, stringToSignV1 } from './canonical-request.ts'
import { hmacSha1 } from './hmac.ts'
import type { RequestAddress } from './request-address.ts'
import { authenticationQuery, type RequestClaim, refuseExpired, requestDate } from './request-claim.ts'

/** Any of these in a URL says that it is presigned, and asks for the other two. @see docs/spec/auth.md section 2 */
export const URL_V1_MARKS: ReadonlySet<string> = new Set(['OSSAccessKeyId', 'Expires', 'Signature'])
const URL_V1_NAMES = new Set([...URL_V1_MARKS, 'security-token'])

/** Reads `Authorization: OSS <access key id>:<signature>`. @see docs/spec/auth.md section 1 */
export function readHeaderV1(
  address: RequestAddress,
  headers: Headers,
  authorization: string,
  now: Date,
): RequestClaim {
  const colon = authorization.lastIndexOf(':')
  const accessKeyId = authorization.slice('OSS '.length, Math.max(colon, 0)).trim()
  const signature = authorization.slice(colon + 1).trim()
  if (colon === -1 || accessKeyId === '' || signature === '')
    throw new PosternError('authorization-malformed', 'Write it as "OSS <access key id>:<signature>".')
  const { text } = requestDate(headers, now)
  // The Python SDK of the second generation sends the token under a name of its own.
  const token = headers.get('x-oss-security-token') || headers.get('security-token')
  return claim('header', accessKeyId, signature, token, stringToSignV1(address, headers, text))
}

/** Reads a V1 presigned URL. @see docs/spec/auth.md section 2 */
export function readUrlV1(address: RequestAddress, headers: Headers, now: Date): RequestClaim {
  const query = authenticationQuery(address, URL_V1_NAMES)
  const accessKeyId = query.get('OSSAccessKeyId')
  const expires = query.get('Expires')
  const signature = query.get('Signature')
  if (!accessKeyId || !expires || !signature)
    throw new PosternError(
      'query-authentication-incomplete',
      `The URL lacks ${[...URL_V1_MARKS].filter((name) => !query.get(name)).join(' and ')}; was it cut at an "&"?`,
    )
  refuseExpired(parseExpires(expires), now)
  return claim('url', accessKeyId, signature, query.get('security-token'), stringToSignV1(address, headers, expires))
}

function claim(
  by: 'header' | 'url',
  accessKeyId: string,
  signature: string,
  token: string | undefined,
  stringToSign: string,
): RequestClaim {
  return {
    scheme: 'oss-v1',
    by,
    accessKeyId,
    signature,
    securityToken: token || undefined,
    stringToSign,
    signatureBy: (credential) => hmacSha1(credential.accessKeySecret, stringToSign),
  }
}

function parseExpires(text: string): Date {
  const expires = text.length <= MAX_SECONDS_DIGITS && /^\d+$/.test(text) ? new Date(Number(text) * 1000) : undefined
  if (expires === undefined) throw new PosternError('query-expires-invalid', `Expires is ${quoted(text)}.`)
  return expires
}

/** Far beyond any date anybody means, and still a date that JavaScript can hold. */
const MAX_SECONDS_DIGITS = 12

import { readUtf8 } from '../base/bytes.ts'
import { PosternError } from '../base/known-errors.ts'
import { quoted } from '../policy/phrase.ts'
import type { Headers } from './canonical-request.ts'
import { prove, signerOf } from './claim.ts'
import type { VerifyOptions } from './form-scheme.ts'
import { V4_ALGORITHM } from './oss-v4.ts'
import type { RequestAddress } from './request-address.ts'
import type { RequestClaim } from './request-claim.ts'
import { readHeaderV1, readUrlV1, URL_V1_MARKS } from './request-v1.ts'
import { readHeaderV4, readUrlV4, URL_V4_MARKS } from './request-v4.ts'
import type { FindCredential } from './signer.ts'

export type VerifiedRequest =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'signed'
      readonly accessKeyId: string
      /** Absent where a long-lived key signed. */
      readonly securityToken?: string
      readonly scheme: 'oss-v1' | 'oss-v4'
      readonly by: 'header' | 'url'
    }

/**
 * Finds out who signed a request, in its Authorization header or in its URL. Throws a `PosternError` where it claims
 * to be signed and is not. `received` are its headers by name in lower case, as node:http gives them.
 *
 * A V1 signature covers only the query parameters that are sub-resources; V4 covers all.
 *
 * @see docs/spec/auth.md sections 1 to 4
 */
export function verifyRequest(
  address: RequestAddress,
  received: Headers,
  find: FindCredential,
  now: Date,
  options: VerifyOptions = {},
): VerifiedRequest {
  const headers = new Map([...received].map(([name, value]) => [name, headerText(value)]))
  const claim = readClaim(address, headers, now, options)
  if (claim === undefined) return { kind: 'anonymous' }
  const { scheme, by, stringToSign, canonicalRequest } = claim
  const facts = {
    StringToSign: stringToSign,
    ...(canonicalRequest !== undefined && { CanonicalRequest: canonicalRequest }),
  }
  prove(claim, { find, now, options, mismatch: 'request-signature-mismatch', facts })
  return { kind: 'signed', ...signerOf(claim), scheme, by }
}

/** One signature at most: with two, what one of them does not cover could pass as covered by the other. EC 0002-00000039 */
function readClaim(
  address: RequestAddress,
  headers: Headers,
  now: Date,
  options: VerifyOptions,
): RequestClaim | undefined {
  const authorization = headers.get('authorization') ?? ''
  const inUrl = (marks: ReadonlySet<string>) => address.query.some(([name]) => marks.has(name))
  const places = [
    authorization !== '' && 'the Authorization header',
    inUrl(URL_V1_MARKS) && 'the URL (V1)',
    inUrl(URL_V4_MARKS) && 'the URL (V4)',
  ].filter((place) => place !== false)
  if (places.length > 1)
    throw new PosternError('authentication-repeated', `It is signed in ${places.join(' and in ')}.`)
  if (inUrl(URL_V4_MARKS)) return readUrlV4(address, headers, now, options)
  if (inUrl(URL_V1_MARKS)) return readUrlV1(address, headers, now)
  return authorization === '' ? undefined : readHeader(address, headers, authorization, now, options)
}

function readHeader(
  address: RequestAddress,
  headers: Headers,
  authorization: string,
  now: Date,
  options: VerifyOptions,
): RequestClaim {
  const scheme = authorization.split(' ', 1)[0] ?? ''
  if (scheme === V4_ALGORITHM) return readHeaderV4(address, headers, authorization, now, options)
  if (scheme === 'OSS') return readHeaderV1(address, headers, authorization, now)
  throw new PosternError(
    'authorization-malformed',
    `It begins with ${quoted(scheme)}; write "OSS" or "${V4_ALGORITHM}".`,
  )
}

/** node:http gives a header's bytes as one character each; clients write UTF-8, and sign the text. */
function headerText(value: string): string {
  const bytes = Buffer.from(value, 'latin1')
  return bytes.toString('latin1') === value ? (readUtf8(bytes) ?? value) : value
}

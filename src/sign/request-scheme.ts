import { canonicalRequest, type Headers, stringToSignV4 } from './canonical-request.ts'
import { hmacSha256, signingKey } from './hmac.ts'
import { V4_KEY_PREFIX, V4_TERMINATOR } from './oss-v4.ts'
import type { RequestAddress } from './request-address.ts'
import { endpointRegion, isRegion } from './scope.ts'
import type { Credential } from './signer.ts'

/** How a request is signed. */
export type RequestScheme = RequestSchemeV1 | RequestSchemeV4

export interface RequestSchemeV1 {
  readonly scheme: 'oss-v1'
}

export interface RequestSchemeV4 {
  readonly scheme: 'oss-v4'
  readonly region: string
  /** `oss` unless the region is a cloud box's id. */
  readonly product?: 'oss' | 'oss-cloudbox'
  /** Names of headers that are signed besides Content-Type, Content-MD5 and `x-oss-*`. */
  readonly additionalHeaders?: readonly string[]
}

/** The V4 signature of a request whose headers, or whose query, are otherwise complete. */
export function signatureV4(
  address: RequestAddress,
  headers: Headers,
  additional: readonly string[],
  credential: Credential,
  date: string,
  scope: string,
): string {
  const canonical = canonicalRequest(address, headers, additional)
  return hmacSha256(signingKey(credential, V4_KEY_PREFIX, scope), stringToSignV4(canonical, date, scope))
}

/** The scope of a V4 signature made at this date. */
export function scopeOf({ region, product = 'oss' }: RequestSchemeV4, date: string): string {
  const detail = endpointRegion(region)
  if (detail !== undefined) throw new TypeError(detail)
  if (!isRegion(region)) throw new TypeError(`"${region}" is not a region; write it as "cn-hangzhou".`)
  return `${date.slice(0, 8)}/${region}/${product}/${V4_TERMINATOR}`
}

/** Headers as a signature covers them. */
export function lowerCase(headers: Readonly<Record<string, string>>): Headers {
  return new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

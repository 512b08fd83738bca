import { encode } from './canonical-request.ts'
import { hmacSha1 } from './hmac.ts'

/** The parameters of a call, names and values as they are before they are encoded. */
export type StsParameters = Iterable<readonly [name: string, value: string]>

/**
 * The text that the signature of an RPC call covers, such as one to STS: all parameters but `Signature` itself, from the
 * URL and from the body alike.
 *
 * @see docs/spec/auth.md section 5
 */
export function stsStringToSign(method: 'GET' | 'POST', parameters: StsParameters): string {
  const signed = [...parameters].filter(([name]) => name !== 'Signature').sort(byName)
  const query = signed.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
  return `${method}&%2F&${encode(query)}`
}

/** What an access key's secret makes of it, in Base64: what `Signature` says, and what it is compared with (`sameText`). */
export function stsSignature(accessKeySecret: string, stringToSign: string): string {
  return hmacSha1(`${accessKeySecret}&`, stringToSign)
}

/** By code unit, as everybody's machine sorts; names are ASCII. Of two alike the first stays first. */
function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

import { hmacSha1, hmacSha256, signingKey } from '../sign/hmac.ts'
import type { Rebuilt } from './rebuilt.ts'

/** The signature that a secret makes of a text, by the scheme of the request. */
export function signatureBy(
  secret: string,
  { scheme, scope }: Pick<Rebuilt, 'scheme' | 'scope'>,
  text: string,
): string {
  if (scope === undefined) return hmacSha1(secret, text)
  return scopedSignature(secret, scheme === 's3-v4' ? 'AWS4' : 'aliyun_v4', scope, text)
}

/** V4 with any word before the secret. */
export function scopedSignature(secret: string, prefix: string, scope: string, text: string): string {
  return hmacSha256(signingKey({ accessKeyId: '', accessKeySecret: secret }, prefix, scope), text)
}

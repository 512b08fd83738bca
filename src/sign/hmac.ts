import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Credential } from './signer.ts'

/** HMAC-SHA1 in Base64: the signature of V1, and of S3's V2. */
export function hmacSha1(secret: string, text: string): string {
  return createHmac('sha1', secret).update(text).digest('base64')
}

/** HMAC-SHA256 in lower-case hex: the signature of V4. */
export function hmacSha256(signingKey: Uint8Array, text: string): string {
  return createHmac('sha256', signingKey).update(text).digest('hex')
}

/**
 * The V4 signing key of a scope: four HMACs in a chain, so it is kept with the credential it came from.
 *
 * `prefix` goes before the secret: `aliyun_v4` on OSS, `AWS4` on S3. What is kept is bounded, because whoever sends a
 * form chooses its scope.
 *
 * @see docs/spec/post-object.md section 5
 */
export function signingKey(credential: Credential, prefix: string, scope: string): Uint8Array {
  const keys = keysOf(credential)
  const known = keys.get(scope)
  if (known !== undefined) return known
  const key = derive(prefix + credential.accessKeySecret, scope)
  for (const oldest of keys.keys()) {
    if (keys.size < MAX_KEPT_KEYS) break
    keys.delete(oldest)
  }
  keys.set(scope, key)
  return key
}

/** Whether two texts are the same, without telling by the time taken where they differ. Their lengths are no secret. */
export function sameText(one: string, other: string): boolean {
  const a = Buffer.from(one)
  const b = Buffer.from(other)
  return a.length === b.length && timingSafeEqual(a, b)
}

function derive(secret: string, scope: string): Uint8Array {
  let key: Uint8Array = Buffer.from(secret)
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest()
  return key
}

function keysOf(credential: Credential): Map<string, Uint8Array> {
  const known = KEPT.get(credential)
  if (known !== undefined) return known
  const keys = new Map<string, Uint8Array>()
  KEPT.set(credential, keys)
  return keys
}

/** A week of days that a form may be dated with, for one region, and some room. */
const MAX_KEPT_KEYS = 16
/** Weak: when a credential is forgotten, so are its keys. */
const KEPT = new WeakMap<Credential, Map<string, Uint8Array>>()

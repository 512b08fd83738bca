import { createHash } from 'node:crypto'

/**
 * The name of a caller's session, by which the audit log tells who did what: the caller's id where STS takes it as it is,
 * else what of it can be written, and a hash that keeps two callers apart.
 *
 * @see docs/spec/auth.md section 5
 */
export function sessionNameOf(callerId: string): string {
  if (/^[A-Za-z0-9.@_-]{2,64}$/.test(callerId) && !MADE_UP.test(callerId)) return callerId
  const hash = createHash('sha256').update(callerId).digest('hex').slice(0, HASH_CHARACTERS)
  return `${callerId.replaceAll(/[^A-Za-z0-9.@_-]/g, '_').slice(0, 63 - HASH_CHARACTERS)}-${hash}`
}

const HASH_CHARACTERS = 16
/** A caller who is really called so gets a hash too, and passes for nobody else. */
const MADE_UP = /-[0-9a-f]{16}$/

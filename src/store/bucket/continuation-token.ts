import { createHash } from 'node:crypto'
import { readUtf8 } from '../../base/bytes.ts'
import { MAX_KEY_BYTES } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'

/**
 * A position in a listing as an opaque text: the last line's key behind a checksum. The checksum is no signature: with a
 * token of their own making a caller can only ask for what `start-after` asks for.
 */
export function continuationToken(lastKey: string): string {
  const bytes = Buffer.from(lastKey)
  return Buffer.concat([checksum(bytes), bytes]).toString('base64url')
}

/** The position that a token stands for, or the refusal of what is none. */
export function readContinuationToken(token: string): string {
  const bytes = Buffer.from(token, 'base64url')
  const key = bytes.subarray(CHECKSUM_BYTES)
  const lastKey = readUtf8(key)
  const isOurs =
    bytes.toString('base64url') === token &&
    checksum(key).equals(bytes.subarray(0, CHECKSUM_BYTES)) &&
    key.length <= MAX_KEY_BYTES
  if (isOurs && lastKey !== undefined) return lastKey
  const facts = { ArgumentName: 'continuation-token', ArgumentValue: token.slice(0, 100) }
  throw new PosternError('list-token-invalid', 'Send the NextContinuationToken of the page before.', facts)
}

const CHECKSUM_BYTES = 6

function checksum(key: Uint8Array): Buffer {
  return createHash('sha256').update(key).digest().subarray(0, CHECKSUM_BYTES)
}

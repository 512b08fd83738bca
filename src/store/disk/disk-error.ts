import { constants } from 'node:os'
import { PosternError } from '../../base/request-errors.ts'

/** Node names an error of the disk, lmdb numbers it. */
const FULL = new Set<unknown>(['ENOSPC', 'EDQUOT', constants.errno.ENOSPC, constants.errno.EDQUOT])

/** An error of the disk as its caller should see it: a full disk is a refusal that may pass, all else stays what it is. */
export function diskError(error: unknown): unknown {
  return isFull(error) && !(error instanceof PosternError) ? storeFull(error) : error
}

export function storeFull(cause?: unknown): PosternError {
  const detail = 'Nothing was kept of this; whoever runs the store must free some space.'
  return new PosternError('store-full', detail, {}, { cause })
}

/** Whether the disk, or what somebody may use of it, is full. */
export function isFull(error: unknown): boolean {
  if (error instanceof PosternError) return error.code === 'store-full'
  return error instanceof Error && 'code' in error && FULL.has(error.code)
}

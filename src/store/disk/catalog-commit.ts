import { constants } from 'node:os'
import type { RootDatabase } from 'lmdb'
import { PosternError } from '../../base/request-errors.ts'
import { diskError, storeFull } from './disk-error.ts'
import { isNearlyFull } from './room.ts'

/** Runs its argument inside one transaction, once or more often; resolves once that is on the disk. Nothing of it is kept where this rejects. */
export type Commit = (work: () => void) => Promise<void>

/** lmdb's transactions, and what became of one that failed. */
export function catalogCommit(root: RootDatabase<Uint8Array, Buffer>, folder: string): Commit {
  let broken: unknown

  async function commitOnce(work: () => void): Promise<void> {
    let thrown: unknown
    try {
      await root.transaction(() => {
        try {
          work()
        } catch (error) {
          thrown = error // what the commit then says is only that it cannot be
          throw error
        }
      })
    } catch (error) {
      throw thrown ?? (await causeOf(error))
    }
  }

  /**
   * Where the disk has room for a part of a write only, LMDB calls that an input/output error. Nothing of the transaction
   * counts then, so it may be repeated: either others have made room meanwhile, or the disk is full to the last byte.
   */
  async function commitRepeatedly(work: () => void): Promise<void> {
    for (let left = MAX_REPETITIONS; ; left--) {
      try {
        return await commitOnce(work)
      } catch (error) {
        if (!isInputOutputError(error)) throw diskError(error)
        if (left === 0) throw (await isNearlyFull(folder)) ? storeFull(error) : error
      }
    }
  }

  return async (work) => {
    if (broken !== undefined) throw broken
    try {
      await commitRepeatedly(work)
    } catch (error) {
      if (!(error instanceof PosternError)) broken = error // after a failed sync only a new start knows what the disk holds
      throw error
    }
  }
}

const MAX_REPETITIONS = 2

function isInputOutputError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === constants.errno.EIO
}

/** lmdb keeps the reason of a failed commit in a promise beside the error. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error
  try {
    await error.commitError
    return error
  } catch (cause) {
    return cause
  }
}

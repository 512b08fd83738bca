import type { BucketObject } from './bucket-objects.ts'

/** The newest objects of a bucket. */
export interface NewestObjects {
  /** The last one first. */
  readonly objects: readonly BucketObject[]
  /** How many were looked at. */
  readonly total: number
  /** Whether all were: else the newest may be among the others. */
  readonly isComplete: boolean
}

/** Above this nobody waits any more for a list of what is newest. */
const MAX_LOOKED_AT = 50_000

/** The newest of a bucket, `limit` at most. Only they are kept, however many there are. */
export async function newestObjects(
  pages: AsyncIterable<readonly BucketObject[]>,
  limit: number,
  maxLookedAt = MAX_LOOKED_AT,
): Promise<NewestObjects> {
  let objects: BucketObject[] = []
  let total = 0
  for await (const page of pages) {
    if (total >= maxLookedAt) return { objects, total, isComplete: false }
    total += page.length
    objects = [...objects, ...page].sort(lastFirst).slice(0, limit)
  }
  return { objects, total, isComplete: true }
}

/** ISO 8601 is in the order of time; what came in the same second, as stores tell it, is in the order of keys. */
function lastFirst(a: BucketObject, b: BucketObject): number {
  if (a.modified !== b.modified) return a.modified < b.modified ? 1 : -1
  return a.key < b.key ? -1 : 1
}

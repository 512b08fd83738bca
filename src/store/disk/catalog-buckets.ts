import type { Databases } from './catalog-databases.ts'
import { bucketKey, decodeBucket, encodeBucket, endOfBucket } from './catalog-records.ts'
import { type GroupCommit, MAKES_ROOM } from './group-commit.ts'
import type { BucketRecord } from './records.ts'

export interface BucketCatalog {
  bucket(name: string): BucketRecord | undefined
  /** In the order of their names. */
  buckets(): Iterable<BucketRecord>
  /** `false` where the bucket existed; it is left as it was. */
  createBucket(record: BucketRecord): Promise<boolean>
  updateBucket(name: string, change: (record: BucketRecord) => BucketRecord): Promise<BucketRecord | undefined>
  /** Only a bucket without objects and without uploads goes. */
  deleteBucket(name: string): Promise<'deleted' | 'not-empty' | 'no-bucket'>
}

export function bucketCatalog({ buckets, objects, uploads }: Databases, group: GroupCommit): BucketCatalog {
  /** All buckets, as far as they are on the disk: every request asks for one. */
  const known = new Map<string, BucketRecord>()
  for (const { value } of buckets.getRange({})) remember(decodeBucket(value))

  function remember(record: BucketRecord): void {
    known.set(record.name, record)
  }

  function isEmpty(name: string, at: Buffer): boolean {
    const range = { start: Buffer.concat([at, Buffer.of(0)]), end: endOfBucket(name), limit: 1 }
    return [...objects.getKeys(range), ...uploads.getKeys(range)].length === 0
  }

  return {
    bucket: (name) => known.get(name),
    buckets: () => [...known.values()].sort((one, other) => (one.name < other.name ? -1 : 1)),
    async createBucket(record) {
      const at = bucketKey(record.name)
      if (at === undefined) throw new TypeError(`No bucket can be named "${record.name}".`)
      const isNew = await group.write(() => {
        if (buckets.doesExist(at)) return false
        buckets.putSync(at, encodeBucket(record))
        return true
      })
      if (isNew) remember(record)
      return isNew
    },
    async updateBucket(name, change) {
      const at = bucketKey(name)
      if (at === undefined) return undefined
      const changed = await group.write(() => {
        const before = buckets.get(at)
        if (before === undefined) return undefined
        const after = change(decodeBucket(before))
        buckets.putSync(at, encodeBucket(after))
        return after
      })
      if (changed !== undefined) remember(changed)
      return changed
    },
    async deleteBucket(name) {
      const at = bucketKey(name)
      if (at === undefined) return 'no-bucket'
      const outcome = await group.write(() => {
        if (!buckets.doesExist(at)) return 'no-bucket'
        if (!isEmpty(name, at)) return 'not-empty'
        buckets.removeSync(at)
        return 'deleted'
      }, MAKES_ROOM)
      if (outcome === 'deleted') known.delete(name)
      return outcome
    },
  }
}

import type { ObjectBooks } from './catalog-content.ts'
import type { Databases } from './catalog-databases.ts'
import { bucketKey, decodeSummary, endOfBucket, objectKey } from './catalog-records.ts'
import { MAKES_ROOM, type WriteOptions } from './group-commit.ts'
import type { ObjectRecord, ObjectSummary } from './records.ts'

type PutOutcome =
  | { readonly kind: 'stored'; readonly replaced?: ObjectRecord }
  | { readonly kind: 'exists' }
  | { readonly kind: 'no-bucket' }

interface PutOptions {
  /** An object under this key stays as it is, and the outcome is `exists`. */
  readonly forbidOverwrite?: boolean
}

/** What is there, as a change sees it: with every change before it, and none after. */
export interface Present {
  readonly current: ObjectRecord | undefined
  object(bucket: string, key: string): ObjectRecord | undefined
}

interface ListedKey {
  readonly key: Uint8Array
  /** Read from its record when it is asked for, which must be before the next key is. */
  readonly object: ObjectSummary
}

export interface ObjectCatalog {
  object(bucket: string, key: string): ObjectRecord | undefined
  putObject(bucket: string, key: string, record: ObjectRecord, options?: PutOptions): Promise<PutOutcome>
  /** The record that is gone now, or `undefined` where there was none. */
  deleteObject(bucket: string, key: string): Promise<ObjectRecord | undefined>
  /**
   * Puts what `change` makes of what is there, or removes it where that is nothing. What `change` throws is thrown, and
   * nothing is changed. A record may name blobs that another names, such as its source's.
   */
  changeObject<After extends ObjectRecord | undefined>(
    bucket: string,
    key: string,
    change: (present: Present) => After,
  ): Promise<After | 'no-bucket'>
  /** A bucket's objects in the order of their keys' UTF-8, from `from` on. To be read in one go: it holds a snapshot. */
  objects(bucket: string, from: Uint8Array): Iterable<ListedKey>
}

/** Runs a change in a transaction; when it resolves, that is durable, and the files of blobs that nobody names are gone. */
export type Write = <T>(change: (free: (names: readonly string[]) => void) => T, options?: WriteOptions) => Promise<T>

export function objectCatalog({ buckets, objects }: Databases, books: ObjectBooks, write: Write): ObjectCatalog {
  function object(bucket: string, key: string): ObjectRecord | undefined {
    const at = objectKey(bucket, key)
    return at && books.read(at)
  }

  return {
    object,
    async putObject(name, key, record, { forbidOverwrite = false } = {}) {
      const [bucketAt, at] = placeOf(name, key)
      return await write((free): PutOutcome => {
        if (!buckets.doesExist(bucketAt)) return { kind: 'no-bucket' }
        const replaced = books.read(at)
        if (replaced !== undefined && forbidOverwrite) return { kind: 'exists' }
        free(books.write(at, replaced, record))
        return replaced === undefined ? { kind: 'stored' } : { kind: 'stored', replaced }
      })
    },
    async deleteObject(name, key) {
      const at = objectKey(name, key)
      if (at === undefined) return undefined
      return await write((free) => {
        const record = books.read(at)
        if (record !== undefined) free(books.write(at, record, undefined))
        return record
      }, MAKES_ROOM)
    },
    async changeObject(name, key, change) {
      const [bucketAt, at] = placeOf(name, key)
      return await write((free) => {
        if (!buckets.doesExist(bucketAt)) return 'no-bucket'
        const current = books.read(at)
        const after = change({ current, object })
        free(books.write(at, current, after))
        return after
      })
    },
    *objects(bucket, from) {
      const start = objectKey(bucket, from)
      if (start === undefined) return
      const keyAt = Buffer.byteLength(bucket) + 1
      for (const { key, value } of objects.getRange({ start, end: endOfBucket(bucket) }))
        yield {
          key: Buffer.from(key.subarray(keyAt)), // a copy: lmdb's key may not last
          get object() {
            return decodeSummary(value)
          },
        }
    },
  }
}

function placeOf(name: string, key: string): [bucketAt: Buffer, at: Buffer] {
  const [bucketAt, at] = [bucketKey(name), objectKey(name, key)]
  if (bucketAt !== undefined && at !== undefined) return [bucketAt, at]
  throw new TypeError(`No object can be kept under "${key}" in "${name}".`)
}

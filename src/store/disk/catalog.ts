import { join, resolve } from 'node:path'
import { type Databases, openDatabases } from './catalog-databases.ts'
import { checkCatalogFile } from './catalog-file.ts'
import { bucketKey, decodeBucket, decodeObject, encodeBucket, encodeObject, objectKey } from './catalog-records.ts'
import { lockFolder } from './folder-lock.ts'
import { makeFolder, syncPath } from './folders.ts'
import { groupCommit } from './group-commit.ts'
import type { BucketRecord, Content, ObjectRecord } from './records.ts'

type PutOutcome =
  | { readonly kind: 'stored'; readonly replaced?: ObjectRecord }
  | { readonly kind: 'exists' }
  | { readonly kind: 'no-bucket' }

interface PutOptions {
  /** An object under this key stays as it is, and the outcome is `exists`. */
  readonly forbidOverwrite?: boolean
}

/** What exists: buckets and objects. What one of its promises tells is on the disk by then. */
export interface Catalog {
  bucket(name: string): BucketRecord | undefined
  buckets(): Iterable<BucketRecord>
  /** `false` where the bucket existed; it is left as it was. */
  createBucket(record: BucketRecord): Promise<boolean>
  updateBucket(name: string, change: (record: BucketRecord) => BucketRecord): Promise<BucketRecord | undefined>
  object(bucket: string, key: string): ObjectRecord | undefined
  putObject(bucket: string, key: string, record: ObjectRecord, options?: PutOptions): Promise<PutOutcome>
  /** The record that is gone now, or `undefined` where there was none. */
  deleteObject(bucket: string, key: string): Promise<ObjectRecord | undefined>
  /** Whether a record names this blob. */
  isBlobKnown(name: string): boolean
  close(): Promise<void>
}

/**
 * Opens the catalog in `dir`, or makes a new one there, and keeps `dir` for this process until it is closed.
 * Where that cannot be, the error's message is one sentence for whoever runs the store.
 */
export async function openCatalog(dir: string): Promise<Catalog> {
  const folder = join(resolve(dir), 'catalog')
  try {
    await makeFolder(folder)
    const lock = await lockFolder(resolve(dir))
    try {
      await checkCatalogFile(join(folder, 'data.mdb'))
      const databases = await openDatabases(folder)
      await syncPath(folder)
      return catalogOf(databases, lock.release)
    } catch (error) {
      await lock.release()
      throw error
    }
  } catch (error) {
    throw openError(dir, error)
  }
}

/** An error with a code is the system's or lmdb's; the others are sentences already. */
function openError(dir: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const advice = 'choose another folder, or let this user write there'
  return new Error(`The folder ${dir} cannot hold the store's data (${error.message}): ${advice}.`, { cause: error })
}

function catalogOf(databases: Databases, unlock: () => Promise<void>): Catalog {
  const { buckets, objects, inline, blobs, commit } = databases
  const group = groupCommit(commit)

  /** All buckets, as far as they are on the disk: every request asks for one. */
  const known = new Map<string, BucketRecord>()
  for (const { value } of buckets.getRange({})) remember(decodeBucket(value))

  function remember(record: BucketRecord): void {
    known.set(record.name, record)
  }

  function objectAt(at: Buffer): ObjectRecord | undefined {
    const bytes = objects.get(at)
    return bytes && decodeObject(bytes, () => inline.get(at))
  }

  function keepBytes(at: Buffer, content: Content): void {
    if (content.kind === 'blob') blobs.putSync(blobKey(content.name), KNOWN)
    else if (content.bytes.length > 0) inline.putSync(at, content.bytes)
  }

  function dropBytes(at: Buffer, content: Content): void {
    if (content.kind === 'blob') blobs.removeSync(blobKey(content.name))
    else inline.removeSync(at)
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
    object(name, key) {
      const at = objectKey(name, key)
      return at && objectAt(at)
    },
    async putObject(name, key, record, { forbidOverwrite = false } = {}) {
      const [bucketAt, at] = [bucketKey(name), objectKey(name, key)]
      if (bucketAt === undefined || at === undefined)
        throw new TypeError(`No object can be kept under "${key}" in "${name}".`)
      return await group.write((): PutOutcome => {
        if (!buckets.doesExist(bucketAt)) return { kind: 'no-bucket' }
        const replaced = objectAt(at)
        if (replaced !== undefined && forbidOverwrite) return { kind: 'exists' }
        if (replaced !== undefined) dropBytes(at, replaced.content)
        objects.putSync(at, encodeObject(record))
        keepBytes(at, record.content)
        return replaced === undefined ? { kind: 'stored' } : { kind: 'stored', replaced }
      })
    },
    async deleteObject(name, key) {
      const at = objectKey(name, key)
      if (at === undefined) return undefined
      return await group.write(() => {
        const record = objectAt(at)
        if (record === undefined) return undefined
        objects.removeSync(at)
        dropBytes(at, record.content)
        return record
      })
    },
    isBlobKnown: (name) => blobs.doesExist(blobKey(name)),
    async close() {
      await group.idle()
      await databases.close()
      await unlock()
    },
  }
}

const KNOWN = Buffer.of(1)

function blobKey(name: string): Buffer {
  return Buffer.from(name)
}

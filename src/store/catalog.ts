import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import {
  CATALOG_VERSION,
  decodeBucket,
  decodeObject,
  encodeBucket,
  encodeObject,
  objectKey,
} from './catalog-records.ts'
import { makeFolder, syncPath } from './folders.ts'
import { groupCommit } from './group-commit.ts'
import type { BucketRecord, ObjectRecord } from './records.ts'

export type PutOutcome =
  | { readonly kind: 'stored'; readonly replaced?: ObjectRecord }
  | { readonly kind: 'exists' }
  | { readonly kind: 'no-bucket' }

/** What exists: buckets and objects. What a promise of it tells is on the disk by then. */
export interface Catalog {
  bucket(name: string): BucketRecord | undefined
  buckets(): Iterable<BucketRecord>
  /** `false` where the bucket existed; it is left as it was. */
  createBucket(record: BucketRecord): Promise<boolean>
  updateBucket(name: string, change: (record: BucketRecord) => BucketRecord): Promise<BucketRecord | undefined>
  object(bucket: string, key: string): ObjectRecord | undefined
  putObject(
    bucket: string,
    key: string,
    record: ObjectRecord,
    options?: { readonly forbidOverwrite?: boolean },
  ): Promise<PutOutcome>
  /** The record that is gone now, or `undefined` where there was none. */
  deleteObject(bucket: string, key: string): Promise<ObjectRecord | undefined>
  /** Whether a record names this blob. */
  isBlobKnown(name: string): boolean
  close(): Promise<void>
}

type Binary = Database<Buffer, Buffer>

interface Databases {
  readonly root: RootDatabase<Buffer, Buffer>
  readonly buckets: Binary
  readonly objects: Binary
  /** Bytes of small objects, apart from their records, so that a listing does not read them. */
  readonly inline: Binary
  /** Names of the blobs that records name. */
  readonly blobs: Binary
}

/** Opens the catalog in `dir`, or makes a new one there. */
export async function openCatalog(dir: string): Promise<Catalog> {
  const folder = join(dir, 'catalog')
  await makeFolder(folder)
  const databases = openDatabases(folder)
  checkVersion(databases)
  await syncPath(folder)
  return catalogOf(databases)
}

function openDatabases(folder: string): Databases {
  const binary = { keyEncoding: 'binary', encoding: 'binary' } as const
  const root = open<Buffer, Buffer>({ path: folder, ...binary, maxDbs: 8, overlappingSync: false })
  const database = (name: string): Binary => root.openDB<Buffer, Buffer>(name, binary)
  return {
    root,
    buckets: database('buckets'),
    objects: database('objects'),
    inline: database('inline'),
    blobs: database('blobs'),
  }
}

function checkVersion({ root }: Databases): void {
  const meta = root.openDB<Buffer, Buffer>('meta', { keyEncoding: 'binary', encoding: 'binary' })
  const version = meta.get(Buffer.from('version'))
  if (version === undefined) meta.putSync(Buffer.from('version'), Buffer.from(String(CATALOG_VERSION)))
  else if (Number(version.toString()) > CATALOG_VERSION) throw new Error('newer')
}

function catalogOf({ root, buckets, objects, inline, blobs }: Databases): Catalog {
  const group = groupCommit((work) => root.transaction(work))

  function bucket(name: string): BucketRecord | undefined {
    const bytes = name === '' ? undefined : buckets.get(Buffer.from(name))
    return bytes === undefined ? undefined : decodeBucket(bytes)
  }

  function objectAt(at: Buffer): ObjectRecord | undefined {
    const bytes = objects.get(at)
    return bytes === undefined ? undefined : decodeObject(bytes, () => inline.get(at) ?? Buffer.alloc(0))
  }

  function put(at: Buffer, record: ObjectRecord, replaced: ObjectRecord | undefined): void {
    objects.putSync(at, encodeObject(record))
    if (record.content.kind === 'inline') inline.putSync(at, Buffer.from(record.content.bytes))
    else {
      blobs.putSync(Buffer.from(record.content.name), Buffer.from([1]))
      if (replaced?.content.kind === 'inline') inline.removeSync(at)
    }
    forget(replaced)
  }

  function forget(record: ObjectRecord | undefined): void {
    if (record?.content.kind === 'blob') blobs.removeSync(Buffer.from(record.content.name))
  }

  return {
    bucket,
    *buckets() {
      for (const { value } of buckets.getRange({})) yield decodeBucket(value)
    },
    createBucket: (record) =>
      group.write(() => {
        if (bucket(record.name) !== undefined) return false
        buckets.putSync(Buffer.from(record.name), encodeBucket(record))
        return true
      }),
    updateBucket: (name, change) =>
      group.write(() => {
        const before = bucket(name)
        if (before === undefined) return undefined
        const after = change(before)
        buckets.putSync(Buffer.from(name), encodeBucket(after))
        return after
      }),
    object(name, key) {
      const at = objectKey(name, key)
      return at === undefined ? undefined : objectAt(at)
    },
    putObject: async (name, key, record, options = {}) => {
      const at = objectKey(name, key)
      if (at === undefined) throw new TypeError(`A key of ${Buffer.byteLength(key)} bytes cannot be kept.`)
      return await group.write((): PutOutcome => {
        if (bucket(name) === undefined) return { kind: 'no-bucket' }
        const replaced = objectAt(at)
        if (replaced !== undefined && options.forbidOverwrite === true) return { kind: 'exists' }
        put(at, record, replaced)
        return replaced === undefined ? { kind: 'stored' } : { kind: 'stored', replaced }
      })
    },
    deleteObject: async (name, key) => {
      const at = objectKey(name, key)
      if (at === undefined) return undefined
      return await group.write(() => {
        const record = objectAt(at)
        if (record === undefined) return undefined
        objects.removeSync(at)
        if (record.content.kind === 'inline') inline.removeSync(at)
        forget(record)
        return record
      })
    },
    isBlobKnown: (name) => blobs.doesExist(Buffer.from(name)),
    close: async () => {
      await group.idle()
      await root.close()
    },
  }
}

import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { Blobs } from '../disk/blobs.ts'
import type { Catalog } from '../disk/catalog.ts'
import { blobsOf } from '../disk/catalog-content.ts'
import { openDisk } from '../disk/open-disk.ts'
import { damageOf, type Kept } from './damage.ts'

/** What is wrong with an object, or with a part of an upload. */
export interface Damage {
  readonly bucket: string
  readonly key: string
  /** The number of the part, where it is one of an upload under way. */
  readonly part?: number
  /** A sentence. */
  readonly fault: string
}

/** A file that no record names. */
export interface Orphan {
  readonly path: string
  /** Where it was moved to, by a repair. */
  readonly movedTo?: string
}

export interface CheckReport {
  readonly objects: number
  readonly parts: number
  /** Of the objects and parts that were read. */
  readonly bytes: number
  readonly damages: readonly Damage[]
  readonly orphans: readonly Orphan[]
  /** Blobs that more or fewer records name than the books say; a repair puts the books right. */
  readonly miscounted: readonly string[]
}

export interface CheckOptions {
  /** Moves orphans aside and puts the books right. Nothing is deleted, and damaged objects stay as they are. */
  readonly repair?: boolean
  /** Told from time to time how many objects and parts were read. */
  readonly onProgress?: (read: number) => void
}

/**
 * Reads everything that a store keeps and holds it against the records: size and CRC-64 of every object and part, files
 * that no record names, and the books of shared blobs. The folder must not be in use.
 *
 * @example
 * const { damages } = await checkStore('.postern/store')
 */
export async function checkStore(data: string, options: CheckOptions = {}): Promise<CheckReport> {
  await mustExist(data)
  const { catalog, blobs } = await openDisk(data, { sweep: false })
  try {
    return await checkDisk(catalog, blobs, options)
  } finally {
    await catalog.close()
  }
}

/** Else a mistyped folder would be made, and found to be in order. */
async function mustExist(data: string): Promise<void> {
  const catalog = join(data, 'catalog', 'data.mdb')
  await access(catalog).catch(() => {
    throw new Error(`The folder ${data} holds no store: there is no ${catalog}.`)
  })
}

async function checkDisk(catalog: Catalog, blobs: Blobs, { repair, onProgress }: CheckOptions): Promise<CheckReport> {
  const counts = new Map<string, number>()
  const damages: Damage[] = []
  const read = { objects: 0, parts: 0, bytes: 0 }
  for (const kept of everythingKept(catalog)) {
    read[kept.part === undefined ? 'objects' : 'parts'] += 1
    read.bytes += kept.size
    for (const name of blobsOf(kept.content)) counts.set(name, (counts.get(name) ?? 0) + 1)
    const fault = await damageOf(kept, blobs)
    const { bucket, key, part } = kept
    if (fault !== undefined) damages.push({ bucket, key, ...(part !== undefined && { part }), fault })
    if ((read.objects + read.parts) % PROGRESS_EVERY === 0) onProgress?.(read.objects + read.parts)
  }
  const orphans = await findOrphans(blobs, counts, repair === true)
  const corrections = correctionsOf(catalog, counts)
  if (repair === true) await catalog.setHeld(corrections)
  return { ...read, damages, orphans, miscounted: [...corrections.keys()] }
}

const PROGRESS_EVERY = 1000

function* everythingKept(catalog: Catalog): Generator<Kept> {
  for (const { name: bucket } of catalog.buckets()) {
    for (const key of keysOf(catalog, bucket)) {
      const record = catalog.object(bucket, key)
      if (record !== undefined) yield { bucket, key, ...record }
    }
    for (const { key, id } of [...catalog.uploads(bucket)])
      for (const { number, name, size, crc64 } of [...catalog.parts(id)])
        yield { bucket, key, part: number, size, crc64, content: { kind: 'blob', name, size } }
  }
}

/** Some keys at a time: a listing holds a snapshot of the catalog, and reading blobs between two keys takes long. */
function* keysOf(catalog: Catalog, bucket: string): Generator<string> {
  let from = Buffer.alloc(0)
  for (;;) {
    const keys: Buffer[] = []
    for (const { key } of catalog.objects(bucket, from)) {
      keys.push(Buffer.from(key))
      if (keys.length === KEYS_AT_ONCE) break
    }
    for (const key of keys) yield key.toString()
    const last = keys.at(-1)
    if (last === undefined || keys.length < KEYS_AT_ONCE) return
    from = Buffer.concat([last, Buffer.of(0)]) // the first key that can follow
  }
}

const KEYS_AT_ONCE = 1000

async function findOrphans(blobs: Blobs, known: ReadonlyMap<string, number>, repair: boolean): Promise<Orphan[]> {
  const orphans: Orphan[] = []
  for await (const file of blobs.files()) {
    if (!file.staged && known.has(file.name)) continue
    orphans.push({ path: file.path, ...(repair && { movedTo: await blobs.setAside(file) }) })
  }
  return orphans
}

/** The right count of every blob whose count is wrong. */
function correctionsOf(catalog: Catalog, counts: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const missing = new Map(counts)
  const corrections = new Map<string, number>()
  for (const [name, held] of catalog.heldBlobs()) {
    const count = counts.get(name) ?? 0
    missing.delete(name)
    if (count !== held) corrections.set(name, count)
  }
  for (const [name, count] of missing) corrections.set(name, count)
  return corrections
}

import { join, resolve } from 'node:path'
import { type BucketCatalog, bucketCatalog } from './catalog-buckets.ts'
import { blobKey, countOf, objectBooks } from './catalog-content.ts'
import { type CatalogCounts, type Databases, openDatabases } from './catalog-databases.ts'
import { fillLockFile, isNewCatalog } from './catalog-file.ts'
import { type ObjectCatalog, objectCatalog, type Write } from './catalog-objects.ts'
import { type UploadCatalog, uploadCatalog } from './catalog-uploads.ts'
import { lockFolder } from './folder-lock.ts'
import { makeFolder, syncPath } from './folders.ts'
import { groupCommit, type OnCommit } from './group-commit.ts'
import { openError } from './open-error.ts'
import { openRoom, type Room, tryRoom } from './room.ts'

/** What exists: buckets, objects, uploads. What one of its promises tells is on the disk by then. */
export interface Catalog extends BucketCatalog, ObjectCatalog, UploadCatalog {
  /** Whether a record names this blob. */
  isBlobKnown(name: string): boolean
  /** How many records name each blob, as the books say. To be read in one go. */
  heldBlobs(): Iterable<readonly [name: string, count: number]>
  /** Puts the books right. */
  setHeld(counts: ReadonlyMap<string, number>): Promise<void>
  counts(): CatalogCounts
  /** Has each transaction told that is on the disk. */
  onCommit(told: OnCommit): void
  /** Whether the disk has room; what is kept beside the catalog asks this as well. */
  readonly room: Room
  close(): Promise<void>
}

/** Told of a blob that no record names any more, when that is durable. */
export type OnFreed = (name: string) => Promise<void>

/**
 * Opens the catalog in `dir`, or makes a new one there, and keeps `dir` for this process until it is closed.
 * Where that cannot be, the error's message is one sentence for whoever runs the store.
 */
export async function openCatalog(dir: string, onFreed: OnFreed = async () => {}): Promise<Catalog> {
  const folder = join(resolve(dir), 'catalog')
  try {
    await makeFolder(folder)
    const lock = await lockFolder(resolve(dir))
    try {
      const room = join(resolve(dir), 'room')
      if (await isNewCatalog(join(folder, 'data.mdb'))) await tryRoom(room)
      await fillLockFile(join(folder, 'lock.mdb'))
      const databases = await openDatabases(folder)
      try {
        await syncPath(folder)
        return catalogOf(databases, await openRoom(room, databases.spareBytes), onFreed, lock.release)
      } catch (error) {
        await databases.close()
        throw error
      }
    } catch (error) {
      await lock.release()
      throw error
    }
  } catch (error) {
    throw openError(dir, error)
  }
}

function catalogOf(databases: Databases, room: Room, onFreed: OnFreed, unlock: () => Promise<void>): Catalog {
  const group = groupCommit(databases.commit, room)
  const books = objectBooks(databases)

  const write: Write = async (change, options) => {
    let freed: string[] = []
    const outcome = await group.write(() => {
      freed = [] // a change may run again
      return change((names) => freed.push(...names))
    }, options)
    // The change stands already: whatever fails here, the next start's sweep mends.
    await Promise.all(freed.map((name) => onFreed(name).catch(() => undefined)))
    return outcome
  }

  return {
    ...bucketCatalog(databases, group),
    ...objectCatalog(databases, books, write),
    ...uploadCatalog(databases, books, write),
    room,
    counts: databases.counts,
    onCommit: group.onCommit,
    isBlobKnown: (name) => databases.blobs.doesExist(blobKey(name)),
    *heldBlobs() {
      for (const { key, value } of databases.blobs.getRange({})) yield [key.toString(), countOf(value)]
    },
    setHeld: (counts) =>
      group.write(() => {
        for (const [name, count] of counts) books.setHeld(name, count)
      }),
    async close() {
      await group.idle()
      await databases.close()
      await unlock()
    },
  }
}

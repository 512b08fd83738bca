import { type Database, open } from 'lmdb'
import { PosternError } from '../../base/errors.ts'
import { CATALOG_VERSION } from './catalog-records.ts'
import { diskError } from './disk-error.ts'

type Binary = Database<Uint8Array, Buffer>

export interface Databases {
  /** The version of the rest. */
  readonly meta: Binary
  readonly buckets: Binary
  readonly objects: Binary
  /** Bytes of small objects, apart from their records, so that a listing does not read them. */
  readonly inline: Binary
  /** The lists of pieces of objects that have several. */
  readonly pieces: Binary
  /** The names of the blobs that records name, and how many do. */
  readonly blobs: Binary
  readonly uploads: Binary
  readonly parts: Binary
  /** Runs `work` inside one transaction; resolves once it is on the disk. Nothing of it is kept where this rejects. */
  commit(work: () => void): Promise<void>
  close(): Promise<void>
}

/** Opens LMDB in a folder, with keys and values as bytes, so that keys are in the order of their UTF-8. */
export async function openDatabases(folder: string): Promise<Databases> {
  const binary = { keyEncoding: 'binary', encoding: 'binary' } as const
  const root = open<Uint8Array, Buffer>({
    ...binary,
    path: folder,
    maxDbs: 16,
    overlappingSync: false, // a commit is announced only when it is on the disk
    eventTurnBatching: false, // groupCommit batches; lmdb's own batch would end in an unhandled rejection when the disk is full
  })
  const database = (name: string): Binary => root.openDB<Uint8Array, Buffer>(name, binary)
  const meta = database('meta')
  try {
    checkVersion(meta, folder)
  } catch (error) {
    await root.close()
    throw error
  }
  let broken: unknown

  async function commit(work: () => void): Promise<void> {
    if (broken !== undefined) throw broken
    try {
      await root.transaction(work)
    } catch (error) {
      const cause = diskError(await causeOf(error))
      if (!(cause instanceof PosternError)) broken = cause // after a failed sync only a new start knows what the disk holds
      throw cause
    }
  }

  return {
    meta,
    buckets: database('buckets'),
    objects: database('objects'),
    inline: database('inline'),
    pieces: database('pieces'),
    blobs: database('blobs'),
    uploads: database('uploads'),
    parts: database('parts'),
    commit,
    close: () => root.close(),
  }
}

function checkVersion(meta: Binary, folder: string): void {
  const key = Buffer.from('version')
  const found = meta.get(key)
  const version = found === undefined ? 0 : Number(Buffer.from(found).toString())
  if (version === CATALOG_VERSION) return
  if (!(version < CATALOG_VERSION))
    throw new Error(
      `The catalog in ${folder} has version ${version}, and this Postern reads ${CATALOG_VERSION}: use the release that wrote it.`,
    )
  meta.putSync(key, Buffer.from(String(CATALOG_VERSION)))
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

import { type Database, open, type RootDatabase } from 'lmdb'
import { type Commit, catalogCommit } from './catalog-commit.ts'
import { CATALOG_VERSION } from './catalog-records.ts'

type Binary = Database<Uint8Array, Buffer>

const NAMES = ['meta', 'buckets', 'objects', 'inline', 'pieces', 'blobs', 'uploads', 'parts'] as const

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
  readonly commit: Commit
  /** How much can be written without the catalog's file growing. */
  spareBytes(): number
  counts(): CatalogCounts
  close(): Promise<void>
}

/** How many there are. LMDB knows without looking through them. */
export interface CatalogCounts {
  readonly objects: number
  /** Multipart uploads under way. */
  readonly uploads: number
  /** Files that hold the bytes of objects and parts. */
  readonly blobs: number
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
  try {
    const database = (name: (typeof NAMES)[number]): Binary => root.openDB<Uint8Array, Buffer>(name, binary)
    const meta = database('meta')
    checkVersion(meta, folder)
    return {
      meta,
      buckets: database('buckets'),
      objects: database('objects'),
      inline: database('inline'),
      pieces: database('pieces'),
      blobs: database('blobs'),
      uploads: database('uploads'),
      parts: database('parts'),
      commit: catalogCommit(root, folder),
      spareBytes: () => spareBytes(root, NAMES.map(database)),
      counts: () => ({
        objects: entriesIn(database('objects')),
        uploads: entriesIn(database('uploads')),
        blobs: entriesIn(database('blobs')),
      }),
      close: () => root.close(),
    }
  } catch (error) {
    await root.close()
    throw error
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

/** The pages that no tree has. What is on its way from one tree to another counts as well, and is there a commit later. */
function spareBytes(root: RootDatabase<Uint8Array, Buffer>, databases: readonly Binary[]): number {
  const { pageSize, lastPageNumber, root: main, free } = root.getStats() as Stats
  const trees = [main, free, ...databases.map((database) => database.getStats() as TreeStats)]
  const used = trees.reduce((sum, tree) => sum + pagesOf(tree), META_PAGES)
  return (lastPageNumber + 1 - used) * pageSize
}

function entriesIn(database: Binary): number {
  return (database.getStats() as TreeStats).entryCount
}

function pagesOf({ treeBranchPageCount, treeLeafPageCount, overflowPages }: TreeStats): number {
  return treeBranchPageCount + treeLeafPageCount + overflowPages
}

const META_PAGES = 2

/** What lmdb's `getStats` gives; its types do not say. */
interface TreeStats {
  readonly entryCount: number
  readonly treeBranchPageCount: number
  readonly treeLeafPageCount: number
  readonly overflowPages: number
}

interface Stats {
  readonly pageSize: number
  readonly lastPageNumber: number
  readonly root: TreeStats
  readonly free: TreeStats
}

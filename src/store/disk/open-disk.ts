import { type Blobs, openBlobs } from './blobs.ts'
import { type Catalog, openCatalog } from './catalog.ts'
import { openError } from './open-error.ts'

/** The catalog and the bytes it speaks of, in one folder that is this process's alone. */
export interface Disk {
  readonly catalog: Catalog
  readonly blobs: Blobs
}

interface DiskOptions {
  /** Whether what earlier runs left behind without a record is removed: yes, unless somebody wants to look at it. */
  readonly sweep?: boolean
}

/** Opens a data folder, or makes a new one. Where that cannot be, the error's message is one sentence for whoever runs the store. */
export async function openDisk(dir: string, { sweep = true }: DiskOptions = {}): Promise<Disk> {
  const catalog = await openCatalog(dir, (name) => blobs.remove(name))
  let blobs: Blobs
  try {
    blobs = await openBlobs(dir, catalog.room)
    if (sweep) await blobs.sweep((name) => catalog.isBlobKnown(name))
    return { catalog, blobs }
  } catch (error) {
    await catalog.close()
    throw openError(dir, error)
  }
}

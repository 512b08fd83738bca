import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rm, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isFull, storeFull } from './disk-error.ts'

/**
 * Whether the disk has room; and a little of it, kept in a file, for what makes room: a deletion writes to the catalog
 * before it frees anything, so that a disk without one free block could never be emptied.
 */
export interface Room {
  /** From when the disk was full until there is room again; meanwhile only what makes room may write. */
  readonly isShort: boolean
  runShort(): void
  /** Gives some of the kept room back to the disk, for a deletion that found none; `false` where none is left. */
  spend(): Promise<boolean>
  /** Looks whether there is room again, and keeps some. */
  regain(): Promise<void>
}

/** A deletion writes about twenty pages of the catalog, of 4 KiB each. */
const KEPT_BYTES = 1024 * 1024

/** @param spareBytes how much can be written to the catalog without its file growing */
export async function openRoom(path: string, spareBytes: () => number): Promise<Room> {
  let isKept = await fill(path, KEPT_BYTES)
  let isShort = !isKept
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    const hasRoom = (await freeBytes(dirname(path))) >= 2 * KEPT_BYTES // so that keeping some does not fill the disk again
    if (hasRoom) isKept = await fill(path, KEPT_BYTES)
    // The catalog never shrinks: what is deleted inside it stays its own, for what comes next.
    isShort = hasRoom ? !isKept : spareBytes() < (isKept ? KEPT_BYTES / 4 : 2 * KEPT_BYTES)
  }

  return {
    get isShort() {
      return isShort
    },
    runShort() {
      isShort = true
    },
    async spend() {
      isShort = true
      isKept = false
      return await withFile(path, async (file) => {
        const { size } = await file.stat()
        await file.truncate(Math.max(0, size - KEPT_BYTES / 8)) // a little, or others who want room take the rest
        await file.sync() // ext4 gives blocks away only when their release is in its journal
        return size > 0
      })
    },
    async regain() {
      looking ??= look().finally(() => {
        looking = undefined
      })
      await looking
    },
  }
}

/** Refuses what would make a full disk fuller. */
export async function demandRoom(room: Room): Promise<void> {
  if (room.isShort) await room.regain()
  if (room.isShort) throw storeFull()
}

/** Refuses a disk on which a new catalog has no room: LMDB would end the whole process there. */
export async function tryRoom(path: string): Promise<void> {
  if (!(await fill(path, 2 * KEPT_BYTES))) throw storeFull()
  await withFile(path, (file) => file.truncate(KEPT_BYTES))
}

/** More than one transaction writes, and than uploads free in the moment in which they all fail. */
const NEARLY_FULL_BYTES = 32 * 1024 * 1024

/** Whether the disk has little room; or this user, whose quota ends before the disk does. */
export async function isNearlyFull(folder: string): Promise<boolean> {
  if ((await freeBytes(folder)) < NEARLY_FULL_BYTES) return true
  const probe = join(folder, 'probe')
  try {
    return !(await fill(probe, NEARLY_FULL_BYTES))
  } finally {
    await rm(probe, { force: true })
  }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** Makes a file so large, with random bytes, which no file system makes smaller. `false` where the disk is full. */
async function fill(path: string, size: number): Promise<boolean> {
  return await withFile(path, async (file) => {
    const { size: before } = await file.stat()
    try {
      if (before < size) await file.writeFile(randomBytes(size - before))
      return true
    } catch (error) {
      await file.truncate(before)
      if (isFull(error)) return false
      throw error
    }
  })
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'a+', 0o600)
  try {
    return await use(file)
  } finally {
    await file.close()
  }
}

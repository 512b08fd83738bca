import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { isCutShort } from './catalog-pages.ts'

/** Where LMDB's first page holds its magic number, behind the page's header; and the number itself. */
const MAGIC_AT = 24
const MAGIC = 0xbeefc0de

/** Whether LMDB has to make the file. Refuses one that is not LMDB's, or not whole: the library would end the process on it. */
export async function isNewCatalog(path: string): Promise<boolean> {
  const start = await readStart(path, MAGIC_AT + 4)
  if (start.length === 0) return true
  const advice = 'restore it from a backup, or choose another folder'
  if (start.length < MAGIC_AT + 4 || start.readUInt32LE(MAGIC_AT) !== MAGIC)
    throw new Error(`The file ${path} is not a catalog: ${advice}.`)
  if (await isCutShort(path)) throw new Error(`The catalog in ${path} is cut short: ${advice}.`)
  return false
}

/** More than LMDB asks for, which then takes what it finds as room for more readers. */
const LOCK_FILE_BYTES = 16 * 1024

/** Gives LMDB's lock file its blocks. LMDB writes to it through memory, where a full disk ends the whole process. */
export async function fillLockFile(path: string): Promise<void> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  try {
    const { size, blocks } = await file.stat()
    if (size >= LOCK_FILE_BYTES && blocks * BLOCK_BYTES >= size) return
    await file.write(new Uint8Array(LOCK_FILE_BYTES), 0, LOCK_FILE_BYTES, 0)
  } finally {
    await file.close()
  }
}

/** The unit of `stat`'s `blocks`. */
const BLOCK_BYTES = 512

async function readStart(path: string, length: number): Promise<Buffer> {
  const handle = await open(path, 'a+', 0o600)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

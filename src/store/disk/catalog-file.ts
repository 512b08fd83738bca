import { open } from 'node:fs/promises'

/** Where LMDB's first page holds its magic number, behind the page's header; and the number itself. */
const MAGIC_AT = 24
const MAGIC = 0xbeefc0de

/** Refuses a file that LMDB did not write: the library would end the whole process on it. */
export async function checkCatalogFile(path: string): Promise<void> {
  const start = await readStart(path, MAGIC_AT + 4)
  if (start.length === 0) return // LMDB makes a new one
  if (start.length === MAGIC_AT + 4 && [start.readUInt32LE(MAGIC_AT), start.readUInt32BE(MAGIC_AT)].includes(MAGIC))
    return
  throw new Error(`The file ${path} is not a catalog: restore it from a backup, or choose another folder.`)
}

async function readStart(path: string, length: number): Promise<Buffer> {
  const handle = await open(path, 'a+', 0o600)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

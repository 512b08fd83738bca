import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { syncPath } from './folders.ts'

/** Why a file with a secret is not read. */
export type SecretFault = 'missing' | 'readable by others' | 'too long'

/** Windows has no such bits; there the folder's own access list is what protects the file. */
const HAS_MODES = process.platform !== 'win32'

/** A file with a secret in it; asked and read through one handle, so that nobody can put another in between. */
export async function readSecretFile(path: string, maxBytes: number): Promise<Buffer | SecretFault> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'missing'
    throw error
  }
  try {
    const { mode, size } = await file.stat()
    if (HAS_MODES && (mode & 0o077) !== 0) return 'readable by others'
    return size > maxBytes ? 'too long' : await file.readFile()
  } finally {
    await file.close()
  }
}

/** Makes such a file, or one in its place: bytes, then the name, then the folder that holds it. No start finds half of it. */
export async function writeSecretFile(path: string, content: string | Uint8Array): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await unlink(draft)
    throw error
  }
  await syncPath(dirname(resolve(path)))
}

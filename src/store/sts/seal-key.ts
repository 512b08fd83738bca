import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { syncPath } from '../disk/folders.ts'
import { createSeal, type Seal } from './seal.ts'

/** The seal of a data folder. */
export interface SealKey {
  /** The seal, or `undefined` where none was needed yet. */
  current(): Seal | undefined
  /** The seal, made where there is none, and then durable. */
  needed(): Promise<Seal>
}

/** Opens the key of a data folder's seal; throws where the file is none of ours, or others can read it. */
export async function openSealKey(folder: string): Promise<SealKey> {
  const path = join(folder, FILE_NAME)
  let seal = await readSeal(path)
  let making: Promise<Seal> | undefined
  async function make(): Promise<Seal> {
    try {
      seal = createSeal(await makeKey(folder, path))
      return seal
    } finally {
      making = undefined
    }
  }
  return {
    current: () => seal,
    async needed() {
      if (seal !== undefined) return seal
      making ??= make() // one for all who ask at once, and another try where that fails
      return await making
    },
  }
}

const FILE_NAME = 'sts.key'
const KEY_BYTES = 32
/** Windows has no such bits; there the folder's own access list is what protects the file. */
const HAS_MODES = process.platform !== 'win32'

async function readSeal(path: string): Promise<Seal | undefined> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    const { mode, size } = await file.stat()
    if (HAS_MODES && (mode & 0o077) !== 0)
      throw new Error(`Other users can read ${path}, and could make themselves any key. Delete it; a new one is made.`)
    if (size === KEY_BYTES) return createSeal(await file.readFile())
    throw new Error(`${path} has not ${KEY_BYTES} bytes. Delete it; a new one is made, and temporary keys end.`)
  } finally {
    await file.close()
  }
}

/** Bytes, then the name, then the folder that holds it: a key that was given away must not be lost. */
async function makeKey(folder: string, path: string): Promise<Uint8Array> {
  const key = randomBytes(KEY_BYTES)
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    try {
      await file.writeFile(key)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await unlink(draft)
    throw error
  }
  await syncPath(folder)
  return key
}

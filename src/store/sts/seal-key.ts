import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readSecretFile, writeSecretFile } from '../disk/secret-file.ts'
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
      seal = createSeal(await makeKey(path))
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

async function readSeal(path: string): Promise<Seal | undefined> {
  const read = await readSecretFile(path, KEY_BYTES)
  if (read === 'missing') return undefined
  if (read === 'readable by others')
    throw new Error(`Other users can read ${path}, and could make themselves any key. Delete it; a new one is made.`)
  if (read !== 'too long' && read.length === KEY_BYTES) return createSeal(read)
  throw new Error(`${path} has not ${KEY_BYTES} bytes. Delete it; a new one is made, and temporary keys end.`)
}

/** Durable before it is used: a key that was given away must not be lost. */
async function makeKey(path: string): Promise<Uint8Array> {
  const key = randomBytes(KEY_BYTES)
  await writeSecretFile(path, key)
  return key
}

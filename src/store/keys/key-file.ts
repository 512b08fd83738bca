import { open, unlink } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { MAX_KEY_FILE_BYTES } from '../../base/limits.ts'
import { readSecretFile, writeSecretFile } from '../disk/secret-file.ts'
import { KeysError } from './keys-error.ts'
import { encodeKeyFile, type KeyFile, parseKeyFile } from './parse-keys.ts'
import type { StoreKey } from './store-key.ts'

/** The keys and roles in a file; `undefined` where there is none. A file that others can read, or that is no key file, is an error. */
export async function readKeyFile(path: string): Promise<KeyFile | undefined> {
  const text = await readText(path)
  if (text === undefined) return undefined
  try {
    return parseKeyFile(text)
  } catch (cause) {
    throw cause instanceof KeysError ? new KeysError(`${path}: ${cause.message}`, { cause }) : cause
  }
}

/**
 * Changes the keys in a file, or makes it. Once this resolves, a power cut cannot undo it; whoever reads meanwhile gets the
 * keys as they were or as they are. Of two changes at once, the second sees what the first has done.
 */
export async function changeKeyFile(
  path: string,
  change: (keys: readonly StoreKey[]) => readonly StoreKey[],
): Promise<void> {
  const release = await lock(path)
  try {
    const { keys, roles } = (await readKeyFile(path)) ?? { keys: [], roles: [] }
    await writeSecretFile(path, encodeKeyFile({ keys: change(keys), roles }))
  } finally {
    await release()
  }
}

async function readText(path: string): Promise<string | undefined> {
  const read = await readSecretFile(path, MAX_KEY_FILE_BYTES)
  switch (read) {
    case 'missing':
      return undefined
    case 'readable by others':
      throw new KeysError(`${path} holds key pairs and other users can read it. Run: chmod 600 ${path}`)
    case 'too long':
      throw new KeysError(`${path} is over ${MAX_KEY_FILE_BYTES} bytes.`)
    default:
      return read.toString('utf8')
  }
}

/** A file beside it that only one can make. A change takes milliseconds, so whoever finds it waits. */
async function lock(path: string): Promise<() => Promise<void>> {
  const name = `${path}.lock`
  for (let waitedMs = 0; ; waitedMs += LOCK_PAUSE_MS) {
    try {
      const file = await open(name, 'wx', 0o600)
      await file.close()
      return () => unlink(name)
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error
    }
    if (waitedMs >= MAX_LOCK_WAIT_MS)
      throw new KeysError(`${name} says that somebody changes the keys. If nobody does, delete it and try again.`)
    await setTimeout(LOCK_PAUSE_MS)
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

const LOCK_PAUSE_MS = 20
const MAX_LOCK_WAIT_MS = 3000

import { stat } from 'node:fs/promises'
import { readKeyFile } from './key-file.ts'
import { KeysError } from './keys-error.ts'
import type { StoreKey } from './store-key.ts'

/** The keys that may sign, as they are now. */
export interface KeyRing {
  find(accessKeyId: string): StoreKey | undefined
  /** Whether a security token is that of any key. */
  hasToken(securityToken: string): boolean
  /** Reads the file again, whether it looks changed or not. */
  reload(): Promise<void>
  close(): void
}

export interface KeyRingOptions {
  /** Keys that stand in no file; nothing takes them away. */
  readonly own: readonly StoreKey[]
  /** A file of more keys. It need not be there yet, and is watched. */
  readonly path?: string | undefined
  /** Told in a sentence, and once, what is wrong with a file that has changed. The keys stay as they were. */
  readonly onFault: (sentence: string) => void
}

/** Opens the keys; throws where the file is not as it must be. */
export async function openKeyRing({ own, path, onFault }: KeyRingOptions): Promise<KeyRing> {
  let held = hold(own, [])
  const lookUps = {
    find: (accessKeyId: string) => held.byId.get(accessKeyId),
    hasToken: (securityToken: string) => held.tokens.has(securityToken),
  }
  if (path === undefined) return { ...lookUps, reload: async () => undefined, close: () => undefined }

  const file = await watchKeyFile(path, onFault, (keys) => {
    held = hold(own, keys, path)
  })
  return { ...lookUps, ...file }
}

interface HeldKeys {
  readonly byId: ReadonlyMap<string, StoreKey>
  readonly tokens: ReadonlySet<string>
}

function hold(own: readonly StoreKey[], fromFile: readonly StoreKey[], path = ''): HeldKeys {
  const byId = new Map(own.map((key) => [key.accessKeyId, key]))
  for (const key of fromFile) {
    if (byId.has(key.accessKeyId))
      throw new KeysError(`${path}: the access key id ${key.accessKeyId} is that of the store's own pair.`)
    byId.set(key.accessKeyId, key)
  }
  return { byId, tokens: new Set([...byId.values()].flatMap(({ securityToken }) => securityToken ?? [])) }
}

/**
 * Reads the file, and again whenever it has changed. Its state is asked for twice a second: that sees a file replaced
 * under its name, on every system and on shared folders, for one system call. docs/decisions/0013-keys-from-a-file.md
 */
async function watchKeyFile(
  path: string,
  onFault: (sentence: string) => void,
  take: (keys: readonly StoreKey[]) => void,
): Promise<Pick<KeyRing, 'reload' | 'close'>> {
  let wasThere = false
  let seen: string | undefined
  let fault = ''

  async function read(): Promise<void> {
    const state = await stateOf(path)
    const keys = await readKeyFile(path)
    if (keys === undefined && wasThere) throw new KeysError(`${path} is gone; {"keys": []} would take all keys away.`)
    take(keys ?? [])
    wasThere = keys !== undefined
    seen = state
  }

  async function readOrReport(): Promise<void> {
    try {
      await read()
      fault = ''
    } catch (error) {
      const sentence = (error instanceof Error ? error.message : String(error)).replace(/\.?$/, '.')
      if (sentence !== fault) onFault(`${sentence} The store goes on with the keys it had.`)
      fault = sentence
    }
  }

  let reading = read() // one reading after the other, so that the last one stays
  await reading
  const reload = (): Promise<void> => {
    reading = reading.then(readOrReport)
    return reading
  }

  let closed = false
  let timer = setTimeout(look, POLL_MS).unref()
  async function look(): Promise<void> {
    const state = await stateOf(path)
    if (state === undefined || state !== seen) await reload()
    if (!closed) timer = setTimeout(look, POLL_MS).unref()
  }
  const close = (): void => {
    closed = true
    clearTimeout(timer)
  }
  return { reload, close }
}

/** A text that changes with the file; `undefined` while it is so young that the next change might not show. */
async function stateOf(path: string): Promise<string | undefined> {
  try {
    const { ino, size, mode, mtimeMs, ctimeMs } = await stat(path)
    return Date.now() - ctimeMs < YOUNG_MS ? undefined : [ino, size, mode, mtimeMs, ctimeMs].join(' ')
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  }
}

const POLL_MS = 500
/** Some systems keep the time of a change in steps of two seconds. */
const YOUNG_MS = 3000

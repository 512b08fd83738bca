import { stat } from 'node:fs/promises'
import { readKeyFile } from './key-file.ts'
import { KeysError } from './keys-error.ts'
import type { KeyFile } from './parse-keys.ts'
import type { StoreKey } from './store-key.ts'
import type { StoreRole } from './store-role.ts'

/** The keys that may sign, and the roles that they may take, as they are now. */
export interface KeyRing {
  find(accessKeyId: string): StoreKey | undefined
  /** The role of this name, in upper or lower case. */
  findRole(name: string): StoreRole | undefined
  /** Whether a security token is that of any key. */
  hasToken(securityToken: string): boolean
  /** Reads the file again, whether it looks changed or not. */
  reload(): Promise<void>
  close(): void
}

export interface KeyRingOptions {
  /** Keys that stand in no file; nothing takes them away. */
  readonly own: readonly StoreKey[]
  /** Roles that stand in no file. */
  readonly ownRoles?: readonly StoreRole[]
  /** A file of more keys. It need not be there yet, and is watched. */
  readonly path?: string | undefined
  /** Told in a sentence, and once, what is wrong with a file that has changed. The keys stay as they were. */
  readonly onFault: (sentence: string) => void
}

/** Opens the keys; throws where the file is not as it must be. */
export async function openKeyRing({ own, ownRoles = [], path, onFault }: KeyRingOptions): Promise<KeyRing> {
  const fixed: KeyFile = { keys: own, roles: ownRoles }
  let held = hold(fixed, { keys: [], roles: [] })
  const lookUps = {
    find: (accessKeyId: string) => held.byId.get(accessKeyId),
    findRole: (name: string) => held.roles.get(name.toLowerCase()),
    hasToken: (securityToken: string) => held.tokens.has(securityToken),
  }
  if (path === undefined) return { ...lookUps, reload: async () => undefined, close: () => undefined }

  const file = await watchKeyFile(path, onFault, (content) => {
    held = hold(fixed, content, path)
  })
  return { ...lookUps, ...file }
}

interface HeldKeys {
  readonly byId: ReadonlyMap<string, StoreKey>
  readonly roles: ReadonlyMap<string, StoreRole>
  readonly tokens: ReadonlySet<string>
}

function hold(own: KeyFile, fromFile: KeyFile, path = ''): HeldKeys {
  const byId = new Map(own.keys.map((key) => [key.accessKeyId, key]))
  for (const key of fromFile.keys) {
    if (byId.has(key.accessKeyId))
      throw new KeysError(`${path}: the access key id ${key.accessKeyId} is that of the store's own pair.`)
    byId.set(key.accessKeyId, key)
  }
  const roles = new Map(own.roles.map((role) => [role.name, role]))
  for (const role of fromFile.roles) {
    if (roles.has(role.name)) throw new KeysError(`${path}: the role ${role.name} is one of the store's own.`)
    roles.set(role.name, role)
  }
  return { byId, roles, tokens: new Set([...byId.values()].flatMap(({ securityToken }) => securityToken ?? [])) }
}

/**
 * Reads the file, and again whenever it has changed. Its state is asked for twice a second: that sees a file replaced
 * under its name, on every system and on shared folders, for one system call. docs/decisions/0013-keys-from-a-file.md
 */
async function watchKeyFile(
  path: string,
  onFault: (sentence: string) => void,
  take: (content: KeyFile) => void,
): Promise<Pick<KeyRing, 'reload' | 'close'>> {
  let wasThere = false
  let seen: string | undefined
  let fault = ''

  async function read(): Promise<void> {
    const state = await stateOf(path)
    const content = await readKeyFile(path)
    if (content === undefined && wasThere)
      throw new KeysError(`${path} is gone; {"keys": []} would take all keys away.`)
    take(content ?? { keys: [], roles: [] })
    wasThere = content !== undefined
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

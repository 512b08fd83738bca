import { MAX_KEYS } from '../../base/limits.ts'
import type { Json } from '../../policy/read-json.ts'
import { KeysError } from './keys-error.ts'
import { encodeKeyPolicy, parseKeyPolicy } from './parse-key-policy.ts'
import { distinctRoles, encodeRole, parseRole } from './parse-roles.ts'
import type { StoreKey } from './store-key.ts'
import type { StoreRole } from './store-role.ts'
import { at, listOf, memberPath, membersOf, readStrictJson, textOf } from './strict-json.ts'

/** What a key file holds. */
export interface KeyFile {
  readonly keys: readonly StoreKey[]
  readonly roles: readonly StoreRole[]
}

/** Reads the text of a key file; throws a `KeysError` that says where it is wrong, and shows no secret. */
export function parseKeyFile(text: string): KeyFile {
  const members = membersOf(readStrictJson(text), '', ['keys'], ['roles'])
  const roles = members.get('roles')
  const keys = boundedList(members.get('keys'), 'keys').map((item, index) => parseKey(item, `keys[${index}]`))
  for (const member of ['name', 'accessKeyId', 'securityToken'] as const) refuseTwice(keys, member)
  return {
    keys,
    roles:
      roles === undefined
        ? []
        : distinctRoles(boundedList(roles, 'roles').map((item, index) => parseRole(item, `roles[${index}]`))),
  }
}

/** The text of a key file. */
export function encodeKeyFile({ keys, roles }: KeyFile): string {
  const content = { keys: keys.map(encodeKey), ...(roles.length > 0 && { roles: roles.map(encodeRole) }) }
  return `${JSON.stringify(content, undefined, 2)}\n`
}

/** Whether a text may name a key: what RAM takes for a user's name. */
export function isKeyName(name: string): boolean {
  return /^[\w.@-]{1,64}$/.test(name)
}

function boundedList(json: Json | undefined, path: string): readonly Json[] {
  const list = listOf(json, path)
  if (list.length <= MAX_KEYS) return list
  throw new KeysError(`${path}: there are ${list.length}; ${MAX_KEYS} are the most that is read.`)
}

function parseKey(json: Json, path: string): StoreKey {
  const members = membersOf(
    json,
    path,
    ['name', 'accessKeyId', 'accessKeySecret'],
    ['securityToken', 'expires', 'policy'],
  )
  const text = (member: string) =>
    printable(textOf(members.get(member), memberPath(path, member)), memberPath(path, member))
  const [token, expires, policy] = [members.get('securityToken'), members.get('expires'), members.get('policy')]
  const name = text('name')
  if (!isKeyName(name)) throw new KeysError(`${path}.name: write 1 to 64 letters, digits and ". @ - _".`)
  return {
    name,
    accessKeyId: text('accessKeyId'),
    accessKeySecret: text('accessKeySecret'),
    ...(token !== undefined && { securityToken: text('securityToken') }),
    ...(expires !== undefined && { expires: parseInstant(textOf(expires, `${path}.expires`), `${path}.expires`) }),
    policies: policy === undefined ? [] : [parseKeyPolicy(policy, `${path}.policy`)],
  }
}

function encodeKey({
  name,
  accessKeyId,
  accessKeySecret,
  securityToken,
  expires,
  policies: [policy],
}: StoreKey): object {
  return {
    name,
    accessKeyId,
    accessKeySecret,
    ...(securityToken !== undefined && { securityToken }),
    ...(expires !== undefined && { expires: expires.toISOString() }),
    ...(policy !== undefined && { policy: encodeKeyPolicy(policy) }),
  }
}

/** What keys are made of: a space or a line end copied along makes a signature that nobody can explain. */
function printable(text: string, path: string): string {
  if (/^[\x21-\x7e]{1,1024}$/.test(text)) return text
  throw new KeysError(`${at(path)}write 1 to 1024 characters of ASCII, and no white space.`)
}

/** `2026-11-24T12:00:00Z`, with milliseconds or without. */
function parseInstant(text: string, path: string): Date {
  const whole = text.length === 20 ? text.replace('Z', '.000Z') : text
  const instant = new Date(whole)
  // The day after February 29 may be read as March 1: only what is written back the same was a real instant.
  if (!Number.isNaN(instant.getTime()) && instant.toISOString() === whole) return instant
  throw new KeysError(`${at(path)}write an instant in UTC, as in "2026-11-24T12:00:00Z".`)
}

function refuseTwice(keys: readonly StoreKey[], member: 'name' | 'accessKeyId' | 'securityToken'): void {
  const first = new Map<string, number>()
  for (const [index, key] of keys.entries()) {
    const value = key[member]
    if (value === undefined) continue
    const before = first.get(value)
    if (before !== undefined) throw new KeysError(`keys[${index}].${member}: it is that of keys[${before}] too.`)
    first.set(value, index)
  }
}

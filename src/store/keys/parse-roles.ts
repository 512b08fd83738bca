import { DEFAULT_SESSION_SECONDS, MAX_ROLE_SESSION_SECONDS, MIN_ROLE_SESSION_SECONDS } from '../../base/limits.ts'
import type { Json } from '../../policy/read-json.ts'
import { KeysError } from './keys-error.ts'
import { encodeKeyPolicy, parseKeyPolicy } from './parse-key-policy.ts'
import type { StoreRole } from './store-role.ts'
import { at, memberPath, membersOf, readStrictJson, textOf } from './strict-json.ts'

/** A role for a store: what a temporary key may do that is asked of the store's STS. */
export interface RoleOptions {
  /** 1 to 64 letters, digits, `.` and `-`; upper and lower case are the same. */
  readonly name: string
  /** A RAM policy, as the object that its JSON stands for. Absent: the role may do everything. */
  readonly policy?: object
  /** How long a temporary key may live at most, from 3600 to 43200; 3600 unless told otherwise. */
  readonly maxSessionSeconds?: number
}

/** The roles that whoever opens a store gives it. */
export function readRoles(given: readonly RoleOptions[] = []): readonly StoreRole[] {
  try {
    return distinctRoles(given.map((role, index) => parseRole(readStrictJson(JSON.stringify(role)), `roles[${index}]`)))
  } catch (cause) {
    throw cause instanceof KeysError ? new TypeError(cause.message, { cause }) : cause
  }
}

/** Reads a role from a key file. @param path where it stands, for messages */
export function parseRole(json: Json, path: string): StoreRole {
  const members = membersOf(json, path, ['name'], ['policy', 'maxSessionSeconds'])
  const name = textOf(members.get('name'), memberPath(path, 'name'))
  if (!isRoleName(name))
    throw new KeysError(`${at(memberPath(path, 'name'))}write 1 to 64 letters, digits, "." and "-".`)
  const policy = members.get('policy')
  return {
    name: name.toLowerCase(),
    policies: policy === undefined ? [] : [parseKeyPolicy(policy, memberPath(path, 'policy'))],
    maxSessionSeconds: parseSeconds(members.get('maxSessionSeconds'), memberPath(path, 'maxSessionSeconds')),
  }
}

/** The roles, or the refusal that one is there twice. */
export function distinctRoles(roles: readonly StoreRole[]): readonly StoreRole[] {
  const first = new Map<string, number>()
  for (const [index, { name }] of roles.entries()) {
    const before = first.get(name)
    if (before !== undefined) throw new KeysError(`roles[${index}].name: it is that of roles[${before}] too.`)
    first.set(name, index)
  }
  return roles
}

export function encodeRole({ name, policies: [policy], maxSessionSeconds }: StoreRole): object {
  return { name, maxSessionSeconds, ...(policy !== undefined && { policy: encodeKeyPolicy(policy) }) }
}

/** What RAM takes for a role's name. */
function isRoleName(name: string): boolean {
  return /^[a-z\d.-]{1,64}$/i.test(name)
}

function parseSeconds(json: Json | undefined, path: string): number {
  if (json === undefined) return DEFAULT_SESSION_SECONDS
  const seconds = json.kind === 'number' && /^\d{1,6}$/.test(json.text) ? Number(json.text) : 0
  if (seconds >= MIN_ROLE_SESSION_SECONDS && seconds <= MAX_ROLE_SESSION_SECONDS) return seconds
  throw new KeysError(
    `${at(path)}write whole seconds, from ${MIN_ROLE_SESSION_SECONDS} to ${MAX_ROLE_SESSION_SECONDS}.`,
  )
}

import { nearest } from '../../base/nearest.ts'
import { PosternError } from '../../base/request-errors.ts'
import { type Json, readJson } from '../../policy/read-json.ts'
import { KeysError } from './keys-error.ts'

/** Reads JSON in which nothing is passed over: no name twice, and no member that nobody asked for. */
export function readStrictJson(text: string): Json {
  try {
    return readJson(text)
  } catch (cause) {
    if (cause instanceof PosternError) throw new KeysError(cause.detail, { cause })
    throw cause
  }
}

/** The members of an object: those that must be there, and no others than may be. `path` is where it stands, for messages. */
export function membersOf(
  json: Json,
  path: string,
  required: readonly string[],
  optional: readonly string[] = [],
): ReadonlyMap<string, Json> {
  if (json.kind !== 'object') throw new KeysError(`${at(path)}write an object, { … }.`)
  const known = [...required, ...optional]
  for (const name of json.members.keys()) if (!known.includes(name)) throw unknownMember(path, name, known)
  const missing = required.find((name) => !json.members.has(name))
  if (missing !== undefined) throw new KeysError(`${at(path)}"${missing}" is missing.`)
  return json.members
}

export function listOf(json: Json | undefined, path: string): readonly Json[] {
  if (json?.kind !== 'list') throw new KeysError(`${at(path)}write a list, [ … ].`)
  return json.items
}

export function textOf(json: Json | undefined, path: string): string {
  if (json?.kind !== 'string') throw new KeysError(`${at(path)}write a text, in double quotes.`)
  return json.value
}

/** The beginning of a message: where it happened. */
export function at(path: string): string {
  return path === '' ? '' : `${path}: `
}

export function memberPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function unknownMember(path: string, name: string, known: readonly string[]): KeysError {
  const shown = JSON.stringify(name.slice(0, MAX_SHOWN))
  const near = nearest(name, known)
  const all = known.map((other) => `"${other}"`).join(', ')
  const advice = near === undefined ? `It may have ${all}.` : `Did you mean "${near}"?`
  return new KeysError(`${at(path)}there is no member ${shown}. ${advice}`)
}

const MAX_SHOWN = 100

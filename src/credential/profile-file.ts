import { readFileSync, statSync } from 'node:fs'

/** The members of one section of a file of profiles. */
export type Profile = ReadonlyMap<string, string>

/** Ours; a profile has a handful of lines. */
const MAX_FILE_BYTES = 64 * 1024

/**
 * One section of a file as the vendor's tools write it: `[name]`, then `key = value` lines; `#` and `;` begin a comment.
 *
 * @returns `undefined` where there is no such file or no such section
 */
export function readProfile(path: string, section: string): Profile | undefined {
  const text = readText(path)
  return text === undefined ? undefined : parseProfiles(text).get(section)
}

function parseProfiles(text: string): ReadonlyMap<string, Profile> {
  const profiles = new Map<string, Map<string, string>>()
  let current: Map<string, string> | undefined
  for (const line of text.split(/\r?\n/).map((line) => line.trim())) {
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    const name = /^\[(.+)\]$/.exec(line)?.[1]?.trim()
    if (name !== undefined) {
      current = profiles.get(name) ?? new Map()
      profiles.set(name, current)
      continue
    }
    const equals = line.indexOf('=')
    if (equals > 0) current?.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim())
  }
  return profiles
}

function readText(path: string): string | undefined {
  try {
    if (statSync(path).size > MAX_FILE_BYTES)
      throw new TypeError(`${path} is over ${MAX_FILE_BYTES} bytes: it is no file of profiles.`)
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '')
  } catch (error) {
    if (error instanceof TypeError) throw error
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined
    throw new TypeError(`${path} cannot be read: ${error instanceof Error ? error.message : error}.`)
  }
}

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { UploadMemory } from '../client/uploader-options.ts'

/** Longer than any issuer keeps an upload open. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000

/** Where this user's programs keep what they would like to find again. @see https://specifications.freedesktop.org/basedir/latest/ */
export function stateFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = environment
  return join(XDG_STATE_HOME || LOCALAPPDATA || join(homedir(), '.local', 'state'), 'postern', 'uploads')
}

/**
 * Uploads in parts, remembered from one run to the next: a file each, so that runs at the same time do not disturb each other,
 * and closed to others: its token lets one go on with the upload, or throw it away. What cannot be kept is not remembered.
 */
export function folderMemory(folder: string, now = Date.now()): UploadMemory {
  forgetOld(folder, now)
  const fileOf = (name: string) => join(folder, encodeURIComponent(name))
  return {
    getItem(name) {
      try {
        return readFileSync(fileOf(name), 'utf8')
      } catch {
        return null
      }
    },
    setItem(name, value) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileSync(fileOf(name), value, { mode: 0o600 })
    },
    removeItem: (name) => rmSync(fileOf(name), { force: true }),
  }
}

function forgetOld(folder: string, now: number): void {
  try {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name)
      if (now - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { force: true })
    }
  } catch {
    // There is none yet.
  }
}

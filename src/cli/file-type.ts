import { extname } from 'node:path'

/**
 * Types of the files that people try by hand, as browsers name them. `--type` says any other.
 *
 * None of them is a page or a script: what `dev` lets anyone read back must not run in a browser.
 */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['.txt', 'text/plain'],
  ['.md', 'text/markdown'],
  ['.csv', 'text/csv'],
  ['.png', 'image/png'],
  ['.jpg', 'image/jpeg'],
  ['.jpeg', 'image/jpeg'],
  ['.gif', 'image/gif'],
  ['.webp', 'image/webp'],
  ['.mp3', 'audio/mpeg'],
  ['.mp4', 'video/mp4'],
  ['.pdf', 'application/pdf'],
  ['.json', 'application/json'],
  ['.zip', 'application/zip'],
])

/** What browsers and curl say of a file they do not know. @see https://www.rfc-editor.org/rfc/rfc7578#section-4.4 */
const UNKNOWN_TYPE = 'application/octet-stream'

export const HARMLESS_TYPES: readonly string[] = [...new Set(TYPES.values()), UNKNOWN_TYPE]

/** The type that the end of a file's name stands for. */
export function typeOfName(name: string): string {
  return TYPES.get(extname(name).toLowerCase()) ?? UNKNOWN_TYPE
}

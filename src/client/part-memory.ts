import type { FileFacts, Transport } from './transport.ts'
import type { FormRequest, UploadMemory } from './uploader-options.ts'

/** Not of a worker. */
declare const localStorage: UploadMemory

/** The browser's own memory, where the page is let to use it: a strict setting makes it an error to look. */
export function ownMemory(): UploadMemory | false {
  try {
    return typeof location !== 'undefined' && localStorage
  } catch {
    return false
  }
}

/** So much of the beginning and of the end of a file is looked at. */
const SAMPLE_BYTES = 64 * 1024

/** A name by which a file is known again after a reload: what is said of it, and how it begins and ends. */
export async function fingerprint<File extends FileFacts>(
  file: File,
  {
    asked,
    about,
    readBytes,
  }: { asked: FormRequest; about: readonly unknown[]; readBytes: Transport<File>['readBytes'] },
): Promise<string> {
  const { size } = file
  const changed = 'lastModified' in file ? file.lastModified : undefined
  const text = JSON.stringify([...about, asked.name, size, asked.type, asked.meta, changed])
  let hash = digest(text.split('').map((unit) => unit.charCodeAt(0)))
  if (readBytes !== undefined) {
    const ends = [
      await readBytes(file, 0, Math.min(size, SAMPLE_BYTES)),
      await readBytes(file, Math.max(0, size - SAMPLE_BYTES), size),
    ]
    for (const end of ends) hash = digest(end, hash)
  }
  return `postern:${hash.map((half) => half.toString(36)).join('')}`
}

/** A memory that fails is none: no upload ends for the want of it. */
export function remember(memory: UploadMemory | false, name: string | undefined, token?: string): string | undefined {
  try {
    if (name === undefined || !memory) return undefined
    if (token === undefined) return memory.getItem(name) ?? undefined
    if (token === '') memory.removeItem(name)
    else memory.setItem(name, token)
  } catch {}
  return undefined
}

/** FNV-1a, twice with different seeds: enough to tell the files of one person apart; it keeps nobody out. */
function digest(bytes: Iterable<number>, seeds: readonly number[] = [0x811c9dc5, 0x1000193]): readonly number[] {
  let [one = 0, two = 0] = seeds
  for (const byte of bytes) {
    one = Math.imul(one ^ byte, 0x01000193) >>> 0
    two = Math.imul(two ^ byte, 0x5bd1e995) >>> 0
  }
  return [one, two]
}

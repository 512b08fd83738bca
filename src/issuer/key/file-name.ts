/** The end of a file's name in lower case, where it is 1 to 16 letters and digits. */
export function extensionOf(filename: string): string | undefined {
  const name = lastPart(filename)
  const dot = name.lastIndexOf('.')
  const extension = name.slice(dot + 1).toLowerCase()
  return dot > 0 && /^[a-z0-9]{1,16}$/.test(extension) ? extension : undefined
}

/**
 * A file's name without its extension, as a piece of a key: its last part, normalised, of letters, digits and `. _ ~ -`; no
 * control character, no change of writing direction, no dot or dash at an end. `file` where nothing else is left.
 *
 * @param maxBytes of UTF-8 in all
 */
export function safeName(filename: string, maxBytes: number): string {
  const extension = extensionOf(filename)
  const last = lastPart(filename)
  const stem = extension === undefined ? last : last.slice(0, -extension.length - 1)
  const plain = stem
    .normalize('NFC')
    .replaceAll(/\p{C}/gu, '')
    .replaceAll(/[^\p{L}\p{M}\p{N}._~-]+/gu, '-')
    .replaceAll(/\.{2,}/g, '.')
  return withoutEnds(cut(withoutEnds(plain), maxBytes)) || cut('file', maxBytes)
}

/** Names come from browsers of all systems, some with folders before them. */
function lastPart(filename: string): string {
  return filename.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1)
}

/** A mark at the beginning would change the `/` before it. */
function withoutEnds(text: string): string {
  return text.replace(/^[.\p{M}-]+/u, '').replace(/[.-]+$/, '')
}

/** Whole characters only: half of one is no text. */
function cut(text: string, maxBytes: number): string {
  let bytes = 0
  let end = 0
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > maxBytes) break
    end += character.length
  }
  return text.slice(0, end)
}

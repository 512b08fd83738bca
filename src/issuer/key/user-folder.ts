import { createHash } from 'node:crypto'

const MAX_BYTES = 128

/**
 * A caller's id as one folder of a key, another for every id: letters, digits and `. _ ~ @ -` stand for themselves, each other
 * byte is `=` and two digits, and an id that gets too long is `==` and its SHA-256.
 */
export function userFolder(id: string): string {
  if (/^[\w~@-][\w.~@-]{0,127}$/.test(id)) return id
  const isText = !/\p{Cs}/u.test(id) // half a character has no bytes of its own, and would become another's
  const folder = isText && id.length <= MAX_BYTES ? encode(id) : undefined
  if (folder !== undefined && folder.length <= MAX_BYTES) return folder
  return `==${createHash('sha256').update(id, 'utf16le').digest('hex')}`
}

/** A dot in front would hide the folder, or be a way up. */
function encode(id: string): string {
  let folder = ''
  for (const byte of Buffer.from(id)) {
    const character = String.fromCharCode(byte)
    const isPlain = byte < 0x80 && (/[\w~@-]/.test(character) || (character === '.' && folder !== ''))
    folder += isPlain ? character : `=${byte.toString(16).padStart(2, '0')}`
  }
  return folder
}

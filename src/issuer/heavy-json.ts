/** How much there may be in a JSON text besides its bytes. */
export interface JsonBounds {
  /** Objects and lists inside of one another. */
  readonly maxDepth: number
  /** Objects, lists, and whatever a comma divides. */
  readonly maxPieces: number
}

const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]

/**
 * Why a text should not be parsed, or `undefined` where it may be: a megabyte of brackets takes `JSON.parse` a second, and one of
 * empty objects a third of it, and meanwhile nobody else is answered. Whether it is JSON at all is the parser's to say.
 */
export function whyTooHeavy(bytes: Uint8Array, { maxDepth, maxPieces }: JsonBounds): string | undefined {
  let depth = 0
  let pieces = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    const opens = byte === OPEN_OBJECT || byte === OPEN_LIST
    if (byte === QUOTE) at = endOfText(bytes, at)
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth--
    else if (opens && ++depth > maxDepth) return `is nested deeper than ${maxDepth} levels`
    if ((opens || byte === COMMA) && ++pieces > maxPieces) return `holds more than ${maxPieces} values`
  }
  return undefined
}

/** Where the quote is that ends a text; the end of the bytes where there is none. */
function endOfText(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++
    else if (bytes[at] === QUOTE) return at
  }
  return bytes.length
}

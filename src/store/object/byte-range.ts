import type { ByteRange } from '../disk/blobs.ts'

/**
 * The bytes that a Range header asks for; `undefined` where it asks for none or for bytes that are not there: then the
 * whole object is the answer. Of several ranges the first counts.
 *
 * @see docs/spec/object-api.md section 5
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined || !header.startsWith(UNIT)) return undefined
  const [range = ''] = header.slice(UNIT.length).split(',', 1)
  const dash = range.indexOf('-')
  if (dash === -1) return undefined
  const [from, to] = [range.slice(0, dash).trim(), range.slice(dash + 1).trim()]
  if (from === '') return lastBytes(readOffset(to), size)
  return between(readOffset(from), to === '' ? size - 1 : readOffset(to), size)
}

const UNIT = 'bytes='

function lastBytes(count: number | undefined, size: number): ByteRange | undefined {
  return count === undefined || count === 0 || count > size ? undefined : { start: size - count, end: size - 1 }
}

function between(start: number | undefined, end: number | undefined, size: number): ByteRange | undefined {
  if (start === undefined || end === undefined || start > end || end >= size) return undefined
  return { start, end }
}

function readOffset(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

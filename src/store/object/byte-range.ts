import { PosternError } from '../../base/request-errors.ts'
import type { ByteRange } from '../disk/blobs.ts'
import type { ListedObject } from '../disk/records.ts'
import { isEtag, secondsOf } from './preconditions.ts'

type Ranged = Pick<ListedObject, 'size' | 'etag' | 'modified'>

/**
 * The bytes of an object that a request asks for; `undefined` where it asks for all, or for bytes that are not there: then
 * the whole object is the answer. `x-oss-range-behavior: standard` asks for what HTTP says instead.
 *
 * @see docs/spec/object-api.md section 5
 */
export function askedRange(headers: ReadonlyMap<string, string>, object: Ranged): ByteRange | undefined {
  const header = headers.get('range')
  if (header === undefined || !isStillThat(object, headers.get('if-range'))) return undefined
  if (headers.get('x-oss-range-behavior') !== 'standard') return parseRange(header, object.size)
  const range = readRange(header, object.size)
  return range && clipped(range, object.size, header)
}

/** The bytes that a range names, or `undefined` where it does not count: it says nothing, or names bytes that are not there. */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const range = header === undefined ? undefined : readRange(header, size)
  return range && range.start >= 0 && range.start <= range.end && range.end < size ? range : undefined
}

/** What the first range says, be it there or not; `undefined` where it says nothing that can be understood. */
function readRange(header: string, size: number): ByteRange | undefined {
  const [, from = '', to = ''] = /^bytes=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*(?:,|$)/.exec(header) ?? []
  if (from === '') return to === '' ? undefined : { start: size - Number(to), end: size - 1 }
  if (to === '') return { start: Number(from), end: size - 1 }
  return Number(from) > Number(to) ? undefined : { start: Number(from), end: Number(to) }
}

/** What of it is there. @see https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2 */
function clipped({ start, end }: ByteRange, size: number, header: string): ByteRange {
  if (size > 0 && start < size) return { start: Math.max(start, 0), end: Math.min(end, size - 1) }
  throw new PosternError('range-invalid', `The object has ${size} bytes.`, {
    RangeRequested: header.slice(0, 100),
    ActualObjectSize: String(size),
  })
}

/** A part of another state of the object must not come to what the reader has. @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5 */
function isStillThat({ etag, modified }: Ranged, validator: string | undefined): boolean {
  if (validator === undefined || isEtag(validator, etag)) return true
  return secondsOf(validator) === Math.floor(modified / 1000)
}

import { createHash } from 'node:crypto'
import { MIN_PART_BYTES } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import type { PresentUpload } from '../disk/catalog-uploads.ts'
import { combineCrc64 } from '../disk/crc64.ts'
import type { Content, ObjectAcl, ObjectRecord, PartRecord } from '../disk/records.ts'
import { objectExists } from '../object/keep-object.ts'
import type { NamedPart, PartList } from './part-list.ts'

export interface Completion {
  readonly key: string
  readonly list: PartList
  readonly forbidOverwrite: boolean
  /** Counts instead of the one that was given when the upload was initiated. */
  readonly acl?: ObjectAcl
  readonly now: Date
}

/**
 * The object that an upload becomes, or the refusal. Asked inside the change that puts it: no part can come or go between
 * the judgement and the object.
 */
export function composeObject(present: PresentUpload, completion: Completion): ObjectRecord {
  const { upload, current } = present
  const { key, list, acl, now } = completion
  const keepsOld = upload.forbidOverwrite || completion.forbidOverwrite
  if (keepsOld && current !== undefined) throw objectExists(key)
  const parts = list === 'all' ? allParts(present) : list.map((named) => matchingPart(present, named))
  refuseSmallParts(parts)
  return {
    ...upload.described,
    ...(acl !== undefined && { acl }),
    type: 'Multipart',
    size: sizeOf(parts),
    crc64: crc64Of(parts),
    etag: etagOf(parts),
    modified: now.getTime(),
    content: contentOf(parts),
  }
}

function allParts(present: PresentUpload): PartRecord[] {
  const parts = [...present.parts()]
  if (parts.length === 0) throw new PosternError('part-invalid', 'This upload has no part yet.')
  return parts
}

function matchingPart(present: PresentUpload, { number, etag }: NamedPart): PartRecord {
  const facts = { PartNumber: String(number), PartEtag: etag.slice(0, 100) }
  const part = present.part(number)
  if (part === undefined) throw new PosternError('part-invalid', `Part ${number} was not uploaded.`, facts)
  if (digitsOf(etag) === digitsOf(part.etag)) return part
  throw new PosternError('part-invalid', `The ETag of part ${number} is ${part.etag}.`, facts)
}

/** Clients send ETags with and without quotes, and what is hexadecimal in either case. */
function digitsOf(etag: string): string {
  return etag.trim().replaceAll('"', '').toUpperCase()
}

/** Only of the last part nobody knew before that it would be the last. */
function refuseSmallParts(parts: readonly PartRecord[]): void {
  const small = parts.slice(0, -1).find(({ size }) => size < MIN_PART_BYTES)
  if (small === undefined) return
  const { number, size, etag } = small
  const detail = `Part ${number} has ${size} bytes; every part but the last has ${MIN_PART_BYTES} at least.`
  throw new PosternError('part-too-small', detail, {
    MinSizeAllowed: String(MIN_PART_BYTES),
    ProposedSize: String(size),
    PartNumber: String(number),
    PartEtag: etag,
  })
}

function sizeOf(parts: readonly PartRecord[]): number {
  return parts.reduce((total, { size }) => total + size, 0)
}

/** The empty text has the CRC-64 0. */
function crc64Of(parts: readonly PartRecord[]): string {
  return parts.reduce((crc64, part) => combineCrc64(crc64, part.crc64, part.size), '0')
}

/**
 * The MD5 of the parts' MD5s as they are written, in upper case and without a separator; then their number.
 *
 * @see https://github.com/aliyun/aliyun-oss-java-sdk/blob/master/src/test/java/com/aliyun/oss/integrationtests/TestUtils.java calcMultipartsETag
 */
function etagOf(parts: readonly PartRecord[]): string {
  const digits = parts.map(({ etag }) => digitsOf(etag)).join('')
  return `"${createHash('md5').update(digits).digest('hex').toUpperCase()}-${parts.length}"`
}

function contentOf(parts: readonly PartRecord[]): Content {
  const pieces = parts.map(({ name, size }) => ({ name, size }))
  const [first, second] = pieces
  return first !== undefined && second === undefined ? { kind: 'blob', ...first } : { kind: 'pieces', pieces }
}

import { MAX_KEY_BYTES } from '../../base/limits.ts'
import type {
  BucketRecord,
  Content,
  Described,
  ListedObject,
  ObjectRecord,
  ObjectSummary,
  PartRecord,
  UploadRecord,
} from './records.ts'

/** The version of what follows in this file. A catalog written by a newer one is not opened; one written by 1 reads the same. */
export const CATALOG_VERSION = 2

/** How an object's record is written: short names, and nothing that is as usual. Bytes and lists of pieces are kept apart. */
interface StoredObject extends StoredDescription {
  readonly s: number
  /** Absent where the object has no MD5. */
  readonly m?: string
  readonly c: string
  readonly t: number
  readonly y?: ObjectRecord['type']
  /** The ETag, where it is not the MD5. */
  readonly e?: string
  /** The blob's name; absent where the bytes are inline or in pieces. */
  readonly b?: string
  /** The blob grows. */
  readonly g?: true
  /** The bytes are in pieces. */
  readonly p?: true
  /** A symlink's target. */
  readonly l?: string
}

interface StoredDescription {
  readonly ct: string
  readonly a?: Described['acl']
  readonly sc?: string
  readonly h?: Described['headers']
  readonly u?: Described['metadata']
  readonly x?: NonNullable<Described['encryption']>
  readonly tg?: Described['tags']
}

const USUAL_STORAGE_CLASS = 'Standard'

/** Bucket names of OSS have at most 63 characters; what is much longer cannot be a key of LMDB. */
const MAX_BUCKET_BYTES = 255

/** The key of a bucket's record, or `undefined` where no bucket can have this name. */
export function bucketKey(name: string): Buffer | undefined {
  const bytes = Buffer.from(name)
  const possible = bytes.length > 0 && bytes.length <= MAX_BUCKET_BYTES && !bytes.includes(0)
  return possible ? bytes : undefined
}

/**
 * The key of an object's record, or `undefined` where there can be none: bucket, NUL, the key's UTF-8. So a bucket's
 * objects stand together, in the order of their UTF-8; and a NUL in a bucket's name would reach into another bucket.
 */
export function objectKey(bucket: string, key: string | Uint8Array): Buffer | undefined {
  const first = bucketKey(bucket)
  const second = typeof key === 'string' ? Buffer.from(key) : key
  if (first === undefined || second.length > MAX_KEY_BYTES) return undefined
  return Buffer.concat([first, NUL, second])
}

/** The first key behind a bucket's objects, and behind its uploads. */
export function endOfBucket(bucket: string): Buffer {
  return Buffer.concat([Buffer.from(bucket), Buffer.of(1)])
}

const NUL = Buffer.of(0)

export function encodeObject(record: ObjectRecord): Buffer {
  const { content, md5, target } = record
  const stored: StoredObject = {
    s: record.size,
    ...(md5 === undefined ? {} : { m: Buffer.from(md5).toString('base64') }),
    c: record.crc64,
    t: record.modified,
    ...description(record),
    ...(record.type === 'Normal' ? {} : { y: record.type }),
    ...(md5 !== undefined && record.etag === md5Etag(md5) ? {} : { e: record.etag }),
    ...(content.kind === 'blob' ? { b: content.name } : {}),
    ...(content.kind === 'blob' && content.grows ? { g: true } : {}),
    ...(content.kind === 'pieces' ? { p: true } : {}),
    ...(target === undefined ? {} : { l: target }),
  }
  return encode(stored)
}

/** What a record says of its object; where the bytes are is asked of {@link contentOf}. */
export function decodeObject(bytes: Uint8Array): ListedObject & { readonly stored: StoredObject } {
  const stored = decode(bytes) as StoredObject
  const md5 = stored.m === undefined ? undefined : Buffer.from(stored.m, 'base64')
  return {
    stored,
    type: stored.y ?? 'Normal',
    size: stored.s,
    ...(md5 === undefined ? {} : { md5 }),
    crc64: stored.c,
    etag: stored.e ?? md5Etag(md5 ?? NUL),
    modified: stored.t,
    ...described(stored),
    ...(stored.l === undefined ? {} : { target: stored.l }),
  }
}

/** Of a record only what a listing tells: a page reads a thousand. */
export function decodeSummary(bytes: Uint8Array): ObjectSummary {
  const { s, m, t, y, e, sc } = decode(bytes) as StoredObject
  return {
    type: y ?? 'Normal',
    size: s,
    etag: e ?? md5Etag(Buffer.from(m ?? '', 'base64')),
    modified: t,
    storageClass: sc ?? USUAL_STORAGE_CLASS,
  }
}

/** Where an object's bytes are. @param apart gives what is kept apart from the record: the bytes, or the list of pieces */
export function contentOf(stored: StoredObject, apart: (from: 'inline' | 'pieces') => Uint8Array | undefined): Content {
  const { s: size, b: name } = stored
  if (name !== undefined) return { kind: 'blob', name, size, ...(stored.g === true && { grows: true }) }
  if (stored.p === true) return { kind: 'pieces', pieces: decodePieces(apart('pieces') ?? Buffer.alloc(0)) }
  const bytes = (size === 0 ? undefined : apart('inline')) ?? Buffer.alloc(0)
  if (bytes.length !== size) throw new Error(`The catalog holds ${bytes.length} bytes of an object of ${size}.`)
  return { kind: 'inline', bytes }
}

const NAME_BYTES = 18
const SIZE_BYTES = 6
const PIECE_BYTES = NAME_BYTES + SIZE_BYTES

/** Twenty-four bytes a piece: an upload may have ten thousand. */
export function encodePieces({ pieces }: Extract<Content, { kind: 'pieces' }>): Buffer {
  const bytes = Buffer.alloc(pieces.length * PIECE_BYTES)
  pieces.forEach(({ name, size }, index) => {
    bytes.write(name, index * PIECE_BYTES, 'hex')
    bytes.writeUIntLE(size, index * PIECE_BYTES + NAME_BYTES, SIZE_BYTES)
  })
  return bytes
}

function decodePieces(value: Uint8Array): { name: string; size: number }[] {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return Array.from({ length: bytes.length / PIECE_BYTES }, (_, index) => {
    const at = index * PIECE_BYTES
    return {
      name: bytes.toString('hex', at, at + NAME_BYTES),
      size: bytes.readUIntLE(at + NAME_BYTES, SIZE_BYTES),
    }
  })
}

export function encodeBucket(record: BucketRecord): Buffer {
  return encode(record)
}

export function decodeBucket(bytes: Uint8Array): BucketRecord {
  return decode(bytes) as BucketRecord
}

/** The key of an upload's record: its bucket's stand together, in the order of their keys. */
export function uploadKey(bucket: string, key: string, id: string): Buffer | undefined {
  const at = objectKey(bucket, key)
  return at && UPLOAD_ID.test(id) ? Buffer.concat([at, NUL, Buffer.from(id)]) : undefined
}

const UPLOAD_ID = /^[0-9A-F]{32}$/

export function encodeUpload(record: UploadRecord): Buffer {
  return encode(record)
}

export function decodeUpload(bytes: Uint8Array): UploadRecord {
  return decode(bytes) as UploadRecord
}

const MAX_PART_NUMBER = 0xffff

/** The key of a part's record: an upload's stand together, in the order of their numbers. */
export function partKey(id: string, number: number): Buffer {
  const at = Buffer.alloc(18)
  at.write(id, 'hex')
  at.writeUInt16BE(Math.min(number, MAX_PART_NUMBER), 16)
  return at
}

export function encodePart({ md5, ...record }: PartRecord): Buffer {
  return encode({ ...record, md5: Buffer.from(md5).toString('base64') })
}

export function decodePart(bytes: Uint8Array): PartRecord {
  const { md5, ...record } = decode(bytes) as Omit<PartRecord, 'md5'> & { readonly md5: string }
  return { ...record, md5: Buffer.from(md5, 'base64') }
}

function description(record: Described): StoredDescription {
  return {
    ct: record.contentType,
    ...(record.acl === 'default' ? {} : { a: record.acl }),
    ...(record.storageClass === USUAL_STORAGE_CLASS ? {} : { sc: record.storageClass }),
    ...(isEmpty(record.headers) ? {} : { h: record.headers }),
    ...(isEmpty(record.metadata) ? {} : { u: record.metadata }),
    ...(record.encryption === undefined ? {} : { x: record.encryption }),
    ...(record.tags.length === 0 ? {} : { tg: record.tags }),
  }
}

function described(stored: StoredDescription): Described {
  return {
    contentType: stored.ct,
    headers: stored.h ?? {},
    metadata: stored.u ?? {},
    acl: stored.a ?? 'default',
    storageClass: stored.sc ?? USUAL_STORAGE_CLASS,
    ...(stored.x === undefined ? {} : { encryption: stored.x }),
    tags: stored.tg ?? [],
  }
}

function encode(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

function decode(bytes: Uint8Array): unknown {
  return JSON.parse(asBuffer(bytes).toString())
}

function md5Etag(md5: Uint8Array): string {
  return `"${asBuffer(md5).toString('hex').toUpperCase()}"`
}

/** The same bytes, not copied. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function isEmpty(members: Readonly<Record<string, string>>): boolean {
  for (const _ in members) return false
  return true
}

import { MAX_KEY_BYTES } from '../../base/limits.ts'
import type { BucketRecord, Content, ObjectRecord } from './records.ts'

/** The version of what follows in this file. A catalog written by a newer one is not opened. */
export const CATALOG_VERSION = 1

/** How an object's record is written: short names, and nothing that is as usual. Inline bytes are kept apart. */
interface StoredObject {
  readonly s: number
  readonly m: string
  readonly c: string
  readonly t: number
  readonly ct: string
  /** The ETag, where it is not the MD5. */
  readonly e?: string
  /** The blob's name; absent where the bytes are inline. */
  readonly b?: string
  readonly a?: ObjectRecord['acl']
  readonly sc?: string
  readonly h?: ObjectRecord['headers']
  readonly u?: ObjectRecord['metadata']
  readonly x?: NonNullable<ObjectRecord['encryption']>
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
export function objectKey(bucket: string, key: string): Buffer | undefined {
  const first = bucketKey(bucket)
  const second = Buffer.from(key)
  if (first === undefined || second.length > MAX_KEY_BYTES) return undefined
  return Buffer.concat([first, NUL, second])
}

const NUL = Buffer.of(0)

export function encodeObject(record: ObjectRecord): Buffer {
  const md5 = Buffer.from(record.md5)
  const stored: StoredObject = {
    s: record.size,
    m: md5.toString('base64'),
    c: record.crc64,
    t: record.modified,
    ct: record.contentType,
    ...(record.etag === md5Etag(md5) ? {} : { e: record.etag }),
    ...(record.content.kind === 'blob' ? { b: record.content.name } : {}),
    ...(record.acl === 'default' ? {} : { a: record.acl }),
    ...(record.storageClass === USUAL_STORAGE_CLASS ? {} : { sc: record.storageClass }),
    ...(isEmpty(record.headers) ? {} : { h: record.headers }),
    ...(isEmpty(record.metadata) ? {} : { u: record.metadata }),
    ...(record.encryption === undefined ? {} : { x: record.encryption }),
  }
  return encode(stored)
}

/** @param inline gives the object's bytes, which are asked for where the record names no blob */
export function decodeObject(bytes: Uint8Array, inline: () => Uint8Array | undefined): ObjectRecord {
  const stored = decode(bytes) as StoredObject
  const md5 = Buffer.from(stored.m, 'base64')
  const content: Content =
    stored.b === undefined
      ? { kind: 'inline', bytes: inlineBytes(stored, inline()) }
      : { kind: 'blob', name: stored.b, size: stored.s }
  return {
    size: stored.s,
    md5,
    crc64: stored.c,
    content,
    etag: stored.e ?? md5Etag(md5),
    modified: stored.t,
    contentType: stored.ct,
    headers: stored.h ?? {},
    metadata: stored.u ?? {},
    acl: stored.a ?? 'default',
    storageClass: stored.sc ?? USUAL_STORAGE_CLASS,
    ...(stored.x === undefined ? {} : { encryption: stored.x }),
  }
}

function inlineBytes({ s: size }: StoredObject, bytes: Uint8Array = Buffer.alloc(0)): Uint8Array {
  if (bytes.length !== size) throw new Error(`The catalog holds ${bytes.length} bytes of an object of ${size}.`)
  return bytes
}

export function encodeBucket(record: BucketRecord): Buffer {
  return encode(record)
}

export function decodeBucket(bytes: Uint8Array): BucketRecord {
  return decode(bytes) as BucketRecord
}

function encode(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

function decode(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString())
}

function md5Etag(md5: Buffer): string {
  return `"${md5.toString('hex').toUpperCase()}"`
}

function isEmpty(members: Readonly<Record<string, string>>): boolean {
  for (const _ in members) return false
  return true
}

import { MAX_KEY_BYTES } from '../base/limits.ts'
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

/** The key under which an object is kept, or `undefined` where there can be none: bucket, NUL, the key's UTF-8. */
export function objectKey(bucket: string, key: string): Buffer | undefined {
  if (bucket === '' || bucket.includes('\0')) return undefined // a NUL in the bucket would reach into another bucket
  const bytes = Buffer.from(`${bucket}\0${key}`)
  return bytes.length > Buffer.byteLength(bucket) + 1 + MAX_KEY_BYTES ? undefined : bytes
}

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

/** @param inline the object's bytes, where the record names no blob */
export function decodeObject(bytes: Uint8Array, inline: () => Uint8Array): ObjectRecord {
  const stored = decode(bytes) as StoredObject
  const md5 = Buffer.from(stored.m, 'base64')
  const content: Content =
    stored.b === undefined ? { kind: 'inline', bytes: inline() } : { kind: 'blob', name: stored.b, size: stored.s }
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

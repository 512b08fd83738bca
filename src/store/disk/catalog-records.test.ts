import { expect, test } from 'vitest'
import {
  bucketKey,
  contentOf,
  decodeBucket,
  decodeObject,
  encodeBucket,
  encodeObject,
  encodePieces,
  objectKey,
} from './catalog-records.ts'
import { BUCKET, blob, inline, objectRecord } from './record.fixture.ts'
import type { BucketRecord, ObjectRecord } from './records.ts'

const objects: { what: string; record: ObjectRecord }[] = [
  { what: 'with nothing unusual', record: objectRecord(inline('hello world')) },
  { what: 'without bytes', record: objectRecord(inline('')) },
  { what: 'in a blob', record: objectRecord(blob('ab'.repeat(18))) },
  { what: 'with an ETag that is no MD5', record: objectRecord(inline('a'), { etag: '"5EB6-2"' }) },
  {
    what: 'with an ACL and a storage class',
    record: objectRecord(inline('a'), { acl: 'public-read', storageClass: 'IA' }),
  },
  {
    what: 'in pieces',
    record: objectRecord({
      kind: 'pieces',
      pieces: [
        { name: 'ab'.repeat(18), size: 5 * 1024 ** 3 },
        { name: 'cd'.repeat(18), size: 0 },
      ],
    }),
  },
  { what: 'in a blob that grows', record: objectRecord({ kind: 'blob', name: 'ab'.repeat(18), size: 3, grows: true }) },
  { what: 'without an MD5', record: withoutMd5(objectRecord(inline('a'), { type: 'Appendable', etag: '"AB-1"' })) },
  { what: 'that is a symlink', record: objectRecord(inline(''), { type: 'Symlink', target: 'dir/中' }) },
  {
    what: 'with tags',
    record: objectRecord(inline('a'), {
      tags: [
        ['b', '1'],
        ['a', ''],
      ],
    }),
  },
  { what: 'encrypted', record: objectRecord(inline('a'), { encryption: { algorithm: 'KMS', keyId: 'k' } }) },
  {
    what: 'with headers and metadata, whatever their names',
    record: objectRecord(inline('a'), {
      contentType: 'text/plain; charset="中文"',
      headers: { 'cache-control': 'no-cache', expires: '\u0000"\\' },
      metadata: { constructor: 'x', 中: '😀' },
    }),
  },
]

function reread(record: ObjectRecord, apart: Uint8Array | undefined): ObjectRecord {
  const { stored, ...listed } = decodeObject(encodeObject(record))
  return { ...listed, content: contentOf(stored, () => apart) }
}

function withoutMd5({ md5: _, ...record }: ObjectRecord): ObjectRecord {
  return record
}

test.each(objects)('an object $what is read as it was written', ({ record }) => {
  const { content } = record
  const bytes =
    content.kind === 'inline' ? content.bytes : content.kind === 'pieces' ? encodePieces(content) : undefined
  expect(reread(record, bytes)).toEqual(record)
})

test('a usual record takes less than 150 bytes beside its key', () => {
  expect(encodeObject(objectRecord(blob('ab'.repeat(18)))).length).toBeLessThan(200)
  expect(encodeObject(objectRecord(inline('hello world'))).length).toBeLessThan(150)
})

test('an object whose bytes are missing or cut is an error, not a shorter object', () => {
  const record = objectRecord(inline('hello world'))
  expect(() => reread(record, undefined)).toThrow(/0 bytes of an object of 11/)
  expect(() => reread(record, Buffer.from('hello'))).toThrow(/5 bytes of an object of 11/)
})

test('a bucket is read as it was written', () => {
  const rule = { origins: ['*'], methods: ['POST'], headers: [], exposed: ['ETag'], maxAgeSeconds: 60 }
  const record: BucketRecord = { ...BUCKET, cors: { rules: [rule], varyAlways: true } }
  expect(decodeBucket(encodeBucket(record))).toEqual(record)
})

test.each([
  { bucket: 'photos', key: 'a'.repeat(1023), possible: true },
  { bucket: 'photos', key: 'a'.repeat(1024), possible: false },
  { bucket: 'photos', key: '中'.repeat(341), possible: true },
  { bucket: 'photos', key: '中'.repeat(342), possible: false },
  { bucket: 'b'.repeat(255), key: 'a', possible: true },
  { bucket: 'b'.repeat(256), key: 'a', possible: false },
  { bucket: '', key: 'a', possible: false },
  { bucket: 'photos\0a', key: 'b', possible: false },
  { bucket: 'photos', key: 'a\0b', possible: true },
])('whether an object can be kept under a key, case $#', ({ bucket, key, possible }) => {
  expect(objectKey(bucket, key) !== undefined).toBe(possible)
})

test('no key of one bucket can be taken for a key of another', () => {
  expect(objectKey('a', 'b\0c')?.equals(objectKey('a-b', 'c') ?? Buffer.alloc(0))).toBe(false)
  expect(bucketKey('a\0b')).toBeUndefined()
})

test('keys are kept in the order of their UTF-8, each bucket by itself', () => {
  const keys = ['', '!', 'a', 'a/', 'a0', 'é', '\uFFFD', '😀'].flatMap((key) =>
    ['photos', 'photos-2'].map((bucket) => ({ bucket, key, at: objectKey(bucket, key) ?? Buffer.alloc(0) })),
  )
  const sorted = [...keys]
    .sort((one, other) => Buffer.compare(one.at, other.at))
    .map(({ bucket, key }) => [bucket, key])
  expect(sorted).toEqual(
    ['photos', 'photos-2'].flatMap((bucket) => keys.filter((k) => k.bucket === bucket).map((k) => [bucket, k.key])),
  )
})

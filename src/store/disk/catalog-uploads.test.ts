import { expect, test } from 'vitest'
import { withBucket } from './catalog.fixture.ts'
import type { Catalog } from './catalog.ts'
import { inline, objectRecord } from './record.fixture.ts'
import type { ObjectRecord, PartRecord, UploadRecord } from './records.ts'

const ID = 'AB'.repeat(16)
const PLACE = { bucket: 'photos', key: 'k', id: ID }

test('parts are read as they were kept, in the order of their numbers', async () => {
  const { catalog } = await withUpload()
  const numbers = [10_000, 2, 256, 1]
  for (const number of numbers) expect(await catalog.putPart(PLACE, part(number))).toBe('kept')
  expect([...catalog.parts(ID)]).toEqual([1, 2, 256, 10_000].map((number) => part(number)))
  expect([...catalog.parts(ID, 257)]).toEqual([part(10_000)])
  expect(catalog.part(ID, 2)).toEqual(part(2))
  expect(catalog.part(ID, 3)).toBeUndefined()
})

test('a part takes the place of the one with its number, whose blob is freed', async () => {
  const { catalog, freed } = await withUpload()
  await catalog.putPart(PLACE, part(1, 'aa'))
  await catalog.putPart(PLACE, part(1, 'bb'))
  expect(freed).toEqual(['aa'.repeat(18)])
  expect([...catalog.parts(ID)]).toEqual([part(1, 'bb')])
})

test('completing puts the object, forgets the upload, and frees what the object does not name', async () => {
  const { catalog, freed } = await withUpload()
  for (const number of [1, 2, 3]) await catalog.putPart(PLACE, part(number, `0${number}`))
  const made = await catalog.completeUpload(PLACE, ({ upload, parts, current }) => {
    expect([upload, current]).toEqual([UPLOAD, undefined])
    return objectOf([...parts()].filter(({ number }) => number !== 2))
  })
  expect(catalog.object('photos', 'k')).toEqual(made)
  expect(freed).toEqual(['02'.repeat(18)])
  expect(catalog.upload(PLACE)).toBeUndefined()
  expect([...catalog.parts(ID)]).toEqual([])
  expect(await catalog.completeUpload(PLACE, () => objectOf([]))).toBe('no-upload')
  await catalog.deleteObject('photos', 'k')
  expect(freed.toSorted()).toEqual(['01', '02', '03'].map((name) => name.repeat(18)))
})

test('an object made of parts takes the place of another, whose blobs are freed, and holds its own until it is gone', async () => {
  const { catalog, freed } = await withUpload()
  for (const number of [1, 2]) await catalog.putPart(PLACE, part(number, `0${number}`))
  await catalog.putObject('photos', 'k', objectOf([part(8, '08'), part(9, '09')]))
  await catalog.completeUpload(PLACE, ({ parts }) => objectOf(parts()))
  expect(freed.toSorted()).toEqual(['08', '09'].map((name) => name.repeat(18)))
  const copy = await catalog.changeObject('photos', 'copy', ({ object }) => object('photos', 'k'))
  expect(copy).toEqual(catalog.object('photos', 'k'))
  await catalog.deleteObject('photos', 'k')
  expect(freed).toHaveLength(2)
  await catalog.deleteObject('photos', 'copy')
  expect(freed.toSorted()).toEqual(['01', '02', '08', '09'].map((name) => name.repeat(18)))
})

test('a completion that is refused leaves the upload as it was', async () => {
  const { catalog, freed } = await withUpload()
  await catalog.putPart(PLACE, part(1))
  const refused = catalog.completeUpload(PLACE, () => {
    throw new Error('no')
  })
  await expect(refused).rejects.toThrow('no')
  expect([catalog.upload(PLACE), [...catalog.parts(ID)], freed]).toEqual([UPLOAD, [part(1)], []])
})

test('an upload that is aborted frees its parts and takes no more', async () => {
  const { catalog, freed } = await withUpload()
  await catalog.putPart(PLACE, part(1))
  expect(await catalog.abortUpload(PLACE)).toBe(true)
  expect(freed).toEqual([part(1).name])
  expect(await catalog.abortUpload(PLACE)).toBe(false)
  expect(await catalog.putPart(PLACE, part(2))).toBe('no-upload')
  expect(catalog.isBlobKnown(part(2).name)).toBe(false)
})

test.each([
  { ...PLACE, key: 'other' },
  { ...PLACE, bucket: 'other' },
  { ...PLACE, id: 'CD'.repeat(16) },
  { ...PLACE, id: '' },
  { ...PLACE, id: '../../x' },
  { ...PLACE, key: `k\0${ID}`, id: '' },
])('an upload’s id counts only with its own bucket and key, case $#', async (place) => {
  const { catalog } = await withUpload()
  expect(catalog.upload(place)).toBeUndefined()
  expect(await catalog.putPart(place, part(1))).toBe('no-upload')
  expect(await catalog.abortUpload(place)).toBe(false)
  expect(await catalog.completeUpload(place, () => objectOf([]))).toBe('no-upload')
})

test('uploads come in the order of keys, then ids, from any of them on', async () => {
  const { catalog } = await withBucket()
  const ids = ['1', '2'].map((digit) => digit.repeat(32))
  for (const key of ['b', 'a', 'a/b']) for (const id of ids) await catalog.createUpload({ ...UPLOAD, key, id })
  expect(names([...catalog.uploads('photos')])).toEqual(['a 1', 'a 2', 'a/b 1', 'a/b 2', 'b 1', 'b 2'])
  const from = { key: Buffer.from('a/b'), id: ids[1] ?? '' }
  expect(names([...catalog.uploads('photos', from)])).toEqual(['a/b 2', 'b 1', 'b 2'])

  function names(uploads: readonly UploadRecord[]): string[] {
    return uploads.map(({ key, id }) => `${key} ${id[0]}`)
  }
})

test('a bucket with an object or an upload is not deleted; an empty one is, and takes nothing more', async () => {
  const { catalog } = await withUpload()
  expect(await catalog.deleteBucket('photos')).toBe('not-empty')
  await catalog.abortUpload(PLACE)
  await catalog.putObject('photos', 'k', objectRecord(inline('x')))
  expect(await catalog.deleteBucket('photos')).toBe('not-empty')
  await catalog.deleteObject('photos', 'k')
  const [deleted, put] = await Promise.all([
    catalog.deleteBucket('photos'),
    catalog.putObject('photos', 'k', objectRecord(inline('x'))),
  ])
  expect([deleted, put.kind, catalog.bucket('photos')]).toEqual(['deleted', 'no-bucket', undefined])
  expect(await catalog.createUpload(UPLOAD)).toBe('no-bucket')
  expect(await catalog.deleteBucket('photos')).toBe('no-bucket')
})

const UPLOAD: UploadRecord = {
  ...PLACE,
  initiated: 1_767_323_045_000,
  owner: 'test-key',
  described: {
    contentType: 'text/plain',
    headers: {},
    metadata: { author: '李' },
    acl: 'default',
    storageClass: 'Standard',
    tags: [['a', 'b']],
  },
  forbidOverwrite: false,
}

async function withUpload(): Promise<{ catalog: Catalog; freed: string[] }> {
  const opened = await withBucket()
  expect(await opened.catalog.createUpload(UPLOAD)).toBe('created')
  return opened
}

function part(number: number, name = 'cc'): PartRecord {
  const md5 = Buffer.alloc(16, number)
  return { number, size: number, md5, crc64: '1', etag: '"AB"', modified: 1_767_323_045_001, name: name.repeat(18) }
}

function objectOf(parts: readonly PartRecord[]): ObjectRecord {
  return objectRecord(
    { kind: 'pieces', pieces: parts.map(({ name, size }) => ({ name, size })) },
    { type: 'Multipart' },
  )
}

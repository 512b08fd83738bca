import { randomBytes } from 'node:crypto'
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import type { Disk } from '../disk/open-disk.ts'
import { openDisk } from '../disk/open-disk.ts'
import { BUCKET, objectRecord } from '../disk/record.fixture.ts'
import type { Content, Digest } from '../disk/records.ts'
import { checkStore } from './check-store.ts'

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'postern-check-'))
  onTestFinished(() => rm(dir, { recursive: true }))
})

const ORDERLY = { damages: [], orphans: [], miscounted: [] }
const ID = 'AB'.repeat(16)

test('a store in which all is well is found so, with what it has', async () => {
  await filled(async (disk) => {
    await keep(disk, 'small', randomBytes(10))
    await keep(disk, 'large', randomBytes(300_000))
    await keep(disk, 'nothing', Buffer.alloc(0))
    await disk.catalog.changeObject('photos', 'copy', ({ object }) => object('photos', 'large'))
    await keepPart(disk, randomBytes(100_000))
    await keepAppendable(disk)
  })
  expect(await checkStore(dir)).toEqual({ objects: 5, parts: 1, bytes: 700_015, ...ORDERLY })
})

test('more objects than are read at once are all read, once', async () => {
  await filled(async (disk) => {
    await Promise.all(Array.from({ length: 2001 }, (_, at) => keep(disk, `key-${at}`, Buffer.from('x'))))
  })
  let told = 0
  expect(await checkStore(dir, { onProgress: (read) => (told = read) })).toMatchObject({ objects: 2001, bytes: 2001 })
  expect(told).toBe(2000)
})

test.each<[what: string, harm: (path: string) => Promise<void>, fault: RegExp]>([
  [
    'cut short',
    (path) => truncate(path, 299_999),
    /cannot be read: .* ends at byte 299999, but its record says 300000/,
  ],
  ['longer', (path) => appendFile(path, 'x'), /has 300001 bytes, and the record says 300000/],
  ['changed in one bit', flipBit, /have the CRC-64 \d+, and the record says \d+/],
  ['gone', (path) => rm(path), /cannot be read: ENOENT/],
])('a blob that is %s is told with its key, and left as it is', async (_, harm, fault) => {
  await filled((disk) => keep(disk, 'dir/large', randomBytes(300_000)))
  const [path = ''] = await blobFiles()
  await harm(path)
  const found = await checkStore(dir, { repair: true })
  expect(found).toMatchObject({
    damages: [{ bucket: 'photos', key: 'dir/large', fault: expect.stringMatching(fault) }],
  })
  expect(await checkStore(dir)).toMatchObject({ damages: found.damages, orphans: [] })
})

test('a damaged part of an upload is told with its number', async () => {
  await filled((disk) => keepPart(disk, randomBytes(100_000)))
  const [path = ''] = await blobFiles()
  await truncate(path, 0)
  expect(await checkStore(dir)).toMatchObject({ damages: [{ bucket: 'photos', key: 'upload', part: 7 }] })
})

test('a file that no record names is an orphan; a repair moves it aside with its bytes, deleting nothing', async () => {
  await filled(async (disk) => {
    const staged = await disk.blobs.stage(chunks(randomBytes(100_000)))
    await staged.publish()
    await disk.blobs.stage(chunks(randomBytes(200_000))) // and never published
    await keep(disk, 'large', randomBytes(300_000))
  })
  const { orphans, damages } = await checkStore(dir)
  expect([orphans.length, damages]).toEqual([2, []])
  expect(orphans.map(({ movedTo }) => movedTo)).toEqual([undefined, undefined])
  const bytes = await Promise.all(orphans.map(({ path }) => readFile(path)))

  const repaired = await checkStore(dir, { repair: true })
  expect(repaired.orphans.map(({ path }) => path).toSorted()).toEqual(orphans.map(({ path }) => path).toSorted())
  const moved = new Map(repaired.orphans.map(({ path, movedTo = '' }) => [path, movedTo]))
  for (const [at, { path }] of orphans.entries())
    expect((await readFile(moved.get(path) ?? '')).equals(bytes[at] ?? Buffer.alloc(0))).toBe(true)
  expect(await checkStore(dir)).toMatchObject({ objects: 1, ...ORDERLY })
})

test('books that miscount the records of a blob are told, and put right by a repair', async () => {
  await filled(async (disk) => {
    await keep(disk, 'large', randomBytes(300_000))
    await disk.catalog.changeObject('photos', 'copy', ({ object }) => object('photos', 'large'))
    const [[name = '', count] = []] = [...disk.catalog.heldBlobs()]
    expect(count).toBe(2)
    await disk.catalog.setHeld(
      new Map([
        [name, 1],
        ['00'.repeat(18), 3],
      ]),
    )
  })
  expect((await checkStore(dir, { repair: true })).miscounted).toHaveLength(2)
  expect(await checkStore(dir)).toMatchObject(ORDERLY)
  const disk = await openDisk(dir)
  await disk.catalog.deleteObject('photos', 'large')
  await disk.catalog.close()
  expect(await checkStore(dir)).toMatchObject({ objects: 1, ...ORDERLY })
})

test('a folder that holds no store is not made into one', async () => {
  await expect(checkStore(join(dir, 'mistyped'))).rejects.toThrow(/holds no store/)
  expect(await readdir(dir)).toEqual([])
})

test('a folder that is in use is not checked', async () => {
  const disk = await openDisk(dir)
  await expect(checkStore(dir)).rejects.toThrow(/in use by process/)
  await disk.catalog.close()
})

/** Fills the store, and closes it. */
async function filled(fill: (disk: Disk) => Promise<unknown>): Promise<void> {
  const disk = await openDisk(dir)
  await disk.catalog.createBucket(BUCKET)
  await fill(disk)
  await disk.catalog.close()
}

async function keep({ catalog, blobs }: Disk, key: string, bytes: Uint8Array): Promise<void> {
  const staged = await blobs.stage(chunks(bytes))
  await catalog.putObject('photos', key, recordOf(await staged.publish(), staged.digest))
}

async function keepPart({ catalog, blobs }: Disk, bytes: Uint8Array): Promise<void> {
  const staged = await blobs.stage(chunks(bytes), { mayBeInline: false })
  const content = await staged.publish()
  if (content.kind !== 'blob') throw new Error('Not a blob.')
  const { contentType, headers, metadata, acl, storageClass, tags } = objectRecord(content)
  const described = { contentType, headers, metadata, acl, storageClass, tags }
  const place = { bucket: 'photos', key: 'upload', id: ID }
  await catalog.createUpload({ ...place, initiated: 0, owner: 'test-key', described, forbidOverwrite: false })
  await catalog.putPart(place, { ...staged.digest, number: 7, etag: '"AB"', modified: 0, name: content.name })
}

/** Whose file is longer than its record: an append was cut off. */
async function keepAppendable({ catalog, blobs }: Disk): Promise<void> {
  const staged = await blobs.stage(chunks(Buffer.from('hello')), { mayBeInline: false })
  const content = await staged.publish()
  if (content.kind !== 'blob') throw new Error('Not a blob.')
  const growing = { ...content, grows: true } as const
  await blobs.grow(growing, chunks(Buffer.from(' and more')))
  await catalog.putObject('photos', 'log', recordOf(growing, staged.digest))
}

function recordOf(content: Content, { crc64, md5 }: Digest): ReturnType<typeof objectRecord> {
  return objectRecord(content, { crc64, md5 })
}

async function flipBit(path: string): Promise<void> {
  const bytes = await readFile(path)
  bytes[12_345] = (bytes[12_345] ?? 0) ^ 1
  await writeFile(path, bytes)
}

async function blobFiles(): Promise<string[]> {
  const entries = await readdir(join(dir, 'blobs'), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

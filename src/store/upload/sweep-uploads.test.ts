import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { NOW, testStore } from '../../../test/store-client.ts'
import { MAX_INLINE_BYTES } from '../disk/blobs.ts'
import { withBucket } from '../disk/catalog.fixture.ts'
import type { Catalog } from '../disk/catalog.ts'
import { sweepRegularly, sweepUploads } from './sweep-uploads.ts'
import { bytes, initiate, uploadOf } from './upload.fixture.ts'

const DAY = 24 * 60 * 60 * 1000
const MOMENT = NOW.getTime()

test.each([
  ['long ago, without a part', MOMENT - 1, undefined, true],
  ['at that moment', MOMENT, undefined, false],
  ['long ago, with an old part', MOMENT - 2, MOMENT - 1, true],
  ['long ago, with a part of that moment', MOMENT - 2, MOMENT, false],
])('an upload that was initiated %s: swept is %s', async (_, initiated, lastPart, swept) => {
  const { catalog } = await withBucket()
  await upload(catalog, 'k', initiated, lastPart)
  expect(await sweepUploads(catalog, NOW)).toBe(swept ? 1 : 0)
  expect([...catalog.uploads('photos')]).toHaveLength(swept ? 0 : 1)
})

test('a sweep frees the parts of what it aborts, in every bucket, and touches no more than that', async () => {
  const { catalog, freed } = await withBucket()
  await catalog.createBucket({ name: 'other', created: 0, owner: 'test-key', acl: 'private' })
  await upload(catalog, 'a', MOMENT - DAY, MOMENT - DAY, 'other')
  await upload(catalog, 'b', MOMENT - DAY, MOMENT)
  await Promise.all(Array.from({ length: 101 }, (_, at) => upload(catalog, `c${at}`, MOMENT - DAY)))
  expect(await sweepUploads(catalog, NOW)).toBe(102)
  expect(freed).toEqual(['aa'.repeat(18)])
  expect([...catalog.uploads('photos')].map(({ key }) => key)).toEqual(['b'])
})

test('a sweep runs at once and every hour until it is ended; a fault does not end it', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const { catalog } = await withBucket()
  const faults: unknown[] = []
  let clock = MOMENT
  let broken = false
  const fragile: Catalog = { ...catalog, buckets: () => (broken ? fault() : catalog.buckets()) }
  const end = sweepRegularly({
    catalog: fragile,
    now: () => new Date(clock),
    maxAge: DAY,
    onFault: (error) => faults.push(error),
  })
  await upload(catalog, 'k', MOMENT)
  broken = true
  vi.advanceTimersByTime(DAY / 24)
  await vi.waitFor(() => expect(faults).toHaveLength(1))
  broken = false
  clock += DAY
  vi.advanceTimersByTime(DAY / 24)
  clock += 1
  vi.advanceTimersByTime(DAY / 24)
  await vi.waitFor(() => expect([...catalog.uploads('photos')]).toEqual([]))
  await end()
  expect(vi.getTimerCount()).toBe(0)

  function fault(): never {
    throw new Error('a broken disk')
  }
})

test('a store that is opened after a week has aborted what was left lying, and its files are gone', async () => {
  const data = await mkdtemp(join(tmpdir(), 'postern-sweep-'))
  onTestFinished(() => rm(data, { recursive: true }))
  const first = await testStore({ data })
  const { key, id, part } = await initiate(first, 'k')
  await part(1, bytes(MAX_INLINE_BYTES + 1))
  await first.close()

  const openAndClose = async (age: number) => (await testStore({ data, now: () => new Date(MOMENT + age) })).close()
  await openAndClose(7 * DAY)
  expect(await filesIn(join(data, 'blobs'))).toHaveLength(1)
  await openAndClose(7 * DAY + 1)
  expect(await filesIn(join(data, 'blobs'))).toEqual([])
  const again = await testStore({ data })
  expect((await uploadOf(again, key, id).send({ method: 'GET' })).error.get('Code')).toBe('NoSuchUpload')
})

test('an upload that may lie for ever is kept', async () => {
  const { catalog } = await withBucket()
  await upload(catalog, 'k', 0)
  await sweepRegularly({ catalog, now: () => NOW, maxAge: Number.POSITIVE_INFINITY, onFault: () => undefined })()
  expect([...catalog.uploads('photos')]).toHaveLength(1)
})

test.each([0, -1, Number.NaN])('an upload may not be too old at once: %s', async (uploadMaxAgeMs) => {
  await expect(testStore({ uploadMaxAgeMs })).rejects.toThrow(TypeError)
})

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

let ids = 0

async function upload(
  catalog: Catalog,
  key: string,
  initiated: number,
  lastPart?: number,
  bucket = 'photos',
): Promise<void> {
  const id = (ids++).toString(16).toUpperCase().padStart(32, '0')
  const described = {
    contentType: 'text/plain',
    headers: {},
    metadata: {},
    acl: 'default',
    storageClass: 'Standard',
    tags: [],
  } as const
  await catalog.createUpload({ bucket, key, id, initiated, owner: 'test-key', described, forbidOverwrite: false })
  if (lastPart === undefined) return
  const part = { number: 1, size: 1, md5: Buffer.alloc(16), crc64: '1', etag: '"A"', name: `${key}${key}`.repeat(18) }
  await catalog.putPart({ bucket, key, id }, { ...part, modified: lastPart })
}

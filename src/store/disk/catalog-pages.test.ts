import { copyFile, mkdir, mkdtemp, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openCatalog } from './catalog.ts'
import { type Databases, openDatabases } from './catalog-databases.ts'
import { isCutShort } from './catalog-pages.ts'
import { BUCKET, blob, objectRecord } from './record.fixture.ts'

const PAGE_BYTES = 4096

test('a catalog that lacks a page in use is cut short; one that lacks pages that nobody uses is whole', async () => {
  const path = await filledCatalog()
  const all = await readAll(path)
  const whole: number[] = []
  const { size } = await stat(path)
  for (let pages = size / PAGE_BYTES; pages >= 0; pages--) {
    const cut = await cutTo(path, pages * PAGE_BYTES)
    if (await isCutShort(cut)) continue
    whole.push(pages)
    expect(await readAll(cut)).toEqual(all) // would end this process where we were wrong
  }
  expect(whole[0]).toBe(size / PAGE_BYTES)
  expect(whole.length).toBeLessThan(40)
})

test('a catalog that ends within a page lacks that page', async () => {
  const path = await filledCatalog()
  const { size } = await stat(path)
  expect(await isCutShort(await cutTo(path, size / 2 - 1))).toBe(true)
  expect(await isCutShort(await cutTo(path, 100))).toBe(true)
})

/** With trees of several levels, values of several pages, and free pages at its end. */
async function filledCatalog(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'postern-pages-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const catalog = await openCatalog(dir)
  await catalog.createBucket(BUCKET)
  const record = (at: number) =>
    objectRecord(
      at % 9 === 0 ? { kind: 'inline', bytes: Buffer.alloc(20_000, at) } : blob(at.toString(16).padStart(36, '0')),
    )
  const put = (at: number) => catalog.putObject('photos', `${'k'.repeat(500)}${at}`, record(at))
  await Promise.all(Array.from({ length: 100 }, (_, at) => put(at)))
  await Promise.all([0, 0, 0].map(put)) // the first two take pages and give them up again
  await catalog.close()
  return join(dir, 'catalog', 'data.mdb')
}

async function cutTo(path: string, bytes: number): Promise<string> {
  const cut = join(dirname(path), 'cut', 'data.mdb')
  await rm(dirname(cut), { recursive: true, force: true })
  await mkdir(dirname(cut))
  await copyFile(path, cut)
  await truncate(cut, bytes)
  return cut
}

async function readAll(path: string): Promise<unknown> {
  const databases = await openDatabases(dirname(path))
  try {
    const names = ['meta', 'buckets', 'objects', 'inline', 'pieces', 'blobs'] as const satisfies (keyof Databases)[]
    return names.map((name) => [...databases[name].getRange({})].map(({ key, value }) => [key, Buffer.from(value)]))
  } finally {
    await databases.close()
  }
}

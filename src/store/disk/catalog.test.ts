import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Catalog, openCatalog } from './catalog.ts'
import { openDatabases } from './catalog-databases.ts'
import { BUCKET, blob, inline, objectRecord } from './record.fixture.ts'

test('an object is read as it was put, also after a restart', async () => {
  const dir = await freshFolder()
  const [small, large] = [objectRecord(inline('hello')), objectRecord(blob('ab'.repeat(18)))]
  const catalog = await openCatalog(dir)
  await catalog.createBucket(BUCKET)
  expect(await catalog.putObject('photos', 'small', small)).toEqual({ kind: 'stored' })
  expect(await catalog.putObject('photos', 'large', large)).toEqual({ kind: 'stored' })
  await catalog.close()

  const reopened = await opened(dir)
  expect(reopened.object('photos', 'small')).toEqual(small)
  expect(reopened.object('photos', 'large')).toEqual(large)
  expect(reopened.object('photos', 'smal')).toBeUndefined()
  expect(reopened.object('other', 'small')).toBeUndefined()
  expect(reopened.bucket('photos')).toEqual(BUCKET)
})

test('a put tells what it replaced, and the last put stands', async () => {
  const catalog = await withBucket()
  const records = [inline('1'), blob('aa'.repeat(18)), blob('bb'.repeat(18)), inline(''), inline('5')].map((content) =>
    objectRecord(content),
  )
  const outcomes = await Promise.all(records.map((record) => catalog.putObject('photos', 'k', record)))
  expect(outcomes).toEqual(
    records.map((_, at) => (at === 0 ? { kind: 'stored' } : { kind: 'stored', replaced: records[at - 1] })),
  )
  expect(catalog.object('photos', 'k')).toEqual(records.at(-1))
})

test('of fifty puts of one key that forbid overwriting, at the same moment, one is kept', async () => {
  const catalog = await withBucket()
  const records = Array.from({ length: 50 }, (_, at) => objectRecord(inline(`version ${at}`)))
  const outcomes = await Promise.all(
    records.map((record) => catalog.putObject('photos', 'k', record, { forbidOverwrite: true })),
  )
  expect(outcomes.filter(({ kind }) => kind === 'stored')).toHaveLength(1)
  expect(outcomes.filter(({ kind }) => kind === 'exists')).toHaveLength(49)
  const winner = outcomes.findIndex(({ kind }) => kind === 'stored')
  expect(catalog.object('photos', 'k')).toEqual(records[winner])
})

test('a deletion tells what is gone, once', async () => {
  const catalog = await withBucket()
  const record = objectRecord(inline('x'))
  await catalog.putObject('photos', 'k', record)
  expect(await Promise.all([1, 2].map(() => catalog.deleteObject('photos', 'k')))).toEqual([record, undefined])
  expect(catalog.object('photos', 'k')).toBeUndefined()
  expect(await catalog.putObject('photos', 'k', record, { forbidOverwrite: true })).toEqual({ kind: 'stored' })
})

test('a blob is known while a record names it', async () => {
  const catalog = await withBucket()
  const [one, two] = ['aa'.repeat(18), 'bb'.repeat(18)]
  expect(catalog.isBlobKnown(one)).toBe(false)
  await catalog.putObject('photos', 'k', objectRecord(blob(one)))
  expect(catalog.isBlobKnown(one)).toBe(true)
  await catalog.putObject('photos', 'k', objectRecord(blob(two)))
  expect([one, two].map(catalog.isBlobKnown)).toEqual([false, true])
  await catalog.putObject('photos', 'k', objectRecord(inline('x')))
  expect(catalog.isBlobKnown(two)).toBe(false)
  await catalog.putObject('photos', 'k', objectRecord(blob(one)))
  await catalog.deleteObject('photos', 'k')
  expect(catalog.isBlobKnown(one)).toBe(false)
})

test('a bucket must exist before it takes objects, and is made once', async () => {
  const catalog = await opened(await freshFolder())
  expect(await catalog.putObject('photos', 'k', objectRecord(inline('x')))).toEqual({ kind: 'no-bucket' })
  const made = await Promise.all([1, 2, 3].map((created) => catalog.createBucket({ ...BUCKET, created })))
  expect(made).toEqual([true, false, false])
  expect(catalog.bucket('photos')).toEqual({ ...BUCKET, created: 1 })
})

test('changes of a bucket build on each other, and buckets come in the order of their names', async () => {
  const catalog = await withBucket()
  await catalog.createBucket({ ...BUCKET, name: 'archive' })
  await Promise.all(
    Array.from({ length: 10 }, () => catalog.updateBucket('photos', (old) => ({ ...old, created: old.created + 1 }))),
  )
  expect([...catalog.buckets()]).toEqual([
    { ...BUCKET, name: 'archive' },
    { ...BUCKET, created: BUCKET.created + 10 },
  ])
  expect(await catalog.updateBucket('none', (old) => old)).toBeUndefined()
})

test('a change that throws changes nothing and is told to its caller alone', async () => {
  const catalog = await withBucket()
  const broken = catalog.updateBucket('photos', () => {
    throw new Error('no')
  })
  const put = catalog.putObject('photos', 'k', objectRecord(inline('x')))
  await expect(broken).rejects.toThrow('no')
  expect(await put).toEqual({ kind: 'stored' })
  expect(catalog.bucket('photos')).toEqual(BUCKET)
})

test.each([
  { bucket: '', key: 'k' },
  { bucket: 'photos\0x', key: 'k' },
  { bucket: 'b'.repeat(20_000), key: 'k' },
  { bucket: 'photos', key: 'k'.repeat(20_000) },
])('names from outside that nothing can have are looked up without harm, case $#', async ({ bucket, key }) => {
  const catalog = await withBucket()
  expect(catalog.object(bucket, key)).toBeUndefined()
  expect(await catalog.deleteObject(bucket, key)).toBeUndefined()
  await expect(catalog.putObject(bucket, key, objectRecord(inline('x')))).rejects.toThrow(TypeError)
  if (bucket !== 'photos') {
    expect(catalog.bucket(bucket)).toBeUndefined()
    await expect(catalog.createBucket({ ...BUCKET, name: bucket })).rejects.toThrow(TypeError)
  }
})

test('a NUL in a bucket name does not reach the objects of another bucket', async () => {
  const catalog = await withBucket()
  await catalog.putObject('photos', 'a\0b', objectRecord(inline('x')))
  expect(catalog.object('photos\0a', 'b')).toBeUndefined()
})

test('a catalog of a newer version is not opened, and says so', async () => {
  const dir = await freshFolder()
  await (await openCatalog(dir)).close()
  const databases = await openDatabases(join(dir, 'catalog'))
  databases.meta.putSync(Buffer.from('version'), Buffer.from('3'))
  await databases.close()
  await expect(openCatalog(dir)).rejects.toThrow(/^The catalog in .* has version 3, .*\.$/)
  await expect(openCatalog(dir)).rejects.toThrow(/has version 3/) // and the folder was released
})

test('a folder that is in use is not opened, and says by whom', async () => {
  const dir = await freshFolder()
  const catalog = await openCatalog(dir)
  await expect(openCatalog(dir)).rejects.toThrow(`The folder ${dir} is in use by process ${process.pid}:`)
  await catalog.close()
  await (await openCatalog(dir)).close()
})

test('a place that cannot be written is not opened, and says why', async () => {
  const dir = await freshFolder()
  await writeFile(join(dir, 'file'), '')
  await expect(openCatalog(join(dir, 'file'))).rejects.toThrow(
    /^The folder .* cannot hold the store's data \(ENOTDIR.*\.$/,
  )
})

test.each([
  { what: 'text', content: 'no catalog'.repeat(1000) },
  { what: 'a few bytes', content: 'no' },
  { what: 'zeros', content: '\0'.repeat(10_000) },
])('a file that is no catalog but $what is not opened, and says so', async ({ content }) => {
  const dir = await freshFolder()
  await (await openCatalog(dir)).close()
  await writeFile(join(dir, 'catalog', 'data.mdb'), content)
  await expect(openCatalog(dir)).rejects.toThrow(/^The file .*data\.mdb is not a catalog: .*\.$/)
})

async function freshFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'postern-catalog-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  return dir
}

async function opened(dir: string): Promise<Catalog> {
  const catalog = await openCatalog(dir)
  onTestFinished(() => catalog.close())
  return catalog
}

async function withBucket(): Promise<Catalog> {
  const catalog = await opened(await freshFolder())
  await catalog.createBucket(BUCKET)
  return catalog
}

import { expect, test } from 'vitest'
import { withBucket } from './catalog.fixture.ts'
import { BUCKET, blob, inline, objectRecord } from './record.fixture.ts'
import type { ObjectRecord } from './records.ts'

const [ONE, TWO] = ['aa'.repeat(18), 'bb'.repeat(18)] as const

test('a change sees what every change before it made, and nobody comes between', async () => {
  const { catalog } = await withBucket()
  const grow = ({ current }: { current: ObjectRecord | undefined }) =>
    objectRecord(inline('x'.repeat((current?.size ?? 0) + 1)))
  await Promise.all(Array.from({ length: 50 }, () => catalog.changeObject('photos', 'k', grow)))
  expect(catalog.object('photos', 'k')?.size).toBe(50)
})

test('a change that throws, or wants a bucket that is not there, changes nothing', async () => {
  const { catalog } = await withBucket()
  await catalog.putObject('photos', 'k', objectRecord(inline('before')))
  const refused = catalog.changeObject('photos', 'k', () => {
    throw new Error('no')
  })
  await expect(refused).rejects.toThrow('no')
  expect(catalog.object('photos', 'k')).toEqual(objectRecord(inline('before')))
  expect(await catalog.changeObject('none', 'k', () => objectRecord(inline('x')))).toBe('no-bucket')
})

test('a record that changes all but its bytes keeps them, wherever they are', async () => {
  const { catalog, freed } = await withBucket()
  for (const content of [inline('hello'), inline(''), blob(ONE), piecesOf(ONE, TWO)]) {
    await catalog.putObject('photos', 'k', objectRecord(content))
    await catalog.changeObject('photos', 'k', ({ current }) => current && { ...current, acl: 'public-read' })
    expect(catalog.object('photos', 'k')).toEqual(objectRecord(content, { acl: 'public-read' }))
  }
  expect(freed).toEqual([]) // the pieces name the blob before them too
})

test('a blob is freed when the last of the records that name it is gone', async () => {
  const { catalog, freed } = await withBucket()
  await catalog.putObject('photos', 'source', objectRecord(blob(ONE)))
  const copy = ({ object }: { object(bucket: string, key: string): ObjectRecord | undefined }) =>
    object('photos', 'source')
  for (let copies = 0; copies < 300; copies++) await catalog.changeObject('photos', `copy-${copies}`, copy)
  await catalog.changeObject('photos', 'source', copy) // onto itself
  await catalog.deleteObject('photos', 'source')
  for (let copies = 0; copies < 299; copies++) await catalog.deleteObject('photos', `copy-${copies}`)
  expect(freed).toEqual([])
  expect(catalog.isBlobKnown(ONE)).toBe(true)
  await catalog.putObject('photos', 'copy-299', objectRecord(inline('x')))
  expect(freed).toEqual([ONE])
  expect(catalog.isBlobKnown(ONE)).toBe(false)
})

test('a bucket’s objects are listed in the order of their UTF-8, from any key on, without those of its neighbours', async () => {
  const { catalog } = await withBucket()
  const keys = ['', 'a', 'a/b', 'a0', 'b', '～', '😀'].filter((key) => key !== '')
  for (const name of ['photo', 'photos-2']) await catalog.createBucket({ ...BUCKET, name })
  for (const key of [...keys].reverse())
    for (const bucket of ['photo', 'photos', 'photos-2'])
      await catalog.putObject(bucket, key, objectRecord(inline(key)))
  expect(listed('photos', '')).toEqual(keys)
  expect(listed('photos', 'a/b')).toEqual(keys.slice(1))
  expect(listed('photos', 'a/c')).toEqual(keys.slice(2))
  expect(listed('photos', '😀')).toEqual(['😀'])
  expect(listed('none', '')).toEqual([])

  function listed(bucket: string, from: string): string[] {
    return [...catalog.objects(bucket, Buffer.from(from))].map(({ key }) => Buffer.from(key).toString())
  }
})

function piecesOf(...names: readonly string[]): ObjectRecord['content'] {
  return { kind: 'pieces', pieces: names.map((name) => ({ name, size: 100 })) }
}

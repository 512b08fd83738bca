import { expect, test } from 'vitest'
import type { BucketObject } from './bucket-objects.ts'
import { newestObjects } from './newest-objects.ts'

function object(key: string, minute: number): BucketObject {
  return { key, size: 1, modified: `2026-11-24T12:${String(minute).padStart(2, '0')}:00.000Z` }
}

async function* pages(...all: readonly (readonly BucketObject[])[]) {
  yield* all
}

const PAGES = [
  [object('a', 1), object('b', 5)],
  [object('c', 3), object('d', 3)],
] as const

test('the newest come first, whatever their keys and pages; the same moment is in the order of keys', async () => {
  const { objects, total, isComplete } = await newestObjects(pages(...PAGES), 10)
  expect(objects.map(({ key }) => key)).toEqual(['b', 'c', 'd', 'a'])
  expect({ total, isComplete }).toEqual({ total: 4, isComplete: true })
})

test('no more than are asked for, and all are counted', async () => {
  const { objects, total } = await newestObjects(pages(...PAGES), 1)
  expect(objects.map(({ key }) => key)).toEqual(['b'])
  expect(total).toBe(4)
})

test('above the limit it stops looking, and says that there may be newer ones', async () => {
  expect(await newestObjects(pages(...PAGES), 10, 2)).toMatchObject({ total: 2, isComplete: false })
  expect(await newestObjects(pages(...PAGES), 10, 4)).toMatchObject({ total: 4, isComplete: true })
})

test('an empty bucket has none', async () => {
  expect(await newestObjects(pages([]), 10)).toEqual({ objects: [], total: 0, isComplete: true })
})

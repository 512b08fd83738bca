import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { memoryCounter } from './memory-counter.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const TWO = { kind: 'forms', points: 2, windowSeconds: 60 }

test('a name has its points in each window, and is told when the next begins', async () => {
  const counter = memoryCounter(TWO)
  expect(await counter.add('eva', 1)).toBeUndefined()
  vi.advanceTimersByTime(20_000)
  expect(await counter.add('eva', 1)).toBeUndefined()
  expect(await counter.add('eva', 1)).toBe(40_000)
  expect(await counter.add('bob', 2)).toBeUndefined()
  vi.advanceTimersByTime(40_000)
  expect(await counter.add('eva', 2)).toBeUndefined()
})

test('what is taken back can be had again, and no more than that', async () => {
  const counter = memoryCounter(TWO)
  await counter.add('eva', 2)
  await counter.takeBack('eva', 1)
  expect(await counter.add('eva', 1)).toBeUndefined()
  expect(await counter.add('eva', 1)).toBe(60_000)
  await counter.takeBack('bob', 5)
  expect(await counter.add('bob', 3)).toBe(60_000)
})

test('beyond the names that it knows, the one whose window is the oldest is forgotten', async () => {
  const counter = memoryCounter(TWO, 2)
  for (const name of ['a', 'b', 'a']) await counter.add(name, 1)
  await counter.add('c', 1) // a is forgotten
  expect(await counter.add('b', 2)).toBe(60_000)
  expect(await counter.add('a', 2)).toBeUndefined()
})

test('names come to an end: the next window is a new one', async () => {
  const counter = memoryCounter(TWO, 2)
  await counter.add('a', 2)
  vi.advanceTimersByTime(60_000)
  await counter.add('b', 2)
  await counter.add('a', 2)
  await counter.add('c', 2) // b is older than the second window of a
  expect(await counter.add('a', 1)).toBe(60_000)
})

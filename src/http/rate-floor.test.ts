import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rateFloor } from './rate-floor.ts'

const FLOOR = { minBytes: 1024, windowMs: 30_000 }

test('a sender may keep us waiting for the whole window, and not longer', () => {
  const floor = rateFloor(FLOOR)
  expect(floor.remainingMs()).toBe(30_000)
  floor.waited(29_999, 0)
  expect(floor.remainingMs()).toBe(1)
  floor.waited(1, 1)
  expect(floor.remainingMs()).toBe(0)
})

test('a byte every five seconds does not buy time', () => {
  const floor = rateFloor(FLOOR)
  for (let byte = 0; byte < 6; byte++) floor.waited(5000, 1)
  expect(floor.remainingMs()).toBe(0)
})

test('the window starts anew when enough has come: at the limit, and not one byte before', () => {
  const floor = rateFloor(FLOOR)
  floor.waited(20_000, 1023)
  expect(floor.remainingMs()).toBe(10_000)
  floor.waited(0, 1)
  expect(floor.remainingMs()).toBe(30_000)
})

test('an upload that makes progress is never too slow, however long it takes', () => {
  const chunk = fc.record({ ms: fc.integer({ min: 0, max: 29_999 }), bytes: fc.integer({ min: 1024, max: 100_000 }) })
  fc.assert(
    fc.property(fc.array(chunk), (chunks) => {
      const floor = rateFloor(FLOOR)
      for (const { ms, bytes } of chunks) {
        expect(floor.remainingMs()).toBeGreaterThan(ms)
        floor.waited(ms, bytes)
      }
    }),
  )
})

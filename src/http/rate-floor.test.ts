import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RateFloor } from './rate-floor.ts'

test('a sender may keep us waiting for the whole window, and not longer', () => {
  const floor = new RateFloor(1024, 30_000)
  floor.begin(0)
  expect(floor.remainingMs(29_999)).toBe(1)
  expect(floor.remainingMs(30_000)).toBe(0)
})

test('a byte every five seconds does not buy time', () => {
  const floor = new RateFloor(1024, 30_000)
  for (let byte = 0; byte < 6; byte++) {
    floor.begin(byte * 5000)
    floor.end((byte + 1) * 5000, 1)
  }
  expect(floor.remainingMs(30_000)).toBe(0)
})

test('time in which we did not wait does not count', () => {
  const floor = new RateFloor(1024, 30_000)
  floor.begin(0)
  floor.end(10_000, 1)
  expect(floor.remainingMs(1_000_000)).toBe(20_000)
})

test('the window starts anew when enough has come: at the limit, and not one byte before', () => {
  const floor = new RateFloor(1024, 30_000)
  floor.begin(0)
  floor.end(20_000, 1023)
  expect(floor.remainingMs(20_000)).toBe(10_000)
  floor.begin(20_000)
  floor.end(20_000, 1)
  expect(floor.remainingMs(20_000)).toBe(30_000)
})

test('an upload that makes progress is never too slow, however long it takes', () => {
  const chunk = fc.record({ ms: fc.integer({ min: 0, max: 29_999 }), bytes: fc.integer({ min: 1024, max: 100_000 }) })
  fc.assert(
    fc.property(fc.array(chunk), (chunks) => {
      const floor = new RateFloor(1024, 30_000)
      let now = 0
      for (const { ms, bytes } of chunks) {
        floor.begin(now)
        now += ms
        expect(floor.remainingMs(now)).toBeGreaterThan(0)
        floor.end(now, bytes)
      }
    }),
  )
})

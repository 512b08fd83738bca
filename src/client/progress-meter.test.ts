import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createProgressMeter } from './progress-meter.ts'

/** A meter, and the hand on its clock. */
function meterOf(totalBytes: number) {
  let at = 1_000_000
  const meter = createProgressMeter(totalBytes, () => at)
  return {
    meter,
    after(seconds: number, sentBytes: number): boolean {
      at += seconds * 1000
      return meter.note(sentBytes)
    },
  }
}

test('nothing is known before two moments are', () => {
  const { meter, after } = meterOf(1000)
  expect(meter.progress).toEqual({ sentBytes: 0, totalBytes: 1000 })
  after(1, 100)
  expect(meter.progress).toEqual({ sentBytes: 100, totalBytes: 1000 })
})

test('two moments tell how fast it goes, and how long it still takes', () => {
  const { meter, after } = meterOf(1000)
  after(0, 100)
  after(2, 300)
  expect(meter.progress).toEqual({ sentBytes: 300, totalBytes: 1000, bytesPerSecond: 100, secondsLeft: 7 })
})

test('the speed is that of the last five seconds', () => {
  const { meter, after } = meterOf(100_000)
  after(0, 0)
  after(1, 50_000)
  after(4.5, 50_450)
  expect(meter.progress.bytesPerSecond).toBe(100)
})

test('after a break only what comes after it counts', () => {
  const { meter, after } = meterOf(1000)
  after(0, 100)
  after(1, 200)
  meter.rest()
  after(60, 300)
  expect(meter.progress).toEqual({ sentBytes: 300, totalBytes: 1000 })
  after(1, 350)
  expect(meter.progress.bytesPerSecond).toBe(50)
})

test('what is sent again is no progress, until it is more than before', () => {
  const { meter, after } = meterOf(1000)
  expect(after(1, 500)).toBe(true)
  expect(after(1, 100)).toBe(false)
  expect(after(1, 500)).toBe(false)
  expect(meter.progress.sentBytes).toBe(500)
  expect(after(1, 501)).toBe(true)
})

test('the end is the end: no more is sent than there is', () => {
  const { meter, after } = meterOf(1000)
  after(0, 500)
  expect(after(1, 1001)).toBe(true)
  expect(after(1, 1002)).toBe(false)
  expect(meter.progress).toMatchObject({ sentBytes: 1000, totalBytes: 1000, secondsLeft: 0 })
})

test('an empty file is at its end from the beginning', () => {
  const { meter, after } = meterOf(0)
  expect(meter.progress).toEqual({ sentBytes: 0, totalBytes: 0 })
  expect(after(1, 0)).toBe(false)
})

test('whatever is noted, progress never goes back, and its numbers are numbers', () => {
  const notes = fc.array(fc.tuple(fc.nat(20), fc.oneof(fc.nat(2000), fc.constant('rest'))))
  fc.assert(
    fc.property(notes, (plan) => {
      const { meter, after } = meterOf(1000)
      let before = 0
      for (const [seconds, what] of plan) {
        if (typeof what === 'string') meter.rest()
        else after(seconds, what)
        const { sentBytes, bytesPerSecond = 1, secondsLeft = 0 } = meter.progress
        expect(sentBytes).toBeGreaterThanOrEqual(before)
        expect(sentBytes).toBeLessThanOrEqual(1000)
        expect(bytesPerSecond).toBeGreaterThan(0)
        expect(secondsLeft).toBeGreaterThanOrEqual(0)
        expect(Number.isFinite(bytesPerSecond) && Number.isFinite(secondsLeft)).toBe(true)
        before = sentBytes
      }
    }),
  )
})

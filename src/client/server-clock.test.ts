import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createServerClock } from './server-clock.ts'

const NOON = Date.parse('2026-11-24T12:00:00Z')

beforeEach(() => {
  vi.useFakeTimers({ now: NOON })
})
afterEach(() => {
  vi.useRealTimers()
})

test("until the server has said better, this computer's clock is believed", () => {
  expect(createServerClock().now()).toBe(NOON)
})

test.each([-7200, -1, 0, 1, 7200, 86_400 * 365])(
  'a server %i seconds ahead is believed, and its time goes on',
  (seconds) => {
    const clock = createServerClock()
    clock.learn(new Date(NOON + seconds * 1000).toUTCString())
    expect(clock.now()).toBe(NOON + seconds * 1000)
    vi.advanceTimersByTime(90_000)
    expect(clock.now()).toBe(NOON + seconds * 1000 + 90_000)
  },
)

test('each answer corrects the one before', () => {
  const clock = createServerClock()
  clock.learn('Tue, 24 Nov 2026 14:00:00 GMT')
  clock.learn('Tue, 24 Nov 2026 12:00:05 GMT')
  expect(clock.now()).toBe(NOON + 5000)
})

test("the computer's clock may be set meanwhile: the next answer says so", () => {
  const clock = createServerClock()
  clock.learn('Tue, 24 Nov 2026 12:00:00 GMT')
  vi.setSystemTime(NOON + 3_600_000)
  clock.learn('Tue, 24 Nov 2026 12:00:10 GMT')
  expect(clock.now()).toBe(NOON + 10_000)
})

test.each([null, '', 'yesterday', 'NaN'])('a date of %j changes nothing', (date) => {
  const clock = createServerClock()
  clock.learn('Tue, 24 Nov 2026 13:00:00 GMT')
  clock.learn(date)
  expect(clock.now()).toBe(NOON + 3_600_000)
})

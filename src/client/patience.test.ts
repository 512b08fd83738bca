import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { delayFor, isOffline, wait } from './patience.ts'

const noFacts = { facts: {} }

describe('how long to wait before the next try', () => {
  test.each([
    { attempt: 1, least: 250, most: 500 },
    { attempt: 2, least: 500, most: 1000 },
    { attempt: 3, least: 1000, most: 2000 },
    { attempt: 6, least: 8000, most: 16_000 },
    { attempt: 7, least: 15_000, most: 30_000 },
    { attempt: 8, least: 15_000, most: 30_000 },
    { attempt: 2000, least: 15_000, most: 30_000 },
  ])('try $attempt: $least to $most milliseconds', ({ attempt, least, most }) => {
    expect(delayFor(attempt, noFacts, 0)).toBe(least)
    expect(delayFor(attempt, noFacts, 1)).toBe(most)
  })

  test('pages that fail together do not come back together', () => {
    expect(new Set(Array.from({ length: 20 }, () => delayFor(8, noFacts))).size).toBeGreaterThan(10)
  })

  test('what a refusal asks for is kept, and pages that are asked the same still do not come back together', () => {
    const asked = { facts: { RetryAfterSeconds: '60' } }
    expect(delayFor(1, asked, 0)).toBe(60_000)
    expect(delayFor(1, asked, 1)).toBe(60_500)
    expect(delayFor(8, { facts: { RetryAfterSeconds: '2' } }, 0)).toBe(15_000)
  })

  test.each(['soon', '', '-5', 'NaN', '1e', '0x'])('a refusal that asks for "%s" asks for nothing', (text) => {
    expect(delayFor(1, { facts: { RetryAfterSeconds: text } }, 0)).toBe(250)
  })

  test('it is a number of milliseconds, whatever a refusal says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.string(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, text, random) => {
          expect(delayFor(n, { facts: { RetryAfterSeconds: text } }, random)).toBeGreaterThanOrEqual(250)
        },
      ),
    )
  })
})

describe('waiting', () => {
  const page = new EventTarget()
  const never = new AbortController().signal

  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  /** Whether it is over, once all is done that can be done now. */
  async function isOver(waiting: Promise<void>): Promise<boolean> {
    let over = false
    void waiting.then(() => {
      over = true
    })
    await vi.advanceTimersByTimeAsync(0)
    return over
  }

  test('takes as long as it is told', async () => {
    const waiting = wait(1000, never)
    await vi.advanceTimersByTimeAsync(999)
    expect(await isOver(waiting)).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await isOver(waiting)).toBe(true)
  })

  test('ends early when the network is back', async () => {
    const waiting = wait(1000, never)
    page.dispatchEvent(new Event('online'))
    expect(await isOver(waiting)).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('ends early when it is stopped, and at once where it was before', async () => {
    const stop = new AbortController()
    const waiting = wait(1000, stop.signal)
    expect(await isOver(waiting)).toBe(false)
    stop.abort()
    expect(await isOver(waiting)).toBe(true)
    expect(await isOver(wait(1000, stop.signal))).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('without a network it takes until there is one, or half a minute: a computer may be wrong about its network', async () => {
    vi.stubGlobal('navigator', { onLine: false })
    expect(isOffline()).toBe(true)
    const waiting = wait(1000, never)
    await vi.advanceTimersByTimeAsync(29_999)
    expect(await isOver(waiting)).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await isOver(waiting)).toBe(true)

    const second = wait(1000, never)
    page.dispatchEvent(new Event('online'))
    expect(await isOver(second)).toBe(true)
  })

  test('without a network it takes no less than it is told', async () => {
    vi.stubGlobal('navigator', { onLine: false })
    const waiting = wait(120_000, never)
    await vi.advanceTimersByTimeAsync(119_999)
    expect(await isOver(waiting)).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await isOver(waiting)).toBe(true)
  })

  test('leaves nobody listening', async () => {
    let listening = 0
    vi.stubGlobal('addEventListener', () => listening++)
    vi.stubGlobal('removeEventListener', () => listening--)
    const stop = new AbortController()
    const waits = [wait(10, never), wait(10_000, stop.signal)]
    expect(listening).toBe(2)
    stop.abort()
    await vi.advanceTimersByTimeAsync(10)
    await Promise.all(waits)
    expect(listening).toBe(0)
  })
})

test.each([
  { navigator: { onLine: true }, offline: false },
  { navigator: { onLine: false }, offline: true },
  { navigator: {}, offline: false },
  { navigator: undefined, offline: false },
])('a platform whose navigator is $navigator is offline: $offline', ({ navigator, offline }) => {
  vi.stubGlobal('navigator', navigator)
  expect(isOffline()).toBe(offline)
  vi.unstubAllGlobals()
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { onceAFrame } from './once-a-frame.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('work that is asked for many times is done once a frame', () => {
  const work = vi.fn()
  const frame = onceAFrame(work)
  for (let times = 0; times < 3; times++) frame.ask()
  expect(work).not.toHaveBeenCalled()
  vi.advanceTimersToNextFrame()
  expect(work).toHaveBeenCalledTimes(1)
  vi.runAllTimers()
  expect(work).toHaveBeenCalledTimes(1)
})

test('work that asks for more has it in the next frame', () => {
  const work = vi.fn(() => frame.ask())
  const frame = onceAFrame(work)
  frame.ask()
  for (let frames = 0; frames < 3; frames++) vi.advanceTimersToNextFrame()
  expect(work).toHaveBeenCalledTimes(3)
})

test('what is cancelled is not done, and can be asked for again', () => {
  const work = vi.fn()
  const frame = onceAFrame(work)
  frame.ask()
  frame.cancel()
  vi.runAllTimers()
  expect(work).not.toHaveBeenCalled()
  frame.ask()
  vi.runAllTimers()
  expect(work).toHaveBeenCalledTimes(1)
})

test('a browser does it before it paints', () => {
  const paint = framesByHand()
  const work = vi.fn()
  onceAFrame(work).ask()
  paint()
  expect(work).toHaveBeenCalledTimes(1)
  vi.runAllTimers()
  expect(work).toHaveBeenCalledTimes(1)
})

test('a tab that is not seen has no frames, and hears of it all the same, once', () => {
  const paint = framesByHand()
  const work = vi.fn()
  onceAFrame(work).ask()
  vi.advanceTimersByTime(249)
  expect(work).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(work).toHaveBeenCalledTimes(1)
  paint()
  expect(work).toHaveBeenCalledTimes(1)
})

/** A browser that paints when it is told to. */
function framesByHand(): () => void {
  let next: (() => void) | undefined
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => {
    next = callback
    return 1
  })
  vi.stubGlobal('cancelAnimationFrame', () => {
    next = undefined
  })
  return () => next?.()
}

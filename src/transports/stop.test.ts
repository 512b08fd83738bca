import { expect, test, vi } from 'vitest'
import { createStop } from './stop.ts'

test('a stop tells its listeners once, and says from then on that it has stopped', () => {
  const { signal, abort } = createStop()
  const [heard, left] = [vi.fn(), vi.fn()]
  signal.addEventListener('abort', heard)
  signal.addEventListener('abort', left)
  signal.removeEventListener('abort', left)
  expect(signal.aborted).toBe(false)
  abort()
  abort()
  expect(signal.aborted).toBe(true)
  expect(heard).toHaveBeenCalledOnce()
  expect(left).not.toHaveBeenCalled()
})

test('a listener that leaves while the others are told disturbs none', () => {
  const { signal, abort } = createStop()
  const order: string[] = []
  const first = () => {
    order.push('first')
    signal.removeEventListener('abort', first)
  }
  signal.addEventListener('abort', first)
  signal.addEventListener('abort', () => order.push('second'))
  abort()
  expect(order).toEqual(['first', 'second'])
})

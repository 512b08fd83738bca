import { expect, test } from 'vitest'
import { createNonces } from './nonces.ts'

const NOW = new Date('2026-01-02T03:04:05Z')
const later = (ms: number) => new Date(NOW.getTime() + ms)
const QUARTER = 15 * 60_000

test.each([-QUARTER, 0, QUARTER])(
  'a nonce is remembered until 15 minutes after its call’s date, %d ms from now',
  (ahead) => {
    const nonces = createNonces()
    const dated = later(ahead)
    expect(nonces.use('key', 'once', dated, NOW)).toBe('fresh')
    expect(nonces.use('key', 'once', dated, later(ahead + QUARTER))).toBe('used')
    expect(nonces.use('key', 'once', dated, later(ahead + QUARTER + 1))).toBe('fresh')
  },
)

test('where there is no room for a nonce, calls are refused, and what is known stays known', () => {
  const nonces = createNonces({ ofKey: 2, ofAll: 3 })
  const use = (key: string, nonce: string, at = NOW) => nonces.use(key, nonce, NOW, at)
  expect([use('a', '1'), use('a', '2'), use('a', '3')]).toEqual(['fresh', 'fresh', 'too many'])
  expect([use('b', '1'), use('b', '2'), use('c', '1')]).toEqual(['fresh', 'too many', 'too many'])
  expect([use('a', '1'), use('a', '2'), use('b', '1')]).toEqual(['used', 'used', 'used'])
  expect(use('c', '1', later(QUARTER + 1))).toBe('fresh')
})

test('a nonce of any length takes the same room', () => {
  const nonces = createNonces()
  const long = 'a'.repeat(10_000)
  expect(nonces.use('key', long, NOW, NOW)).toBe('fresh')
  expect(nonces.use('key', `${long}b`, NOW, NOW)).toBe('fresh')
  expect(nonces.use('key', long, NOW, NOW)).toBe('used')
})

import { expect, test } from 'vitest'
import { createNonces } from './nonces.ts'

const NOW = new Date('2026-01-02T03:04:05Z')
const later = (ms: number) => new Date(NOW.getTime() + ms)
const HALF_HOUR = 30 * 60_000

test('a nonce is remembered for half an hour', () => {
  const nonces = createNonces()
  expect(nonces.use('key', 'once', NOW)).toBe('fresh')
  expect(nonces.use('key', 'once', later(HALF_HOUR))).toBe('used')
  expect(nonces.use('key', 'once', later(HALF_HOUR + 1))).toBe('fresh')
})

test('where there is no room for a nonce, calls are refused, and what is known stays known', () => {
  const nonces = createNonces({ ofKey: 2, ofAll: 3 })
  const use = (key: string, nonce: string, at = NOW) => nonces.use(key, nonce, at)
  expect([use('a', '1'), use('a', '2'), use('a', '3')]).toEqual(['fresh', 'fresh', 'too many'])
  expect([use('b', '1'), use('b', '2'), use('c', '1')]).toEqual(['fresh', 'too many', 'too many'])
  expect([use('a', '1'), use('a', '2'), use('b', '1')]).toEqual(['used', 'used', 'used'])
  expect(use('c', '1', later(HALF_HOUR + 1))).toBe('fresh')
})

test('a nonce of any length takes the same room', () => {
  const nonces = createNonces()
  const long = 'a'.repeat(10_000)
  expect(nonces.use('key', long, NOW)).toBe('fresh')
  expect(nonces.use('key', `${long}b`, NOW)).toBe('fresh')
  expect(nonces.use('key', long, NOW)).toBe('used')
})

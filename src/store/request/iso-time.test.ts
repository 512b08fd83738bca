import { expect, test } from 'vitest'
import { isoTime } from './iso-time.ts'

test('an instant is written to the second, with milliseconds that are zero', () => {
  expect(isoTime(Date.parse('2026-01-02T03:04:05.000Z'))).toBe('2026-01-02T03:04:05.000Z')
  expect(isoTime(Date.parse('2026-01-02T03:04:05.999Z'))).toBe('2026-01-02T03:04:05.000Z')
})

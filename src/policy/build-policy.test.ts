import { expect, test } from 'vitest'
import { eq, fileSize, noneOf, oneOf, startsWith } from './build-policy.ts'

test('each builder makes its condition', () => {
  expect(eq('key', 'a')).toEqual({ op: 'eq', field: 'key', value: 'a' })
  expect(startsWith('key', 'user/')).toEqual({ op: 'starts-with', field: 'key', prefix: 'user/' })
  expect(oneOf('content-type', ['a'])).toEqual({ op: 'in', field: 'content-type', values: ['a'] })
  expect(noneOf('cache-control', ['a'])).toEqual({ op: 'not-in', field: 'cache-control', values: ['a'] })
  expect(fileSize(0, 10)).toEqual({ op: 'content-length-range', min: 0, max: 10 })
})

test.each(['', '$', '$key'])('a field is named as the form names it, not %j', (field) => {
  expect(() => eq(field, 'a')).toThrow(TypeError)
  expect(() => startsWith(field, 'a')).toThrow(TypeError)
  expect(() => oneOf(field, ['a'])).toThrow(TypeError)
  expect(() => noneOf(field, ['a'])).toThrow(TypeError)
})

test.each([
  [-1, 10],
  [0.5, 10],
  [0, 10.5],
  [0, Number.NaN],
  [0, Number.POSITIVE_INFINITY],
  [0, 2 ** 53],
  [11, 10],
])('a file size goes from a whole number up to another, not from %d to %d', (min, max) => {
  expect(() => fileSize(min, max)).toThrow(TypeError)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readUrlEncoded, urlEncoded } from './url-encoded.ts'

test.each([
  ['', ''],
  ['a/b', 'a/b'],
  ['a%2Fb%3f', 'a/b?'],
  ['a+b%2B%20', 'a b+ '],
  ['%E4%BD%9C', '作'],
  ['%25252F', '%252F'],
  ['作', '作'],
  ['%', undefined],
  ['%2', undefined],
  ['%zz', undefined],
  ['%+1', undefined],
  ['%FF', undefined],
  ['%ED%A0%80', undefined],
])('%j decoded is %j', (value, text) => {
  expect(readUrlEncoded(value)).toBe(text)
})

test('what is encoded is decoded to the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (key) => {
      expect(readUrlEncoded(urlEncoded(key))).toBe(key)
    }),
  )
})

import { expect, test } from 'vitest'
import { readUrlEncoded } from './url-encoded.ts'

test.each([
  ['', ''],
  ['a/b', 'a/b'],
  ['a%2Fb%3f', 'a/b?'],
  ['a+b%2B%20', 'a b+ '],
  ['%E4%BD%9C', '作'],
  ['%25252F', '%252F'],
  [Buffer.from('作').toString('latin1'), '作'],
  ['%', undefined],
  ['%2', undefined],
  ['%zz', undefined],
  ['%+1', undefined],
  ['%FF', undefined],
  ['%ED%A0%80', undefined],
])('%j decoded is %j', (value, text) => {
  expect(readUrlEncoded(value)).toBe(text)
})

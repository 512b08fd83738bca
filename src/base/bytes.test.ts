import fc from 'fast-check'
import { expect, test } from 'vitest'
import { base64, readBase64, readUtf8, utf8 } from './bytes.ts'

test('Base64 comes back as the bytes it was made of', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100_000 }), (bytes) => {
      expect(readBase64(base64(bytes))).toEqual(bytes)
    }),
  )
})

test.each(['a', 'ab', 'abc', 'ab c', 'abcd\n', 'ab\n=', 'ab=c', 'ab-_', '====', 'é==='])('%j is not Base64', (text) => {
  expect(readBase64(text)).toBeUndefined()
})

test('text comes back from its UTF-8, and bytes that are not UTF-8 give nothing', () => {
  expect(readUtf8(utf8('\uFEFF中文 😀'))).toBe('\uFEFF中文 😀')
  expect(readUtf8(new Uint8Array([0xff]))).toBeUndefined()
  expect(readUtf8(new Uint8Array([0xc0, 0x80]))).toBeUndefined()
})

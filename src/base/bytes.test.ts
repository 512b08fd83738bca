import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
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

describe('without TextEncoder, TextDecoder and atob, as in a mini-program,', () => {
  let bare: typeof import('./bytes.ts')

  beforeEach(async () => {
    for (const name of ['TextEncoder', 'TextDecoder', 'atob']) vi.stubGlobal(name, undefined)
    vi.resetModules()
    bare = await import('./bytes.ts')
  })
  afterEach(() => void vi.unstubAllGlobals())

  test('text has the same bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(bare.utf8(text)).toEqual(utf8(text))
        expect(bare.utf8(`${text}\ud800`)).toEqual(utf8(`${text}\ud800`))
      }),
    )
  })

  test('bytes are the same text, or none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        expect(bare.readUtf8(bytes)).toBe(readUtf8(bytes))
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(bare.readUtf8(utf8(text))).toBe(text)
      }),
    )
  })

  test('Base64 is the same bytes, or none', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(bare.readBase64(base64(bytes))).toEqual(bytes)
      }),
    )
    const texts = fc.string({ unit: fc.constantFrom(...'Aa9+/=-_ é\n'), maxLength: 12 })
    fc.assert(
      fc.property(texts, (text) => {
        expect(bare.readBase64(text)).toEqual(readBase64(text))
      }),
    )
  })
})

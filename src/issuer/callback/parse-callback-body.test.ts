import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCallbackBody } from './parse-callback-body.ts'

const GOOD = 'bucket=photos&object=a%2F%E7%8C%AB+%26.png&etag=%22D8%22&size=5&mimeType=image%2Fpng&token=a.b'

test('a body says what is stored, and which upload it was', () => {
  expect(parseCallbackBody(Buffer.from(GOOD))).toEqual({
    bucket: 'photos',
    object: { key: 'a/猫 &.png', size: 5, type: 'image/png', etag: 'D8' },
    token: 'a.b',
  })
})

test('whatever a key and a type hold, they come out as they went in', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((value) => value.isWellFormed())
  fc.assert(
    fc.property(text, text, fc.nat(), (key, type, size) => {
      const [object, mimeType] = [key, type].map(encodeURIComponent)
      const body = `bucket=photos&object=${object}&etag=D8&size=${size}&mimeType=${mimeType}&token=a.b`
      expect(parseCallbackBody(Buffer.from(body)).object).toEqual({ key, type, size, etag: 'D8' })
    }),
  )
})

const bad: { what: string; body: string | Uint8Array }[] = [
  { what: 'nothing', body: '' },
  { what: 'no token', body: GOOD.replace('&token=a.b', '') },
  { what: 'two keys', body: `${GOOD}&object=b` },
  { what: 'two tokens', body: `${GOOD}&token=b` },
  { what: 'a size that is no number', body: GOOD.replace('size=5', 'size=5e3') },
  { what: 'a negative size', body: GOOD.replace('size=5', 'size=-5') },
  { what: 'no size', body: GOOD.replace('size=5', 'size=') },
  { what: 'JSON', body: '{"bucket":"photos","token":"a.b"}' },
  { what: 'bytes that are no text', body: Uint8Array.of(0xff, 0xfe) },
]

test.each(bad)('a body with $what is none of ours', ({ body }) => {
  expect(() => parseCallbackBody(Buffer.from(body))).toThrow(expect.objectContaining({ code: 'callback-malformed' }))
})

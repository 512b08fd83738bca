import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseParameters } from './parameters.ts'

test.each([
  ['', {}],
  [';', {}],
  ['; ;; ', {}],
  ['; name=key', { name: 'key' }],
  ['; NAME="key"', { name: 'key' }],
  [';name="key";filename="a b.png"', { name: 'key', filename: 'a b.png' }],
  ['; filename=""', { filename: '' }],
  ['; filename=', { filename: '' }],
  ['; filename="a;b=c.png"; name="x"', { filename: 'a;b=c.png', name: 'x' }],
  ['; filename=照片.png', { filename: '照片.png' }],
  ['; filename==?utf-8?B?5Lit?=', { filename: '=?utf-8?B?5Lit?=' }],
  ['; filename="%22%0D%0A%25.png"', { filename: '%22%0D%0A%25.png' }],
  ['; filename="say \\"hi\\".png"', { filename: 'say "hi".png' }],
  ['; filename="a\\\\b"', { filename: 'a\\b' }],
  ['; filename="C:\\dir\\a.png"', { filename: 'C:\\dir\\a.png' }],
  ['; filename="a\\"', { filename: 'a\\' }],
  ['; filename="a\\\\"', { filename: 'a\\' }],
  ["; filename=a.png; filename*=UTF-8''%E7", { filename: 'a.png', 'filename*': "UTF-8''%E7" }],
  ["; name=file; filename*=utf-8''a;b.png", { name: 'file', 'filename*': "utf-8''a" }],
  ['; __proto__=a; constructor=b', { ['__proto__']: 'a', constructor: 'b' }],
])('%s is read', (text, parameters) => {
  expect(parseParameters(text)).toEqual(new Map(Object.entries(parameters)))
})

test.each([
  ['name=key', 'there should be a semicolon before "name=key"'],
  ['; name="key"x', 'there should be a semicolon before "x"'],
  ['; name=a b', 'there should be a semicolon before "b"'],
  ['; name="key', 'the closing quote is missing, after "key"'],
  ['; name="', 'the closing quote is missing, after ""'],
  ['; name=a"b"', 'there is a quote where none belongs, in "a"b""'],
  ['; "name"=a', 'there is a quote where none belongs, in ""name"=a"'],
  ['; name=a; name=b', 'the parameter "name" occurs twice'],
  ['; name=a; Name=a', 'the parameter "name" occurs twice'],
  ['; name="a\\"; filename="b"', 'there should be a semicolon before "b""'],
])('%s is refused: %s', (text, reason) => {
  expect(parseParameters(text)).toBe(reason)
})

test('any text is read or refused, whatever its quotes and backslashes', () => {
  const piece = fc.constantFrom('"', '\\', ';', '=', ' ', '\t', 'name', 'filename*', '%', '照')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
      expect(['string', 'object']).toContain(typeof parseParameters(pieces.join('')))
    }),
  )
})

test('any value in quotes comes back, with quotes and backslashes escaped', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      const quoted = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
      expect(parseParameters(`; name="${quoted}"; x=y`)).toEqual(
        new Map([
          ['name', value],
          ['x', 'y'],
        ]),
      )
    }),
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PosternError } from '../../base/request-errors.ts'
import { checkTags, readTagHeader } from './object-tags.ts'

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work()
    return undefined
  } catch (error) {
    return error instanceof PosternError ? error.code : 'a bug'
  }
}
const many = (count: number) => Array.from({ length: count }, (_, at) => [`k${at}`, ''] as const)

test.each([
  ['', []],
  ['a=1', [['a', '1']]],
  [
    'a=1&b=2',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  ['a', [['a', '']]],
  ['a=', [['a', '']]],
  [
    'b=1&a=1',
    [
      ['b', '1'],
      ['a', '1'],
    ],
  ],
  ['a%20b=%2B%2D%3D.%5F%3A%2F', [['a b', '+-=._:/']]],
  ['a+b=c', [['a b', 'c']]],
  [
    'A=1&a=2',
    [
      ['A', '1'],
      ['a', '2'],
    ],
  ],
  ['%E4%BD%9C%E8%80%85=%C3%A9', [['作者', 'é']]],
  ['作者=é', [['作者', 'é']]],
])('x-oss-tagging: %s', (header, tags) => {
  expect(readTagHeader(header)).toEqual(tags)
})

test.each([
  ['a=b=c', 'tagging-header-malformed'],
  ['a=1&a=2', 'tagging-header-malformed'],
  ['a=1&%61=2', 'tagging-header-malformed'],
  ['a=%', 'tagging-header-malformed'],
  ['a=%FF', 'tagging-header-malformed'],
  ['=1', 'tag-key-invalid'],
  ['&', 'tagging-header-malformed'],
  ['a=1&', 'tag-key-invalid'],
  ['a%26=1', 'tag-key-invalid'],
  ['a=%26', 'tag-value-invalid'],
  ['a=%00', 'tag-value-invalid'],
  ['a=%0A', 'tag-value-invalid'],
  ['a=%F0%9F%98%80', 'tag-value-invalid'],
])('x-oss-tagging: %s is refused', (header, code) => {
  expect(codeOf(() => readTagHeader(header))).toBe(code)
})

test.each([
  [many(10), undefined],
  [many(11), 'tags-too-many'],
  [[['a'.repeat(128), '']], undefined],
  [[['a'.repeat(129), '']], 'tag-key-invalid'],
  [[['作'.repeat(42), '']], undefined],
  [[['作'.repeat(43), '']], 'tag-key-invalid'],
  [[['a', 'a'.repeat(256)]], undefined],
  [[['a', 'a'.repeat(257)]], 'tag-value-invalid'],
  [[['', 'a']], 'tag-key-invalid'],
  [
    [
      ['a', '1'],
      ['a', '1'],
    ],
    'tag-repeated',
  ],
  [
    [
      ['a', '1'],
      ['A', '1'],
    ],
    undefined,
  ],
  [
    [
      ['__proto__', '1'],
      ['constructor', '2'],
    ],
    undefined,
  ],
] as const)('the tags %j → %s', (tags, code) => {
  expect(codeOf(() => checkTags(tags))).toBe(code)
})

test('tags that are written as a header are read as they were', () => {
  const text = (maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...'aZ09 +-=._:/é作'), minLength: 1, maxLength })
  const tags = fc.uniqueArray(fc.tuple(text(40), text(80)), { maxLength: 10, selector: ([key]) => key })
  fc.assert(
    fc.property(tags, (given) => {
      const header = given.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')
      expect(readTagHeader(header)).toEqual(given)
    }),
  )
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { listPage, type PageAsked, type PageLine, type Seek } from './list-page.ts'

/** Keys over a source that counts how often it was asked, and how many keys it gave. */
function source(keys: readonly string[]) {
  const sorted = [...new Set(keys)].map((key) => Buffer.from(key)).sort(Buffer.compare)
  const cost = { seeks: 0, steps: 0 }
  const seek: Seek<undefined> = function* (from) {
    cost.seeks++
    for (const key of sorted) {
      if (Buffer.compare(key, from) < 0) continue
      cost.steps++
      yield { key, object: undefined }
    }
  }
  return { seek, cost }
}

/** The same, as one would say it: every key or common prefix once, in the order of UTF-8, what is greater than `after`. */
function everyLine(keys: readonly string[], { prefix, delimiter, after }: Omit<PageAsked, 'limit'>): string[] {
  const shown = keys
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const [first = '', ...rest] = delimiter === undefined ? [key] : key.slice(prefix.length).split(delimiter)
      return rest.length === 0 ? key : `${prefix}${first}${delimiter}`
    })
  const bytes = (text: string) => Buffer.from(text)
  return [...new Set(shown)]
    .filter((line) => after === undefined || Buffer.compare(bytes(line), bytes(after)) > 0)
    .sort((one, other) => Buffer.compare(bytes(one), bytes(other)))
}

const keysOf = (lines: readonly PageLine<undefined>[]) => lines.map(({ key }) => key)

function page(keys: readonly string[], asked: Partial<PageAsked> = {}): string[] {
  return keysOf(listPage(source(keys).seek, { prefix: '', limit: 1000, ...asked }).lines)
}

// From few characters, so that keys, prefixes and delimiters meet: one to four bytes of UTF-8, both sides of the surrogates.
const CHARACTERS = ['a', 'b', '/', '\0', '\x7f', 'é', '中', '\uFF5E', '😀', '\u{10FFFF}']
const text = (maxLength: number, minLength = 0) =>
  fc.array(fc.constantFrom(...CHARACTERS), { minLength, maxLength }).map((characters) => characters.join(''))
const someKeys = fc.array(text(5, 1), { maxLength: 25 })
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const question = fc.record({ prefix: text(3), delimiter: some(text(2, 1)), after: some(text(4)) })

test('a page shows what a naive listing would', () => {
  fc.assert(
    fc.property(someKeys, question, (keys, asked) => {
      expect(page(keys, asked)).toEqual(everyLine(keys, asked))
    }),
    { numRuns: 3000 },
  )
})

test('pages of any size, one behind the other, show everything once', () => {
  fc.assert(
    fc.property(someKeys, question, fc.integer({ min: 1, max: 6 }), (keys, asked, limit) => {
      const { seek } = source(keys)
      const seen: string[] = []
      for (let after = asked.after, isTruncated = true; isTruncated; ) {
        const shown = listPage(seek, { ...asked, after, limit })
        expect(shown.lines.length).toBeLessThanOrEqual(limit)
        if (shown.isTruncated) expect(shown.lines.length).toBe(limit)
        seen.push(...keysOf(shown.lines))
        after = seen.at(-1)
        isTruncated = shown.isTruncated
      }
      expect(seen).toEqual(everyLine(keys, asked))
    }),
    { numRuns: 2000 },
  )
})

describe('what is greater than the marker is shown', () => {
  const keys = ['a', 'a/1', 'a/2', 'a0', 'b/1', 'c']
  const delimiter = '/'
  test.each<[asked: Partial<PageAsked>, shown: string[]]>([
    [{ delimiter }, ['a', 'a/', 'a0', 'b/', 'c']],
    [{ delimiter, after: 'a' }, ['a/', 'a0', 'b/', 'c']],
    [{ delimiter, after: 'a/' }, ['a0', 'b/', 'c']],
    [{ delimiter, after: 'a/1' }, ['a0', 'b/', 'c']],
    [{ delimiter, after: 'a/9' }, ['a0', 'b/', 'c']],
    [{ delimiter, after: 'a/1/2' }, ['a0', 'b/', 'c']],
    [{ delimiter, after: 'b' }, ['b/', 'c']],
    [{ delimiter, after: 'c' }, []],
    [{ delimiter, after: '' }, ['a', 'a/', 'a0', 'b/', 'c']],
    [{ after: 'a/1' }, ['a/2', 'a0', 'b/1', 'c']],
    [{ prefix: 'a/', delimiter }, ['a/1', 'a/2']],
    [{ prefix: 'a/', delimiter, after: 'a/1' }, ['a/2']],
    [{ prefix: 'a', delimiter }, ['a', 'a/', 'a0']],
    [{ prefix: 'c' }, ['c']],
    [{ prefix: 'b', after: 'a/9' }, ['b/1']],
    [{ prefix: 'a', after: 'b' }, []],
    [{ prefix: 'd' }, []],
  ])('%j → %j', (asked, shown) => {
    expect(page(keys, asked)).toEqual(shown)
  })
})

test('the order is that of UTF-8, not that of UTF-16', () => {
  expect(page(['😀', '\uFF5E', 'a'])).toEqual(['a', '\uFF5E', '😀'])
})

test('a marker of the longest length hides nothing behind it', () => {
  const longest = 'a'.repeat(1023)
  expect(page([longest, 'b'], { after: longest })).toEqual(['b'])
})

test('behind a common prefix that ends in the highest character the next key is found', () => {
  const high = '\u{10FFFF}'
  expect(page([`${high}1`, `${high}2`, `${high}${high}`], { delimiter: high })).toEqual([high])
  expect(page([`a${high}1`, `a${high}2`, 'b'], { delimiter: high })).toEqual([`a${high}`, 'b'])
})

test('a page costs what it shows: behind a common prefix the source is asked anew', () => {
  const keys = Array.from({ length: 3000 }, (_, index) => `dir-${Math.floor(index / 1000)}/${index}`)
  const { seek, cost } = source(keys)
  const shown = listPage(seek, { prefix: '', delimiter: '/', limit: 1000 })
  expect(keysOf(shown.lines)).toEqual(['dir-0/', 'dir-1/', 'dir-2/'])
  expect(cost).toEqual({ seeks: 4, steps: 3 })
})

test('a page reads one key more than it shows, to know whether another follows', () => {
  const { seek, cost } = source(Array.from({ length: 100 }, (_, index) => `key-${index}`))
  const shown = listPage(seek, { prefix: 'key-', limit: 10 })
  expect([shown.lines.length, shown.isTruncated, cost.steps]).toEqual([10, true, 11])
})

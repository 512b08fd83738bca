import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesPattern } from './match-pattern.ts'

test.each([
  ['', '', true],
  ['', 'a', false],
  ['a', '', false],
  ['*', '', true],
  ['*', 'photos/users/7/a.png', true],
  ['?', '', false],
  ['?', '*', true],
  ['?', '中', true],
  ['?', '😀', true],
  ['??', '😀', false],
  ['*?😀', '😀😀', true],
  ['photos', 'photos', true],
  ['photos', 'photos/', false],
  ['photos/*', 'photos', false],
  ['photos/*', 'photos/', true],
  ['photos/users/7/*', 'photos/users/7/a', true],
  ['photos/users/7/*', 'photos/users/70', false],
  ['photos/users/7*', 'photos/users/70', true],
  ['photos/*.png', 'photos/a/b.png', true],
  ['photos/*.png', 'photos/a.png.exe', false],
  ['*a*b', 'abab', true],
  ['*a*b', 'aba', false],
  ['a.c', 'abc', false],
  ['[ab]', 'a', false],
  ['A', 'a', false],
])('the pattern %j on %j → %s', (pattern, text, fits) => {
  expect(matchesPattern(pattern, text)).toBe(fits)
})

test('a pattern of many stars is answered as fast as any other', () => {
  expect(matchesPattern('*a'.repeat(500), 'a'.repeat(1023))).toBe(true)
  expect(matchesPattern(`${'*a'.repeat(500)}*b`, 'a'.repeat(1023))).toBe(false)
})

test('it agrees with the plain definition', () => {
  const characters = fc.constantFrom('a', 'b', '/', '*', '?', '😀')
  const texts = fc.string({ unit: characters, maxLength: 9 })
  fc.assert(
    fc.property(texts, texts, (pattern, text) => {
      expect(matchesPattern(pattern, text)).toBe(fitsPlainly([...pattern], [...text]))
    }),
    { numRuns: 2000 },
  )
})

/** What a pattern means, without a thought for the time it takes. */
function fitsPlainly([first, ...pattern]: readonly string[], text: readonly string[]): boolean {
  const [head, ...tail] = text
  if (first === undefined) return head === undefined
  if (first === '*') return fitsPlainly(pattern, text) || (head !== undefined && fitsPlainly([first, ...pattern], tail))
  return head !== undefined && (first === '?' || first === head) && fitsPlainly(pattern, tail)
}

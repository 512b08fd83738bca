import fc from 'fast-check'
import { expect, test } from 'vitest'
import { firstDifference, markDifference, visible } from './difference.ts'

const cases: { ours: string; theirs: string; at: [line: number, column: number]; marked: readonly string[] }[] = [
  { ours: 'PUT\na', theirs: 'PUT\nb', at: [2, 1], marked: ['a', 'b', '^'] },
  { ours: 'abc', theirs: 'abd', at: [1, 3], marked: ['abc', 'abd', '  ^'] },
  { ours: 'abc', theirs: 'ab', at: [1, 3], marked: ['abc', 'ab', '  ^'] },
  { ours: 'a', theirs: 'a\nb', at: [2, 1], marked: ['(the text has ended)', 'b', '^'] },
  { ours: 'a\nb', theirs: 'a', at: [2, 1], marked: ['b', '(the text has ended)', '^'] },
  { ours: 'a\tb', theirs: 'a\tc', at: [1, 3], marked: ['a\\tb', 'a\\tc', '   ^'] },
  { ours: 'a b ', theirs: 'a b', at: [1, 4], marked: ['a b\\x20', 'a b', '   ^'] },
  { ours: 'a\u00a0b', theirs: 'a b', at: [1, 2], marked: ['a\\u{a0}b', 'a b', ' ^'] },
  { ours: 'a\rb', theirs: 'a\rc', at: [1, 3], marked: ['a\\rb', 'a\\rc', '   ^'] },
  { ours: '猫1', theirs: '猫2', at: [1, 2], marked: ['猫1', '猫2', ' ^'] },
]

test.each(cases)('$ours and $theirs differ first at $at', ({ ours, theirs, at: [line, column], marked }) => {
  const difference = firstDifference(ours, theirs)
  expect(difference).toMatchObject({ line, column })
  const [first, second, caret] = difference === undefined ? [] : markDifference(difference, ['o', 't'])
  expect([first, second, caret]).toEqual([`o  ${marked[0]}`, `t  ${marked[1]}`, `   ${marked[2]}`])
})

test('of long lines only what is around the difference is shown', () => {
  const difference = firstDifference(`${'a'.repeat(100)}b${'c'.repeat(100)}`, `${'a'.repeat(100)}x${'c'.repeat(100)}`)
  const marked = difference === undefined ? [] : markDifference(difference, ['request', 'store'])
  expect(marked[0]).toBe(`request  …${'a'.repeat(32)}b${'c'.repeat(39)}…`)
  expect(marked[2]).toBe(`${' '.repeat('request  …'.length + 32)}^`)
})

test('the caret stands under the first character that differs, whatever the texts are', () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\t', '\u200b', '\\') })
  fc.assert(
    fc.property(line, line, (ours, theirs) => {
      const difference = firstDifference(ours, theirs)
      if (difference === undefined) return
      const [first = '', , caret = ''] = markDifference(difference, ['o', 't'])
      const character = [...ours][difference.column - 1]
      const at = caret.length - 1
      if (character !== undefined && character !== ' ')
        expect(first.slice(at)).toMatch(new RegExp(`^${literal(visible(character))}`))
    }),
  )
})

function literal(text: string): string {
  return text.replaceAll(/[\\{}]/g, '\\$&')
}

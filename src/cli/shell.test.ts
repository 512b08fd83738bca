import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shellWord } from './shell.ts'

test('plain words stay plain', () => {
  expect(shellWord('file=@a.txt')).toBe('file=@a.txt')
  expect(shellWord('--include')).toBe('--include')
})

test.each([
  '',
  "it's",
  'a b',
  '$(id)',
  '`id`',
  '$' + '{filename}',
  'a"b',
  'a\\b',
  'a\nb',
  '~',
  '*',
  '#x',
  '=a',
  '中文 😀',
  "'",
  '!!',
  'a;b&c|d',
])('the shell reads back what was written: %j', (text) => {
  expect(readByShell([text])).toEqual([text])
})

test('the shell reads back any words', () => {
  const word = fc
    .string({ unit: 'binary', maxLength: 30 })
    .filter((text) => !text.includes('\0') && text.isWellFormed())
  fc.assert(
    fc.property(fc.array(word, { maxLength: 20 }), (words) => {
      expect(readByShell(words)).toEqual(words)
    }),
    { numRuns: 50 },
  )
})

/** What a real shell makes of the words. */
function readByShell(words: readonly string[]): string[] {
  const script = `for word in ${words.map(shellWord).join(' ')}; do printf '%s\\0' "$word"; done`
  return execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)
}

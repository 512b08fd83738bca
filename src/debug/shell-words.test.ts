import { expect, test } from 'vitest'
import { shellWords } from './shell-words.ts'

const cases: { line: string; words: readonly string[] }[] = [
  { line: 'curl -s http://h/', words: ['curl', '-s', 'http://h/'] },
  { line: "  a 'b c'  d ", words: ['a', 'b c', 'd'] },
  { line: 'a\'b\'"c"d', words: ['abcd'] },
  { line: "a ''", words: ['a', ''] },
  { line: `'it'\\''s'`, words: ["it's"] },
  { line: 'a \\\n  b', words: ['a', 'b'] },
  { line: 'a \\\r\n b', words: ['a', 'b'] },
  { line: 'a\\ b', words: ['a b'] },
  { line: `"a \\"b\\" \\$c \\n"`, words: ['a "b" $c \\n'] },
  { line: `$'a\\r\\nb\\u0021\\x41\\''`, words: ["a\r\nb!A'"] },
  { line: `'\\n'`, words: ['\\n'] },
  { line: '', words: [] },
]

test.each(cases)('$line is $words', ({ line, words }) => {
  expect(shellWords(line)).toEqual(words)
})

test.each(["a 'b", 'a "b', "a $'b"])('%s is never closed', (line) => {
  expect(() => shellWords(line)).toThrow('never closed')
})

import { DebugError } from './evidence.ts'

/**
 * The words of a command line as a POSIX shell would pass them on, `$'…'` of bash included, which browsers write in
 * "Copy as cURL".
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02
 */
export function shellWords(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let at = 0
  while (at < line.length) {
    const token = nextToken(line, at)
    if (token.text !== undefined) word = (word ?? '') + token.text
    else if (token.isGap && word !== undefined) {
      words.push(word)
      word = undefined
    }
    at = token.end
  }
  return word === undefined ? words : [...words, word]
}

/** A piece of a word, a gap between two, or neither. */
interface Token {
  readonly text?: string
  readonly isGap?: boolean
  readonly end: number
}

function nextToken(line: string, at: number): Token {
  const character = line.charAt(at)
  if (character === "'") return quoted(line, at + 1)
  if (character === '"') return doubleQuoted(line, at + 1)
  if (character === '$' && line[at + 1] === "'") return escaped(line, at + 2)
  if (character === '\\') return afterBackslash(line, at)
  return /\s/.test(character) ? { isGap: true, end: at + 1 } : { text: character, end: at + 1 }
}

/** A backslash at the end of a line joins it with the next. */
function afterBackslash(line: string, at: number): Token {
  const rest = line.slice(at + 1)
  const newline = /^\r?\n/.exec(rest)
  if (newline !== null) return { end: at + 1 + newline[0].length }
  return { text: rest.charAt(0), end: at + 2 }
}

function quoted(line: string, start: number): Token {
  const end = line.indexOf("'", start)
  if (end === -1) throw unclosed("'")
  return { text: line.slice(start, end), end: end + 1 }
}

function doubleQuoted(line: string, start: number): Token {
  let text = ''
  for (let at = start; at < line.length; at++) {
    const character = line.charAt(at)
    if (character === '"') return { text, end: at + 1 }
    const next = line.charAt(at + 1)
    if (character === '\\' && '"\\$`\n'.includes(next)) at++
    text += character === '\\' && '"\\$`\n'.includes(next) ? next.replace('\n', '') : character
  }
  throw unclosed('"')
}

/** `$'…'`: backslashes as in C. */
function escaped(line: string, start: number): Token {
  const match = /(?:[^'\\]|\\[\s\S])*/y
  match.lastIndex = start
  const [raw = ''] = match.exec(line) ?? []
  if (line[start + raw.length] !== "'") throw unclosed("$'")
  return { text: raw.replaceAll(ESCAPE, characterOf), end: start + raw.length + 1 }
}

function characterOf(_: string, hex: string | undefined, unicode: string | undefined, letter: string): string {
  const digits = hex ?? unicode
  if (digits !== undefined) return String.fromCharCode(Number.parseInt(digits, 16))
  return LETTERS.get(letter) ?? letter
}

function unclosed(mark: string): DebugError {
  return new DebugError(`The command line has a ${mark} that is never closed. Copy it whole.`)
}

const ESCAPE = /\\(?:x([\da-fA-F]{1,2})|u([\da-fA-F]{1,4})|([\s\S]))/g
const LETTERS = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['0', '\0'],
])

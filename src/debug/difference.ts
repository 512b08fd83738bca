/** Where two texts first differ. Lines and columns count from 1, columns in characters as people count them. */
export interface Difference {
  readonly line: number
  readonly column: number
  /** The whole line on either side; absent where that text has ended before. */
  readonly ours: string | undefined
  readonly theirs: string | undefined
}

export function firstDifference(ours: string, theirs: string): Difference | undefined {
  if (ours === theirs) return undefined
  const left = ours.split('\n')
  const right = theirs.split('\n')
  const at = left.findIndex((line, index) => line !== right[index])
  const line = at === -1 ? left.length : at
  return { line: line + 1, column: columnOf(left[line], right[line]), ours: left[line], theirs: right[line] }
}

function columnOf(ours: string | undefined, theirs: string | undefined): number {
  if (ours === undefined || theirs === undefined) return 1
  const left = [...ours]
  const right = [...theirs]
  const at = left.findIndex((character, index) => character !== right[index])
  return (at === -1 ? left.length : at) + 1
}

/** Both lines with a caret under the first character that differs, and what cannot be seen written as escapes. */
export function markDifference(
  { column, ours, theirs }: Difference,
  names: readonly [ours: string, theirs: string],
): string[] {
  const width = Math.max(...names.map((name) => name.length))
  const from = Math.max(0, column - 1 - BEFORE)
  const left = visibleCharacters(ours ?? '')
  const before = left.slice(from, column - 1).join('')
  const indent = width + GAP + (from > 0 ? 1 : 0) + before.length
  return [
    `${names[0].padEnd(width + GAP)}${windowOf(ours, from)}`,
    `${names[1].padEnd(width + GAP)}${windowOf(theirs, from)}`,
    `${' '.repeat(indent)}^`,
  ]
}

function windowOf(line: string | undefined, from: number): string {
  if (line === undefined) return '(the text has ended)'
  const characters = visibleCharacters(line)
  const shown = characters.slice(from, from + BEFORE + AFTER).join('')
  return `${from > 0 ? '…' : ''}${shown}${characters.length > from + BEFORE + AFTER ? '…' : ''}`
}

/** Text with everything that a reader cannot see, or cannot tell apart, as an escape. */
export function visible(text: string): string {
  return visibleCharacters(text).join('')
}

/** One text for each character, so that a caret can be put under it. */
function visibleCharacters(text: string): string[] {
  const characters = [...text]
  return characters.map((character, at) => {
    if (character !== ' ') return visibleCharacter(character)
    const isAlone = at > 0 && at < characters.length - 1 && characters[at - 1] !== ' ' && characters[at + 1] !== ' '
    return isAlone ? ' ' : '\\x20'
  })
}

function visibleCharacter(character: string): string {
  const known = NAMED.get(character)
  if (known !== undefined) return known
  return UNSEEN.test(character) ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : character
}

const GAP = 2
const BEFORE = 32
const AFTER = 40
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0\u2000-\u200f\u202f\u205f\u3000]/u
const NAMED = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

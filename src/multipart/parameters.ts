import { shown } from './shown.ts'

/**
 * Reads the parameters of a Content-Type or Content-Disposition (`; name=key; filename="a.png"`) by name in lower case,
 * or says what is wrong with them.
 *
 * Wider than RFC 9110 section 5.6.6 where a client needs it: a value without quotes may hold any character but space,
 * quote and semicolon (.NET sends `name=key`, some send a bare UTF-8 file name), and a piece without `=` is passed over
 * (React Native leaves the semicolons of a file name in `filename*`).
 */
export function parseParameters(text: string): ReadonlyMap<string, string> | string {
  const parameters = new Map<string, string>()
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    if (text[at] !== ';') return `there should be a semicolon before ${shown(text.slice(at))}`
    const parameter = readParameter(text, skipSpace(text, at + 1))
    if (typeof parameter === 'string') return parameter
    at = parameter.end
    if (parameter.name === undefined) continue
    if (parameters.has(parameter.name)) return `the parameter ${shown(parameter.name)} occurs twice`
    parameters.set(parameter.name, parameter.value)
  }
  return parameters
}

interface Parameter {
  readonly name: string | undefined
  readonly value: string
  readonly end: number
}

function readParameter(text: string, start: number): Parameter | string {
  const nameEnd = skipToken(text, start)
  const named = nameEnd > start && text[nameEnd] === '='
  const name = named ? text.slice(start, nameEnd).toLowerCase() : undefined
  const at = named ? nameEnd + 1 : start
  const value = text[at] === '"' && named ? readQuoted(text, at + 1) : readBare(text, at)
  return typeof value === 'string' ? value : { name, ...value }
}

interface Value {
  readonly value: string
  readonly end: number
}

function readBare(text: string, start: number): Value | string {
  let end = start
  while (end < text.length && !BARE_ENDS.has(text.charAt(end))) end++
  if (text[end] === '"') return `there is a quote where none belongs, in ${shown(text.slice(start))}`
  return { value: text.slice(start, end), end }
}

function readQuoted(text: string, start: number): Value | string {
  let value = ''
  let from = start
  for (let at = start; at < text.length; at++) {
    if (text[at] === '"') return { value: value + text.slice(from, at), end: at + 1 }
    if (!isEscape(text, at)) continue
    value += text.slice(from, at)
    from = at + 1
    at++ // over the character that the backslash protects
  }
  return `the closing quote is missing, after ${shown(text.slice(start))}`
}

/**
 * `\"` and `\\` stand for `"` and `\`: curl, Go and the RFC write them. Any other backslash is itself (`C:\a.png`), and
 * so is one before the quote that ends the text, because browsers escape no backslash and a file may be named `a\`.
 */
function isEscape(text: string, at: number): boolean {
  if (text[at] !== '\\') return false
  return text[at + 1] === '\\' || (text[at + 1] === '"' && at + 2 < text.length)
}

/** Where a token that begins at `start` ends. @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 */
export function skipToken(text: string, start: number): number {
  let at = start
  while (TOKEN_CHARACTERS[text.charCodeAt(at)] === true) at++
  return at
}

function skipSpace(text: string, start: number): number {
  let at = start
  while (text[at] === ' ' || text[at] === '\t') at++
  return at
}

/** By character code: every character of every header is looked up here. */
const TOKEN_CHARACTERS: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".includes(String.fromCharCode(code)),
)
const BARE_ENDS = new Set([' ', '\t', ';', '"'])

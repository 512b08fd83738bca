import { PosternError } from '../base/errors.ts'
import { MAX_POLICY_DEPTH } from '../base/limits.ts'

/** A JSON value as it was written: a number stays text, and an object is a `Map`, because its names come from outside. */
export type Json =
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Json> }
  | { readonly kind: 'list'; readonly items: readonly Json[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'literal'; readonly text: 'true' | 'false' | 'null' }

/**
 * Reads one JSON text, strictly, in one pass. It is RFC 8259 with one letter more, `\$`, and three refusals: a name
 * that occurs twice in an object, a lone surrogate, and nesting deeper than {@link MAX_POLICY_DEPTH}.
 *
 * @see docs/spec/post-object.md section 4.5
 */
export function readJson(text: string): Json {
  return new JsonReader(text).document()
}

/** A place in the text that moves to its end, once. */
class JsonReader {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): Json {
    const value = this.#value()
    if (this.#next() !== undefined) this.#fail('the text goes on after its end', `: ${this.#here()}`)
    return value
  }

  #value(): Json {
    const first = this.#next()
    if (first === '{') return this.#nested(() => ({ kind: 'object', members: this.#members() }))
    if (first === '[') return this.#nested(() => ({ kind: 'list', items: this.#items() }))
    if (first === '"') return { kind: 'string', value: this.#string() }
    if (first === '-' || isDigit(first)) return { kind: 'number', text: this.#number() }
    for (const text of LITERALS) if (this.#take(text)) return { kind: 'literal', text }
    if (first === undefined) this.#fail('the text ends too early')
    this.#unknown('Names and values stand in double quotes, and no comma stands before a closing bracket.')
  }

  #nested(read: () => Json): Json {
    if (this.#depth === MAX_POLICY_DEPTH) this.#fail(`nested deeper than ${MAX_POLICY_DEPTH} levels`)
    this.#depth++
    this.#at++
    const value = read()
    this.#depth--
    return value
  }

  #items(): Json[] {
    const items: Json[] = []
    for (let more = !this.#ends(']'); more; more = this.#goesOn(']')) items.push(this.#value())
    return items
  }

  #members(): Map<string, Json> {
    const members = new Map<string, Json>()
    for (let more = !this.#ends('}'); more; more = this.#goesOn('}')) this.#member(members)
    return members
  }

  #member(members: Map<string, Json>): void {
    if (this.#next() === undefined) this.#fail('the text ends too early')
    if (this.#next() !== '"')
      this.#unknown('Each name stands in double quotes, and no comma stands before a closing brace.')
    const name = this.#string()
    if (members.has(name)) this.#fail(`the name ${JSON.stringify(clipped(name))} occurs twice in one object`)
    if (this.#next() !== ':') this.#fail(': expected')
    this.#at++
    members.set(name, this.#value())
  }

  /** Steps over the closing bracket, where nothing stands before it. */
  #ends(close: ']' | '}'): boolean {
    const found = this.#next() === close
    if (found) this.#at++
    return found
  }

  /** Steps over the comma, or over the closing bracket. */
  #goesOn(close: ']' | '}'): boolean {
    const next = this.#next()
    if (next !== ',' && next !== close) this.#fail(`, or ${close} expected`)
    this.#at++
    return next === ','
  }

  /** At the opening quote; ends after the closing one. */
  #string(): string {
    let value = ''
    let from = ++this.#at
    for (;;) {
      const character = this.#text[this.#at]
      if (character === undefined) this.#fail('the text ends inside a string')
      if (character < ' ') this.#fail(`the control character ${this.#here()} stands raw in a string`)
      if (character === '"' || character === '\\') {
        value += this.#text.slice(from, this.#at++)
        if (character === '"') break
        value += this.#escaped()
        from = this.#at
      } else this.#at++
    }
    if (hasLoneSurrogate(value)) this.#fail('half of a surrogate pair stands alone in the string that ends here')
    return value
  }

  /** At the letter after a backslash. */
  #escaped(): string {
    const letter = this.#text[this.#at]
    if (letter === undefined) this.#fail('the text ends inside a string')
    const character = ESCAPES.get(letter)
    if (character === undefined && letter !== 'u') this.#fail(`unknown escape \\${this.#here()}`)
    this.#at++
    return character ?? this.#codeUnit()
  }

  #codeUnit(): string {
    const digits = this.#text.slice(this.#at, this.#at + 4)
    if (digits.length < 4 || ![...digits].every(isHexDigit)) this.#fail('\\u wants four hexadecimal digits')
    this.#at += 4
    return String.fromCharCode(Number.parseInt(digits, 16))
  }

  #number(): string {
    const from = this.#at
    this.#take('-')
    if (!this.#take('0')) this.#digits()
    if (this.#take('.')) this.#digits()
    if (this.#take('e') || this.#take('E')) {
      if (!this.#take('+')) this.#take('-')
      this.#digits()
    }
    return this.#text.slice(from, this.#at)
  }

  #digits(): void {
    if (!isDigit(this.#text[this.#at])) this.#fail('a digit is missing')
    while (isDigit(this.#text[this.#at])) this.#at++
  }

  #take(expected: string): boolean {
    const found = this.#text.startsWith(expected, this.#at)
    if (found) this.#at += expected.length
    return found
  }

  /** The next character that is not white space. */
  #next(): string | undefined {
    for (;;) {
      const character = this.#text[this.#at]
      if (character !== ' ' && character !== '\n' && character !== '\t' && character !== '\r') return character
      this.#at++
    }
  }

  /** OSS's own words: docs/spec/post-object.md section 4.1. */
  #unknown(advice: string): never {
    this.#fail(`unknown char ${this.#here()}`, `. ${advice}`)
  }

  #here(): string {
    const point = this.#text.codePointAt(this.#at) ?? 0
    const isVisible = point > 0x20 && point !== 0x7f && !(point >= 0xd800 && point <= 0xdfff)
    return isVisible ? String.fromCodePoint(point) : `U+${point.toString(16).toUpperCase().padStart(4, '0')}`
  }

  #fail(what: string, more = ''): never {
    const position = String(this.#at + 1)
    throw new PosternError('policy-malformed', `Invalid JSON: ${what} (at character ${position})${more}`, {
      Position: position,
    })
  }
}

/** The value as one line of JSON, cut where it is long: for messages. */
export function jsonText(json: Json): string {
  return clipped(written(json))
}

function written(json: Json): string {
  switch (json.kind) {
    case 'object':
      return `{${[...json.members].map(([name, value]) => `${JSON.stringify(name)}: ${written(value)}`).join(', ')}}`
    case 'list':
      return `[${json.items.map(written).join(', ')}]`
    case 'string':
      return JSON.stringify(json.value)
    case 'number':
    case 'literal':
      return json.text
  }
}

function clipped(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9'
}

function isHexDigit(character: string): boolean {
  const lower = character.toLowerCase()
  return isDigit(character) || (lower >= 'a' && lower <= 'f')
}

function hasLoneSurrogate(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const point = text.codePointAt(at) ?? 0
    if (point >= 0xd800 && point <= 0xdfff) return true
    if (point > 0xffff) at++
  }
  return false
}

const LITERALS = ['true', 'false', 'null'] as const
const MAX_SHOWN = 200
const ESCAPES = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['$', '$'], // not JSON: OSS's own, and what its older SDKs write
])

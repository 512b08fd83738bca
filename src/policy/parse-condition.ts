import { type ErrorCode, PosternError } from '../base/errors.ts'
import type { Condition } from './condition.ts'
import { type Dialect, OSS } from './dialect.ts'
import { type Json, jsonText } from './read-json.ts'

/**
 * Reads one entry of a policy's conditions; `nth` counts from 1 and stands in the message.
 *
 * @see docs/spec/post-object.md sections 4.1 and 4.3
 */
export function parseCondition(json: Json, nth: number, dialect: Dialect): Condition {
  return new ConditionParser(json, nth, dialect).condition()
}

class ConditionParser {
  readonly #json: Json
  readonly #nth: number
  readonly #dialect: Dialect

  constructor(json: Json, nth: number, dialect: Dialect) {
    this.#json = json
    this.#nth = nth
    this.#dialect = dialect
  }

  condition(): Condition {
    if (this.#json.kind === 'object') return this.#simple([...this.#json.members])
    if (this.#json.kind === 'list') return this.#list(this.#json.items)
    this.#fail('condition-not-object-or-list', 'write {"name": "value"} or ["eq", "$name", "value"].')
  }

  #simple(members: readonly (readonly [string, Json])[]): Condition {
    const [member] = members
    if (member === undefined || members.length > 1)
      this.#fail('condition-members', `it has ${members.length}; write one object for each field.`)
    const [field, value] = member
    return { op: 'eq', field: this.#named(field), value: this.#text(value), spelling: 'object' }
  }

  #list(items: readonly Json[]): Condition {
    const op = this.#op(items[0])
    const [, second, third] = items
    if (second === undefined || third === undefined || items.length > 3)
      this.#fail('condition-malformed', `it has ${items.length} items; it must have 3.`)
    switch (op) {
      case 'content-length-range':
        return this.#range(second, third)
      case 'eq':
        return { op, field: this.#field(second), value: this.#text(third) }
      case 'starts-with':
        return { op, field: this.#field(second), prefix: this.#text(third) }
      case 'in':
      case 'not-in':
        return { op, field: this.#field(second), values: this.#texts(third) }
    }
  }

  #op(first: Json | undefined): Condition['op'] {
    if (first?.kind !== 'string' || first.value.startsWith('$'))
      this.#fail('condition-mode-missing', `it must begin with its mode: ${modes(this.#dialect)}.`)
    for (const op of this.#dialect.ops) if (op === first.value) return op
    const isForeign = [...OSS.ops].some((op) => op === first.value)
    const why = isForeign ? `${this.#dialect.name.toUpperCase()} does not know ${jsonText(first)}` : 'the modes are'
    this.#fail(
      'condition-mode-unknown',
      `${why}${isForeign ? '; it knows' : ''} ${modes(this.#dialect)}, in lower case.`,
    )
  }

  #field(json: Json): string {
    if (json.kind !== 'string') this.#fail('condition-value-type', 'the name of the field must be a string.')
    if (json.value.startsWith('$')) return this.#named(json.value.slice(1))
    // S3 reads on and finds that nothing matches: docs/spec/post-object.md section 4.3
    if (!this.#dialect.acceptsBareNames)
      throw new PosternError('condition-failed', `${jsonText(this.#json)} Write "$" before the name of the field.`, {
        Condition: jsonText(this.#json),
      })
    return this.#named(json.value)
  }

  #named(field: string): string {
    if (field === '') this.#fail('condition-malformed', 'it names no field.')
    return field
  }

  #text(json: Json): string {
    if (json.kind !== 'string') this.#fail('condition-value-type', `the value must be a string, not ${jsonText(json)}.`)
    return unescaped(json.value)
  }

  #texts(json: Json): string[] {
    if (json.kind !== 'list')
      this.#fail('condition-value-type', `the values must be a list, not ${jsonText(json)}: write [ … ] around them.`)
    return json.items.map((item) => this.#text(item))
  }

  #range(low: Json, high: Json): Condition {
    const min = this.#bound(low, 'range-minimum-not-integer')
    const max = this.#bound(high, 'range-maximum-not-integer')
    if (max < min) this.#fail('range-reversed', 'its maximum is smaller than its minimum.')
    return { op: 'content-length-range', min, max }
  }

  #bound(json: Json, notInteger: ErrorCode): number {
    if (json.kind !== 'number' && json.kind !== 'string')
      this.#fail('range-bound-type', `a bound must be a whole number, not ${jsonText(json)}.`)
    const bytes = wholeNumber(json.kind === 'number' ? json.text : json.value)
    if (bytes === undefined) this.#fail(notInteger, `a bound must be a whole number of bytes, not ${jsonText(json)}.`)
    return bytes
  }

  #fail(code: ErrorCode, what: string): never {
    const written = jsonText(this.#json)
    throw new PosternError(code, `Condition ${this.#nth} is ${written}: ${what}`, { Condition: written })
  }
}

/**
 * The second generation of OSS's dollar: `\\$` in JSON is `\$` in the value, and means `$`.
 *
 * @see docs/spec/post-object.md section 4.5
 */
function unescaped(value: string): string {
  return value.replaceAll('\\$', '$$')
}

/** Digits only, as JSON writes whole numbers. No file is as large as 2^53 - 1, so all beyond it means the same. */
function wholeNumber(text: string): number | undefined {
  if (text === '' || (text.startsWith('0') && text !== '0')) return undefined
  for (const character of text) if (character < '0' || character > '9') return undefined
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER)
}

function modes(dialect: Dialect): string {
  return [...dialect.ops].map((op) => `"${op}"`).join(', ')
}

import { type ErrorCode, PosternError } from '../base/errors.ts'
import type { Condition, EqCondition, RangeCondition } from './condition.ts'
import { type Dialect, OSS } from './dialect.ts'
import { type Json, jsonText } from './read-json.ts'

/** A condition as written, and where it stands: what a message needs. */
interface Place {
  readonly json: Json
  /** Counts from 1. */
  readonly nth: number
  readonly dialect: Dialect
}

/**
 * Reads one condition of a policy; `nth` counts from 1 and stands in the message.
 *
 * @see docs/spec/post-object.md sections 4.1 and 4.3
 */
export function parseCondition(json: Json, nth: number, dialect: Dialect): Condition {
  const place = { json, nth, dialect }
  if (json.kind === 'object') return parseSimple(place, [...json.members])
  if (json.kind === 'list') return parseList(place, json.items)
  return fail(place, 'condition-not-object-or-list', 'write {"name": "value"} or ["eq", "$name", "value"].')
}

function parseSimple(place: Place, members: readonly (readonly [string, Json])[]): EqCondition {
  const [member] = members
  if (member === undefined || members.length > 1)
    return fail(place, 'condition-members', `it has ${members.length}; write one object for each field.`)
  const [field, value] = member
  return { op: 'eq', field: named(place, field), value: parseText(place, value), spelling: 'object' }
}

function parseList(place: Place, items: readonly Json[]): Condition {
  const op = parseOp(place, items[0])
  const [, second, third] = items
  if (second === undefined || third === undefined || items.length > 3)
    return fail(place, 'condition-malformed', `it has ${items.length} items; it must have 3.`)
  switch (op) {
    case 'content-length-range':
      return parseRange(place, second, third)
    case 'eq':
      return { op, field: parseField(place, second), value: parseText(place, third) }
    case 'starts-with':
      return { op, field: parseField(place, second), prefix: parseText(place, third) }
    case 'in':
    case 'not-in':
      return { op, field: parseField(place, second), values: parseTexts(place, third) }
  }
}

function parseOp(place: Place, first: Json | undefined): Condition['op'] {
  const { dialect } = place
  const modes = [...dialect.ops].map((op) => `"${op}"`).join(', ')
  if (first?.kind !== 'string' || first.value.startsWith('$'))
    return fail(place, 'condition-mode-missing', `it must begin with its mode: ${modes}.`)
  const { value } = first
  for (const op of dialect.ops) if (op === value) return op
  const isForeign = [...OSS.ops].some((op) => op === value)
  const known = isForeign ? `${dialect.name.toUpperCase()} does not know "${value}"; it knows` : 'the modes are'
  return fail(place, 'condition-mode-unknown', `${known} ${modes}, in lower case.`)
}

function parseField(place: Place, json: Json): string {
  if (json.kind !== 'string') return fail(place, 'condition-value-type', 'the name of the field must be a string.')
  if (json.value.startsWith('$')) return named(place, json.value.slice(1))
  if (place.dialect.acceptsBareNames) return named(place, json.value)
  // S3 reads on, and then finds that nothing matches: docs/spec/post-object.md section 4.3
  const written = jsonText(place.json)
  const detail = `${written} Write "$" before the name of the field.`
  throw new PosternError('condition-failed', detail, { Condition: written })
}

function named(place: Place, field: string): string {
  return field === '' ? fail(place, 'condition-malformed', 'it names no field.') : field
}

function parseTexts(place: Place, json: Json): string[] {
  if (json.kind !== 'list')
    return fail(
      place,
      'condition-value-type',
      `the values must be a list, not ${jsonText(json)}: put [ … ] around them.`,
    )
  return json.items.map((item) => parseText(place, item))
}

/**
 * In a value, `\$` means `$`: the second generation of OSS's escape, written `\\$` in JSON.
 *
 * @see docs/spec/post-object.md section 4.5
 */
function parseText(place: Place, json: Json): string {
  if (json.kind !== 'string')
    return fail(place, 'condition-value-type', `the value must be a string, not ${jsonText(json)}.`)
  return json.value.replaceAll('\\$', '$$')
}

function parseRange(place: Place, low: Json, high: Json): RangeCondition {
  const min = parseBound(place, low, 'range-minimum-not-integer')
  const max = parseBound(place, high, 'range-maximum-not-integer')
  if (max < min) return fail(place, 'range-reversed', 'its maximum is smaller than its minimum.')
  return { op: 'content-length-range', min, max }
}

/** A bound may stand in quotes. @see docs/decisions/0006-reading-policies.md */
function parseBound(place: Place, json: Json, notInteger: ErrorCode): number {
  if (json.kind !== 'number' && json.kind !== 'string')
    return fail(place, 'range-bound-type', `a bound must be a whole number, not ${jsonText(json)}.`)
  const bytes = wholeNumber(json.kind === 'number' ? json.text : json.value)
  return bytes ?? fail(place, notInteger, `a bound must be a whole number of bytes, not ${jsonText(json)}.`)
}

/** Digits only, as JSON writes whole numbers. No file is as large as 2^53 - 1, so all beyond it means the same. */
function wholeNumber(text: string): number | undefined {
  if (text === '' || (text.startsWith('0') && text !== '0')) return undefined
  for (const character of text) if (character < '0' || character > '9') return undefined
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER)
}

function fail({ json, nth }: Place, code: ErrorCode, what: string): never {
  const written = jsonText(json)
  throw new PosternError(code, `Condition ${nth} is ${written}: ${what}`, { Condition: written })
}

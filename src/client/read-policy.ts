import type { Condition, Policy } from '../policy/condition.ts'

/**
 * How a policy is written. JSON has no functions, so what is no string or no list lacks a method that is called here: that is
 * how it shows.
 */
interface WrittenPolicy {
  readonly expiration: string
  readonly conditions: readonly WrittenCondition[]
}
type WrittenCondition = Readonly<Record<string, string>> | WrittenList
type WrittenList = readonly [op: Condition['op'], name: string, operand: string & readonly string[]]

/**
 * Reads a form's policy as `parsePolicy` does, without its sentences: where anything is odd, it is `undefined`, and the store
 * judges. What `parsePolicy` takes, this takes, and finds the same in it.
 *
 * @see docs/decisions/0040-two-readers-of-policies.md
 */
export function readPolicy(encoded: string): Policy | undefined {
  try {
    const { expiration, conditions }: WrittenPolicy = JSON.parse(withoutDollars(textOf(encoded)))
    const instant = new Date(expiration)
    instant.toISOString() // throws where it is none
    if (!expiration.endsWith('Z')) return undefined
    return { expiration: instant, conditions: conditions.map(readCondition) }
  } catch {
    return undefined
  }
}

/** Base64 → text; throws where the bytes are not UTF-8. @see https://tc39.es/ecma262/#sec-decode */
function textOf(encoded: string): string {
  const escaped = (byte: string) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`
  return decodeURIComponent(atob(encoded).replace(/[\s\S]/g, escaped))
}

/** `\$` is OSS's own escape, and none of JSON's. @see docs/spec/post-object.md section 4.5 */
function withoutDollars(json: string): string {
  return json.replace(/\\([\s\S])/g, (pair, letter) => (letter === '$' ? letter : pair))
}

function readCondition(written: WrittenCondition): Condition {
  if (!isList(written)) {
    const [[field, value] = ['', ''], another] = Object.entries(written)
    if (field === '' || another !== undefined) throw ODD
    return { op: 'eq', field, value: unescaped(value), spelling: 'object' }
  }
  const [op, name, operand] = written
  if (written.length !== 3) throw ODD
  if (op === 'content-length-range') return { op, min: boundOf(name), max: boundOf(operand) }
  const field = name.replace(/^\$/, '')
  switch (op) {
    case 'eq':
      return { op, field, value: unescaped(operand) }
    case 'starts-with':
      return { op, field, prefix: unescaped(operand) }
    case 'in':
    case 'not-in':
      return { op, field, values: operand.map(unescaped) }
    default:
      throw ODD
  }
}

function isList(written: WrittenCondition): written is WrittenList {
  return Array.isArray(written)
}

/** The second generation of OSS's escape. */
function unescaped(text: string): string {
  return text.replaceAll('\\$', '$$')
}

/** A bound may stand in quotes. */
function boundOf(bound: string): number {
  if (!/^\d+(e\+\d+)?$/.test(bound)) throw ODD // a long one is read as 1e+23
  return Math.min(+bound, Number.MAX_SAFE_INTEGER)
}

/** Never leaves this file. */
const ODD = new Error()

import { base64, utf8 } from '../base/bytes.ts'
import { fileSize } from './build-policy.ts'
import type { Condition, EncodedPolicy, Policy } from './condition.ts'

export interface EncodeOptions {
  /** How the expiration is written: `….000Z`, the default, or `…:00Z`. */
  readonly expirationFormat?: 'milliseconds' | 'seconds'
}

/**
 * A policy as it is signed and sent: JSON in Base64.
 *
 * @example
 * encodePolicy({ expiration: new Date('2026-11-24T12:00:00Z'), conditions: [eq('bucket', 'photos'), fileSize(1, 1000)] })
 * @see docs/spec/post-object.md section 4.1
 */
export function encodePolicy(policy: Policy, options?: EncodeOptions): EncodedPolicy {
  const text = policyText(policy, options)
  return (BEYOND_ASCII.test(text) ? base64(utf8(text)) : btoa(text)) as EncodedPolicy
}

/**
 * The JSON of a policy, before Base64.
 *
 * @example
 * policyText({ expiration: new Date('2026-11-24T12:00:00Z'), conditions: [startsWith('key', 'photos/')] })
 * // '{"expiration":"2026-11-24T12:00:00.000Z","conditions":[["starts-with","$key","photos/"]]}'
 * @see docs/spec/post-object.md section 4.1
 */
export function policyText({ expiration, conditions }: Policy, options?: EncodeOptions): string {
  if (conditions.length === 0) throw new TypeError('A policy needs one condition at least: OSS refuses an empty list.')
  const time = expiration.getTime()
  if (!(time >= 0 && time <= LAST_INSTANT)) throw new TypeError('The expiration must be a date from 1970 to 9999.')
  const iso = expiration.toISOString()
  const until = options?.expirationFormat === 'seconds' ? `${iso.slice(0, 19)}Z` : iso
  return `{"expiration":"${until}","conditions":[${conditions.map(written).join(',')}]}`
}

/** A condition as it stands in the JSON, put together by hand: issuing a form is little more than this. */
function written(condition: Condition): string {
  switch (condition.op) {
    case 'eq':
      return condition.spelling === 'object'
        ? `{${json(condition.field)}:${value(condition.value)}}`
        : `["eq",${name(condition.field)},${value(condition.value)}]`
    case 'starts-with':
      return `["starts-with",${name(condition.field)},${value(condition.prefix)}]`
    case 'in':
    case 'not-in':
      return `["${condition.op}",${name(condition.field)},[${list(condition.values)}]]`
    case 'content-length-range': {
      const { min, max } = fileSize(condition.min, condition.max) // whatever the types say, text must not get in here
      return `["content-length-range",${min},${max}]`
    }
  }
}

/** A frozen list is one that many forms share: its text is made once. */
function list(values: readonly string[]): string {
  const known = FROZEN_LISTS.get(values)
  if (known !== undefined) return known
  const text = values.map(value).join(',')
  if (Object.isFrozen(values)) FROZEN_LISTS.set(values, text)
  return text
}

const FROZEN_LISTS = new WeakMap<readonly string[], string>()

function name(field: string): string {
  return json(`$${field}`)
}

/** A reader takes `\$` for `$`, so a backslash before a dollar is doubled. @see docs/spec/post-object.md section 4.5 */
function value(text: string): string {
  return json(text.includes('\\$') ? text.replaceAll('\\$', '\\\\$$') : text)
}

/** Most text needs no escape, and a look at it costs a third of `stringify`. */
function json(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`
}

/** The last millisecond of the year 9999: beyond it, ISO 8601 needs another form. */
const LAST_INSTANT = 253_402_300_799_999
/** One look at each character; btoa alone would take U+00FF for a byte. */
const BEYOND_ASCII = /[^\0-\x7f]/
/** All but printable ASCII, and of that the quote and the backslash. */
const NEEDS_ESCAPE = /[^ !#-[\]-~]/

import { base64, utf8 } from '../base/bytes.ts'
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
  return (isAscii(text) ? btoa(text) : base64(utf8(text))) as EncodedPolicy
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
  return JSON.stringify({ expiration: until, conditions: conditions.map(plain) })
}

/** A condition as it stands in the JSON. */
function plain(condition: Condition): unknown {
  switch (condition.op) {
    case 'eq':
      return condition.spelling === 'object'
        ? { [condition.field]: escaped(condition.value) }
        : ['eq', `$${condition.field}`, escaped(condition.value)]
    case 'starts-with':
      return ['starts-with', `$${condition.field}`, escaped(condition.prefix)]
    case 'in':
    case 'not-in':
      return [condition.op, `$${condition.field}`, condition.values.map(escaped)]
    case 'content-length-range':
      return ['content-length-range', condition.min, condition.max]
  }
}

/** A reader takes `\$` for `$`, so a backslash before a dollar is doubled. @see docs/spec/post-object.md section 4.5 */
function escaped(value: string): string {
  return value.includes('\\$') ? value.replaceAll('\\$', '\\\\$$') : value
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false
  return true
}

/** The last millisecond of the year 9999: beyond it, ISO 8601 needs another form. */
const LAST_INSTANT = 253_402_300_799_999

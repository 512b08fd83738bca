import { MAX_OBJECT_BYTES } from '../base/limits.ts'
import type { Condition, FieldCondition, Policy } from './condition.ts'
import { type Dialect, OSS } from './dialect.ts'
import { type Failure, fileSizeRange } from './evaluate-policy.ts'
import { agoText, alternatives, bytesText, capital, durationText, fieldText, quoted, timeText } from './phrase.ts'
import { isSecret, withoutSecret } from './secret-fields.ts'

/**
 * What a policy permits and until when, in sentences; what it leaves open is said too. With `now`, the time left as well.
 *
 * @example
 * explainPolicy(parsePolicy(form.fields.policy))
 * // ['Good until 2026-11-24 12:00:00 UTC.', 'The bucket must be "photos".', 'The key must begin with "user/".', …]
 * @see docs/spec/post-object.md section 4
 */
export function explainPolicy(policy: Policy, dialect: Dialect = OSS, now?: Date): string[] {
  const { expiration, conditions } = policy
  const fieldConditions = conditions.filter((condition) => condition.op !== 'content-length-range')
  return [
    lifetime(expiration, now),
    ...fieldConditions.map((condition) => `${capital(fieldText(condition.field))} ${demand(condition)}.`),
    sizes(policy),
    ...openings(fieldConditions, dialect),
  ]
}

/**
 * One failure for people: what was expected, what came, what to change.
 *
 * @example
 * explainFailure({ kind: 'too-large', size: 11, max: 10 })
 * // 'The file has 11 bytes; this policy allows at most 10 bytes. Choose a smaller file.'
 * @see docs/spec/post-object.md section 4.3
 */
export function explainFailure(failure: Failure): string {
  switch (failure.kind) {
    case 'expired':
      return expired(failure.expiration, failure.now)
    case 'absent':
      return absent(failure.condition)
    case 'unmet':
      return unmet(failure.condition, failure.actual)
    case 'uncovered':
      return `No condition of the policy names the field ${quoted(failure.field)}. Add one for it, or leave the field out.`
    case 'too-small':
      return `The file has ${bytesText(failure.size)}; this policy wants at least ${bytesText(failure.min)}. Choose a larger file.`
    case 'too-large':
      return `The file has ${bytesText(failure.size)}; this policy allows at most ${bytesText(failure.max)}. Choose a smaller file.`
  }
}

/**
 * A condition as OSS prints it: a list, with `$` before the name and a space after each comma.
 *
 * @example
 * conditionText(eq('bucket', 'photos')) // '["eq", "$bucket", "photos"]'
 * @see docs/spec/post-object.md section 4.3
 */
export function conditionText(condition: Condition): string {
  if (condition.op === 'content-length-range') return `["content-length-range", ${condition.min}, ${condition.max}]`
  return `["${condition.op}", ${JSON.stringify(`$${condition.field}`)}, ${operand(condition)}]`
}

function operand(written: FieldCondition): string {
  const condition = withoutSecret(written)
  switch (condition.op) {
    case 'eq':
      return JSON.stringify(condition.value)
    case 'starts-with':
      return JSON.stringify(condition.prefix)
    case 'in':
    case 'not-in':
      return `[${condition.values.map((value) => JSON.stringify(value)).join(', ')}]`
  }
}

/** What the condition asks of its field: `must be "a"`. */
function demand(written: FieldCondition): string {
  const condition = withoutSecret(written)
  switch (condition.op) {
    case 'eq':
      return `must be ${quoted(condition.value)}`
    case 'starts-with':
      return condition.prefix === '' ? 'must be there, with any value' : `must begin with ${quoted(condition.prefix)}`
    case 'in':
      return `must be ${alternatives(condition.values)}`
    case 'not-in':
      return `must be there, and not be ${alternatives(condition.values)}`
  }
}

function lifetime(expiration: Date, now: Date | undefined): string {
  const instant = timeText(expiration)
  if (now === undefined) return `Good until ${instant}.`
  const left = expiration.getTime() - now.getTime()
  return left > 0
    ? `Good until ${instant} (in ${durationText(left)}).`
    : `Expired at ${instant} (${agoText(-left)}): every form with this policy is refused.`
}

function sizes(policy: Policy): string {
  const range = fileSizeRange(policy)
  if (range === undefined)
    return `The file may have any size up to the store's own limit, ${bytesText(MAX_OBJECT_BYTES)}.`
  const { min } = range
  const max = Math.min(range.max, MAX_OBJECT_BYTES)
  if (min > max) return 'No file fits the sizes that it asks for.'
  if (min === max) return `The file must have exactly ${bytesText(min)}.`
  return `The file must have from ${bytesText(min)} to ${bytesText(max)}.`
}

/** What the policy says nothing of. @see docs/spec/post-object.md section 4.4 */
function openings(conditions: readonly FieldCondition[], dialect: Dialect): string[] {
  const named = new Set(conditions.map(({ field }) => field.toLowerCase()))
  const bucket = 'Any bucket that the access key may write to: no condition names the bucket.'
  return [...(named.has('bucket') ? [] : [bucket]), ...(dialect.mustCover('key') ? closed(named) : freedoms(named))]
}

function closed(named: ReadonlySet<string>): string[] {
  return named.has('key')
    ? ['No field may be sent that no condition names.']
    : ['Every form is refused: it must send a key, and no condition names it.']
}

function freedoms(named: ReadonlySet<string>): string[] {
  const key = named.has('key') ? [] : ['Any key: no condition names it.']
  const type = named.has('content-type') ? [] : ['Any content type: no condition names it.']
  return [...key, ...type, 'Fields that no condition names may be added freely.']
}

function expired(expiration: Date, now: Date): string {
  const ago = agoText(now.getTime() - expiration.getTime())
  return `It was good until ${timeText(expiration)}, which was ${ago}. Ask for a new form.`
}

function absent(condition: FieldCondition): string {
  const what = `${capital(fieldText(condition.field))} ${demand(condition)}`
  switch (condition.field.toLowerCase()) {
    case 'bucket':
      return `${what}; the address names no bucket. Post to the bucket's own address.`
    case 'content-type':
      return `${what}; no type came with the form. Send one with the file (OSS), or as the field Content-Type.`
    default:
      return `${what}; the form has no such field before the file. Add it to the form.`
  }
}

function unmet(condition: FieldCondition, actual: string): string {
  const { field } = condition
  const subject = capital(fieldText(field))
  if (isSecret(field)) return `${subject} is not the one that the policy names. Ask for a new form.`
  return `${subject} ${demand(condition)}; it is ${quoted(actual)}. ${remedy(condition, actual)}`
}

/** What to change, with the usual mistakes called by name. */
function remedy(condition: FieldCondition, actual: string): string {
  const wanted = wantedValues(condition)
  if (wanted.includes('image/jpg') && actual === 'image/jpeg')
    return 'The type of JPEG files is "image/jpeg"; name it in the policy.'
  if (wanted.some((value) => differInCase(value, actual))) return 'They differ in upper and lower case, which counts.'
  const trimmed = actual.trim()
  if (wanted.some((value) => value.trim() === trimmed)) return 'They differ in white space, which counts.'
  switch (condition.field.toLowerCase()) {
    case 'bucket':
      return 'Post to that bucket, or ask for a form for this one.'
    case 'content-type':
      return 'Choose a file of an allowed type, or ask for a form that allows this one.'
    default:
      return 'Send an allowed value, or ask for a form that allows this one.'
  }
}

/** The lengths first: a field may have megabytes, and a policy a thousand values to compare it with. */
function differInCase(a: string, b: string): boolean {
  return a.length === b.length && a.toLowerCase() === b.toLowerCase()
}

function wantedValues(condition: FieldCondition): readonly string[] {
  switch (condition.op) {
    case 'eq':
      return [condition.value]
    case 'in':
      return condition.values
    case 'starts-with':
    case 'not-in':
      return []
  }
}

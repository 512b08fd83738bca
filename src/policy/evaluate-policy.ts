import type { FieldCondition, Policy } from './condition.ts'
import type { Dialect } from './dialect.ts'

/** What a form brings before its policy. `size` is the file's, in bytes, where it is known. */
export interface Submission {
  /** By name in lower case, `key` and `policy` among them; the file is none of them. */
  readonly fields: ReadonlyMap<string, string>
  /** The bucket that the request's address names. */
  readonly bucket: string | undefined
  /** The type that the object would get; `undefined` where the form names none. */
  readonly contentType: string | undefined
  readonly now: Date
  readonly size?: number
}

/** One way in which a form breaks a policy. */
export type Failure =
  | { readonly kind: 'expired'; readonly expiration: Date; readonly now: Date }
  | { readonly kind: 'absent'; readonly condition: FieldCondition }
  | { readonly kind: 'unmet'; readonly condition: FieldCondition; readonly actual: string }
  | { readonly kind: 'uncovered'; readonly field: string }
  | { readonly kind: 'too-small'; readonly size: number; readonly min: number }
  | { readonly kind: 'too-large'; readonly size: number; readonly max: number }

/**
 * All the ways a form breaks a policy; an empty list means that it is accepted.
 *
 * The size is judged only where it is given. Values are compared as they were sent, before `${filename}` is expanded.
 *
 * @example
 * evaluatePolicy(policy, { fields, bucket: 'photos', contentType: 'image/png', now: new Date(), size: 1024 }, OSS)
 * @see docs/spec/post-object.md sections 4.3 and 4.4
 */
export function evaluatePolicy(policy: Policy, submission: Submission, dialect: Pick<Dialect, 'mustCover'>): Failure[] {
  const { expiration, conditions } = policy
  const { fields, now, size = Number.NaN } = submission // an unknown size is neither too small nor too large
  const failures: Failure[] = []
  if (expiration <= now) failures.push({ kind: 'expired', expiration, now })
  const covered = new Set<string>()
  for (const condition of conditions) {
    if (condition.op === 'content-length-range') continue
    const field = condition.field.toLowerCase()
    covered.add(field)
    const actual = found(field, submission)
    if (actual === undefined) failures.push({ kind: 'absent', condition })
    else if (!holds(condition, actual)) failures.push({ kind: 'unmet', condition, actual })
  }
  for (const field of fields.keys())
    if (dialect.mustCover(field) && !covered.has(field)) failures.push({ kind: 'uncovered', field })
  const { min = 0, max = Number.POSITIVE_INFINITY } = fileSizeRange(policy) ?? {}
  if (size < min) failures.push({ kind: 'too-small', size, min })
  if (size > max) failures.push({ kind: 'too-large', size, max })
  return failures
}

/**
 * The sizes that all of a policy's ranges allow, or `undefined` where it has none. Ranges that do not meet leave a
 * minimum above the maximum, which no file fits.
 *
 * @example
 * fileSizeRange(policy) // { min: 1, max: 10485760 }
 * @see docs/spec/post-object.md section 4.3
 */
export function fileSizeRange({ conditions }: Policy): { min: number; max: number } | undefined {
  let range: { min: number; max: number } | undefined
  for (const condition of conditions) {
    if (condition.op !== 'content-length-range') continue
    const { min, max } = condition
    range = { min: Math.max(range?.min ?? min, min), max: Math.min(range?.max ?? max, max) }
  }
  return range
}

function found(field: string, { fields, bucket, contentType }: Submission): string | undefined {
  if (field === 'bucket') return bucket
  if (field === 'content-type') return contentType
  return fields.get(field)
}

/** Whether a field with this value meets the condition. */
export function holds(condition: FieldCondition, actual: string): boolean {
  switch (condition.op) {
    case 'eq':
      return actual === condition.value
    case 'starts-with':
      return actual.startsWith(condition.prefix)
    case 'in':
      return condition.values.includes(actual)
    case 'not-in':
      return !condition.values.includes(actual)
  }
}

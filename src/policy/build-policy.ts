import type { EqCondition, ListCondition, PrefixCondition, RangeCondition } from './condition.ts'

/**
 * The field must have exactly this value.
 *
 * @example
 * eq('key', 'photos/1.jpg') // ["eq", "$key", "photos/1.jpg"]
 * @see docs/spec/post-object.md section 4.3
 */
export function eq(field: string, value: string): EqCondition {
  return { op: 'eq', field: named(field), value }
}

/**
 * The field must be there and begin with this text; `''` accepts any value.
 *
 * @example
 * startsWith('key', 'photos/') // ["starts-with", "$key", "photos/"]
 * @see docs/spec/post-object.md section 4.3
 */
export function startsWith(field: string, prefix: string): PrefixCondition {
  return { op: 'starts-with', field: named(field), prefix }
}

/**
 * The field must have one of these values. OSS only.
 *
 * @example
 * oneOf('content-type', ['image/jpeg', 'image/png']) // ["in", "$content-type", ["image/jpeg", "image/png"]]
 * @see docs/spec/post-object.md section 4.3
 */
export function oneOf(field: string, values: readonly string[]): ListCondition {
  return { op: 'in', field: named(field), values }
}

/**
 * The field must be there and have none of these values. OSS only.
 *
 * @example
 * noneOf('cache-control', ['no-cache']) // ["not-in", "$cache-control", ["no-cache"]]
 * @see docs/spec/post-object.md section 4.3
 */
export function noneOf(field: string, values: readonly string[]): ListCondition {
  return { op: 'not-in', field: named(field), values }
}

/**
 * The file must have so many bytes, both ends included.
 *
 * @example
 * fileSize(1, 10_485_760) // ["content-length-range", 1, 10485760]
 * @see docs/spec/post-object.md section 4.3
 */
export function fileSize(min: number, max: number): RangeCondition {
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min < 0 || max < min)
    throw new TypeError(`A file size goes from a whole number of bytes up to another, not from ${min} to ${max}.`)
  return { op: 'content-length-range', min, max }
}

function named(field: string): string {
  if (field === '' || field.startsWith('$'))
    throw new TypeError(`Name the field as the form does, without "$": "key", not ${JSON.stringify(field)}.`)
  return field
}

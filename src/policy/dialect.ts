import type { Condition } from './condition.ts'

/** What differs between OSS and S3 in reading a policy, as data. @see docs/spec/post-object.md section 8 */
export interface Dialect {
  readonly name: 'oss' | 's3'
  readonly ops: ReadonlySet<Condition['op']>
  /** Whether a list may name a field without its `$`: `["eq", "key", "a"]`. */
  readonly acceptsBareNames: boolean
  /** Whether the type that the file entry brings is the object's; else only the form's field is. */
  readonly readsFileType: boolean
  /** Must a condition name this field of the form? `field` is in lower case. */
  readonly mustCover: (field: string) => boolean
}

const OSS_V4_FIELDS = new Set(['x-oss-signature-version', 'x-oss-credential', 'x-oss-date'])

/** OSS asks that a form's own V4 fields be covered, and nothing else. @see docs/spec/post-object.md section 4.4 */
export const OSS: Dialect = {
  name: 'oss',
  ops: new Set(['eq', 'starts-with', 'in', 'not-in', 'content-length-range']),
  acceptsBareNames: true,
  readsFileType: true,
  mustCover: (field) => OSS_V4_FIELDS.has(field),
}

const S3_FREE_FIELDS = new Set(['policy', 'file', 'signature', 'x-amz-signature', 'awsaccesskeyid'])

/** S3 asks that every field be covered, but for a few. @see docs/spec/post-object.md section 4.4 */
export const S3: Dialect = {
  name: 's3',
  ops: new Set(['eq', 'starts-with', 'content-length-range']),
  acceptsBareNames: false,
  readsFileType: false,
  mustCover: (field) => !S3_FREE_FIELDS.has(field) && !field.startsWith('x-ignore-'),
}

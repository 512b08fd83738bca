/**
 * One line of a policy. `field` is the name as written, without its `$`; names match without regard to case.
 *
 * @see docs/spec/post-object.md section 4.3
 */
export type Condition = FieldCondition | RangeCondition

/** A condition on a field's value. */
export type FieldCondition = EqCondition | PrefixCondition | ListCondition

/** Equality has two spellings, `{"key": "a"}` and `["eq", "$key", "a"]`; they mean the same. */
export interface EqCondition {
  readonly op: 'eq'
  readonly field: string
  readonly value: string
  /** How it is written; `list` unless told otherwise. */
  readonly spelling?: 'object' | 'list'
}

export interface PrefixCondition {
  readonly op: 'starts-with'
  readonly field: string
  readonly prefix: string
}

/** OSS only. */
export interface ListCondition {
  readonly op: 'in' | 'not-in'
  readonly field: string
  readonly values: readonly string[]
}

/** Bytes of the file, both ends included. */
export interface RangeCondition {
  readonly op: 'content-length-range'
  readonly min: number
  readonly max: number
}

/** What a form may contain, and until when. */
export interface Policy {
  readonly expiration: Date
  readonly conditions: readonly Condition[]
}

declare const encoded: unique symbol
/** A policy document in Base64: exactly the text that is signed, sent and verified. */
export type EncodedPolicy = string & { readonly [encoded]: true }

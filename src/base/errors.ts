import type { ERRORS, ErrorRow, Retry } from './error-table.ts'
import type { ISSUER_ERRORS } from './issuer-error-table.ts'
import type { REQUEST_ERRORS } from './request-error-table.ts'
import type { STS_ERRORS } from './sts-error-table.ts'

export type { ErrorRow, Retry } from './error-table.ts'

export type ErrorCode =
  | keyof typeof ERRORS
  | keyof typeof ISSUER_ERRORS
  | keyof typeof REQUEST_ERRORS
  | keyof typeof STS_ERRORS

/** What the reader needs to act: extra elements in XML, extra members in a problem. Names are ASCII letters. */
export type Facts = Readonly<Record<string, string>>

/** With `retry` the error needs no table: what may be done after it, and all of its words, are here. */
export interface PosternErrorOptions extends ErrorOptions {
  readonly retry?: Retry
}

/**
 * A refusal to a peer: a code, one sentence of detail for people, and what may be done after it.
 *
 * @example
 * throw new PosternError('file-too-large', 'The file has 11 bytes; this policy allows 10.', { MaxSizeAllowed: '10' })
 */
export class PosternError extends Error {
  override readonly name = 'PosternError'
  readonly code: ErrorCode
  /** What was wrong and what to do: our own words, without the protocol's documented beginning, or all that somebody else said. */
  readonly detail: string
  readonly facts: Facts
  /** Whether the same form can succeed later, a fresh form can, or neither. */
  readonly retry: Retry

  constructor(code: ErrorCode, detail: string, facts: Facts = {}, options?: PosternErrorOptions) {
    const row: Partial<ErrorRow> | undefined = options?.retry === undefined ? rows.get(code) : options
    const { begins = '', retry = 'never' } = row ?? {}
    super(detail.startsWith(begins) ? detail : `${begins} ${detail}`.trimEnd(), options)
    this.code = code
    this.detail = detail
    this.facts = facts
    this.retry = retry
  }
}

/** Empty in a browser, which downloads no table: an error there is given all it needs. */
const rows = new Map<string, ErrorRow>()

/** Puts rows into the table of this process: see `known-errors.ts`. */
export function addErrors(table: Readonly<Record<string, ErrorRow>>): void {
  for (const [code, row] of Object.entries(table)) rows.set(code, row)
}

/** The table's row for a code. */
export function errorRow(code: ErrorCode): ErrorRow {
  const row = rows.get(code)
  if (row === undefined) throw new TypeError(`The table of errors has no row "${code}" in this process.`)
  return row
}

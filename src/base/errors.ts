import { ERRORS, type ErrorRow } from './error-table.ts'
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

/**
 * A refusal to a peer: which row of the table, and one sentence of detail for people.
 *
 * @example
 * throw new PosternError('file-too-large', 'The file has 11 bytes; this policy allows 10.', { MaxSizeAllowed: '10' })
 */
export class PosternError extends Error {
  override readonly name = 'PosternError'
  readonly code: ErrorCode
  /** Our own words: what was wrong and what to do, without the protocol's documented beginning. */
  readonly detail: string
  readonly facts: Facts

  constructor(code: ErrorCode, detail: string, facts: Facts = {}, options?: ErrorOptions) {
    const { begins } = errorRow(code)
    super(begins === undefined ? detail : `${begins} ${detail}`.trimEnd(), options)
    this.code = code
    this.detail = detail
    this.facts = facts
  }
}

const rows = new Map<string, ErrorRow>(Object.entries(ERRORS))

/** Completes the table, in a process that can meet more than a browser: see `request-errors.ts`. */
export function addErrors(table: Readonly<Record<string, ErrorRow>>): void {
  for (const [code, row] of Object.entries(table)) rows.set(code, row)
}

/** The table's row for a code. */
export function errorRow(code: ErrorCode): ErrorRow {
  const row = rows.get(code)
  if (row === undefined) throw new TypeError(`The table of errors has no row "${code}" in this process.`)
  return row
}

/** What a caller may do after an error with this code. */
export function retryAfter(code: ErrorCode): ErrorRow['retry'] {
  return errorRow(code).retry
}

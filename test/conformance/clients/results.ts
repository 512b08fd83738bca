import { appendFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import type { OPERATIONS } from '../../../scripts/conformance-table.mjs'

export type OperationName = (typeof OPERATIONS)[number]

export interface Result {
  readonly client: string
  readonly operation: OperationName
  readonly result: 'passed' | 'failed' | 'not run'
  readonly why?: string
}

/** Adds a line of JSON to the file that CONFORMANCE_RESULTS names; without it there is nothing to do. */
export function record(result: Result): void {
  const file = process.env['CONFORMANCE_RESULTS']
  if (file) appendFileSync(file, `${JSON.stringify(result)}\n`)
}

/** The first line of what went wrong: the rest is for who runs the test by itself. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return stripVTControlCharacters(message).split('\n', 1)[0] ?? ''
}

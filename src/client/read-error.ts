import { ERRORS } from '../base/error-table.ts'
import { type ErrorCode, errorRow, type Facts, PosternError } from '../base/known-errors.ts'
import { readElements } from '../base/xml.ts'
import type { Answer } from './transport.ts'

const SHOWN_CHARACTERS = 200

/**
 * A store's refusal → the error it was made of. What is not in the table, or is no store's answer, becomes
 * `store-refused` with what came in its facts.
 */
export function readError({ status, body }: Pick<Answer, 'status' | 'body'>): PosternError {
  const elements = readElements(body, 'Error')
  const code = elements?.get('Code')
  if (elements === undefined || code === undefined) return noStore(status, body)
  const message = elements.get('Message') ?? ''
  const facts = factsOf(elements)
  const known = findCode(code, message)
  if (known === undefined) return new PosternError('store-refused', message, { ...facts, Code: code, Message: message })
  return new PosternError(known, withoutBeginning(known, message), facts)
}

/** The message of an error, without the documented beginning that the error puts in front again. */
export function withoutBeginning(code: ErrorCode, message: string): string {
  const { begins } = errorRow(code)
  return begins !== undefined && message.startsWith(begins) ? message.slice(begins.length).trim() : message
}

/** Is this text from outside one of our codes? */
export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(ERRORS, text)
}

/**
 * `Code`, then the documented beginning of the message: the longest that fits, and of several the first in the table.
 * A `Code` whose every row begins alike needs no message.
 */
function findCode(code: string, message: string): ErrorCode | undefined {
  const rows = Object.keys(ERRORS)
    .filter(isErrorCode)
    .filter((name) => errorRow(name).oss === code)
  const beginning = (name: ErrorCode) => errorRow(name).begins ?? ''
  const [best] = rows
    .filter((name) => beginning(name) !== '' && message.startsWith(beginning(name)))
    .sort((a, b) => beginning(b).length - beginning(a).length)
  return best ?? (new Set(rows.map(beginning)).size === 1 ? rows[0] : undefined)
}

function factsOf(elements: ReadonlyMap<string, string>): Facts {
  return Object.fromEntries([...elements].filter(([name]) => name !== 'Code' && name !== 'Message'))
}

function noStore(status: number, body: string): PosternError {
  const start = body.slice(0, SHOWN_CHARACTERS)
  const detail = `The answer (status ${status}) is not a store's. Is the address of the form that of a bucket?`
  return new PosternError('store-refused', detail, { Status: String(status), Body: start })
}

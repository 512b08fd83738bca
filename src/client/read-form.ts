import { PosternError } from '../base/errors.ts'
import type { UploadForm } from '../form/upload-form.ts'

/** One PUT of a whole file, where the storage takes no forms. */
interface PresignedPut {
  readonly method: 'PUT'
  readonly url: string
  /** To be sent as they are. */
  readonly headers: Readonly<Record<string, string>>
  readonly key?: string
  /** ISO 8601. */
  readonly expiresAt: string
  readonly token?: string
}

/** What an issuer gives for one file. */
export type IssuedUpload = UploadForm | PresignedPut

/**
 * Reads what an issuer gave for one file: a form, or where the storage takes none, a presigned PUT. Whatever a page sends, and
 * where to, is looked at first.
 */
export function readIssued(value: unknown): IssuedUpload {
  const issued: Readonly<Record<string, unknown>> = { ...Object(value) }
  const content = issued['method'] === 'PUT' ? 'headers' : 'fields'
  const [wrong] = RULES.find(([name, rule]) => !fits(rule, issued[name])) ?? []
  if (wrong === undefined && areFields(issued[content])) return issued as unknown as IssuedUpload
  throw new PosternError(
    'upload-form-malformed',
    `The issuer gave no upload form: its "${wrong ?? content}" is not right.`,
  )
}

/** Of an address, every reader finds the same host; no name or password stands before it. */
const RULES: readonly (readonly [name: string, rule: RegExp])[] = [
  ['method', /^(POST|PUT)$/],
  ['url', /^https?:\/\/[^\s/?#\\@]+([/?#][^\s\\]*)?$/i],
  ['expiresAt', /^\d{4}-\d\d-\d\dT/],
  ['key', /^/],
  ['token', /^/],
]

function fits(rule: RegExp, value: unknown = ''): boolean {
  return typeof value === 'string' && rule.test(value)
}

/** Names and texts; the file is none of them. */
function areFields(value: unknown): boolean {
  return (
    Object(value) === value &&
    Object.entries(Object(value)).every(([name, text]) => fits(/^/, text) && !/^(file)?$/i.test(name))
  )
}

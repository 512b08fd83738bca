import { errorRow, type PosternError } from '../base/issuer-errors.ts'

/**
 * An error as a problem. `type` is a name, not an address: it stays the same wherever the error is described.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457#section-3
 */
export function problem(error: PosternError): Response {
  const { status, title } = errorRow(error.code)
  const type = `urn:postern:problem:${error.code}`
  const body = JSON.stringify({ ...error.facts, type, title, status, detail: error.message, code: error.code })
  return new Response(body, { status, headers: { 'content-type': 'application/problem+json' } })
}

import { errorRow, PosternError } from '../base/issuer-errors.ts'

/** Facts that a program finds in a header as well. */
const HEADERS: readonly { readonly fact: string; readonly header: string }[] = [
  { fact: 'RetryAfterSeconds', header: 'retry-after' },
  { fact: 'Challenge', header: 'www-authenticate' },
]

/**
 * An error as a problem. `type` is a name, not an address: it stays the same wherever the error is described.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457#section-3
 */
export function problem(error: PosternError): Response {
  const { status } = errorRow(error.code)
  const body = JSON.stringify(problemMembers(error))
  const response = new Response(body, { status, headers: { 'content-type': 'application/problem+json' } })
  if (status === 401) response.headers.set('www-authenticate', 'Bearer') // RFC 9110 section 15.5.2 asks for one
  for (const { fact, header } of HEADERS) {
    const value = error.facts[fact]
    if (value !== undefined && /^[\x20-\x7e]+$/.test(value)) response.headers.set(header, value)
  }
  return response
}

/** The same as a value, where it is one of several answers. */
export function problemMembers({ code, message, facts, retry }: PosternError): object {
  const { status, title } = errorRow(code)
  return { ...facts, type: `urn:postern:problem:${code}`, title, status, detail: message, code, retry }
}

/** Whatever was thrown as what may be told of it; a bug, and whatever has a cause, is told to `onError` as well. */
export function refusalOf(error: unknown, onError: (error: unknown) => void): PosternError {
  const isOurs = error instanceof PosternError
  if (!isOurs || error.cause !== undefined) onError(error)
  return isOurs ? error : new PosternError('internal-error', '')
}

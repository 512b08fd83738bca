import { type ErrorCode, PosternError, type Retry } from '../base/errors.ts'
import { retryOf } from './what-next.ts'

/**
 * An issuer's problem → the error that the issuer made it of: its code, also one that is newer than this page, and what may be
 * done after it. An answer that is none becomes `issuer-refused`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457#section-3
 * @see docs/decisions/0041-errors-of-a-newer-issuer.md
 */
export function readProblem(url: string, status: number, body: unknown, retryAfter?: string | null): PosternError {
  const { type, title, status: said = status, detail = title, instance, code, retry, ...others } = membersOf(body)
  const texts = Object.entries(others).filter((fact): fact is [string, string] => typeof fact[1] === 'string')
  const waits = /^\d+$/.test(`${retryAfter}`) ? { RetryAfterSeconds: `${retryAfter}` } : {}
  const hasWords = typeof detail === 'string'
  return new PosternError(
    hasWords && isCode(code) ? code : 'issuer-refused',
    hasWords
      ? detail
      : `${url} answered with status ${said} and neither a form nor a reason. Is it an issuer's address?`,
    { Status: `${said}`, ...waits, ...Object.fromEntries(texts) },
    { retry: RETRIES.find((name) => name === retry) ?? retryOf(Number(said)) },
  )
}

function membersOf(body: unknown): Readonly<Record<string, unknown>> {
  return { ...Object(body) }
}

/** A name, and short. */
function isCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && /^[a-z][a-z0-9-]{1,63}$/.test(code)
}

const RETRIES: readonly Retry[] = ['never', 'same-form', 'fresh-form']

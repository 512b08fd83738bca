import { type ErrorCode, PosternError, type Retry } from '../base/errors.ts'

/** The code of a refusal. */
export function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof PosternError ? error.code : undefined
}

/** What is stored, or may be, is not begun anew because its token will not do: that would make a second object. */
export function once(error: unknown): unknown {
  return codeOf(error)?.startsWith('upload-token') ? retried(error, 'never') : error
}

/** The same refusal, after which something else may be tried. */
export function retried(error: unknown, retry: Retry): unknown {
  if (!(error instanceof PosternError)) return error
  return new PosternError(error.code, error.detail, error.facts, { cause: error, retry })
}

/** What may be done after an answer that nobody can read. */
export function retryOf(status: number): Retry {
  return status >= 500 || status === 429 || status === 408 ? 'same-form' : 'never'
}

import { PosternError } from '../base/issuer-errors.ts'

/**
 * Nobody could give a credential. Whoever asks the issuer hears `told`, which names no role, file or address; the
 * operator reads `reason`, the error's cause, which says what to do.
 */
export function unavailable(told: string, reason: string, facts: Readonly<Record<string, string>> = {}): PosternError {
  const detail = `${told} Try again later; the issuer's log says more.`
  return new PosternError('credential-unavailable', detail, facts, { cause: new Error(reason) })
}

/** What an operator should read of an error that a source threw: one sentence or two, without secrets. */
export function reasonOf(error: unknown): string {
  if (error instanceof PosternError && error.cause instanceof Error) return error.cause.message
  return error instanceof Error ? error.message : String(error)
}

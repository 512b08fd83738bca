import { PosternError } from '../base/errors.ts'

/** Why a request gave no answer: its caller cancelled it, or the connection was lost. `detail` says the latter. */
export function noAnswer(detail: string, signal: AbortSignal | undefined, cause?: unknown): PosternError {
  return signal?.aborted === true ? aborted() : new PosternError('network-lost', detail, {}, { cause })
}

/** The upload was cancelled by whoever started it. */
export function aborted(): PosternError {
  return new PosternError('upload-aborted', 'The upload was cancelled before the store had answered.')
}

/**
 * Why a POST to the store failed before a byte was sent. A browser keeps the reason to itself; but a store that
 * answers a request without CORS was there all along, so what stopped the browser was the preflight.
 *
 * @see https://fetch.spec.whatwg.org/#cors-preflight-fetch
 */
export async function blockedBeforeSending(url: string, signal: AbortSignal | undefined): Promise<PosternError> {
  if (!(await answers(url, signal))) return noAnswer(`The store at ${url} does not answer. Is it running?`, signal)
  return new PosternError(
    'cors-forbidden',
    `The bucket at ${url} does not let pages of ${location.origin} upload: give it a CORS rule that allows POST from ${location.origin}.`,
  )
}

async function answers(url: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await fetch(url, { method: 'HEAD', mode: 'no-cors', credentials: 'omit', signal: signal ?? null })
    return true
  } catch {
    return false
  }
}

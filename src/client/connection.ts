import { PosternError } from '../base/errors.ts'

/** Why a request gave no answer: its caller cancelled it, or the connection was lost. `detail` says the latter. */
export function noAnswer(detail: string, signal: AbortSignal | undefined, cause?: unknown): PosternError {
  return signal?.aborted === true ? aborted() : new PosternError('network-lost', detail, {}, { cause })
}

/** The upload was cancelled by whoever started it. */
export function aborted(): PosternError {
  return new PosternError('upload-aborted', 'The upload was cancelled before the store had answered.')
}

/** Why a form sent to the store got no answer. */
export async function noStoreAnswer(
  url: string,
  signal: AbortSignal | undefined,
  cause?: unknown,
): Promise<PosternError> {
  if (!(await corsForbids(url, signal)))
    return noAnswer(`The connection to ${url} was lost before the store had answered.`, signal, cause)
  const { origin } = location
  const detail = `The bucket at ${url} does not let pages of ${origin} upload: give it a CORS rule that allows POST from ${origin}.`
  return new PosternError('cors-forbidden', detail)
}

/**
 * A browser does not tell a page that it was CORS that forbade it. So ask the store for a refusal: if it cannot be read,
 * but a request without CORS is answered, the store is there and the bucket's rule is not.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
async function corsForbids(url: string, signal: AbortSignal | undefined): Promise<boolean> {
  if (typeof location === 'undefined' || signal?.aborted === true) return false // CORS is the browser's
  if (await answers(url, { method: 'POST', signal: signal ?? null })) return false
  return await answers(url, { method: 'HEAD', mode: 'no-cors', signal: signal ?? null })
}

async function answers(url: string, request: RequestInit): Promise<boolean> {
  try {
    await fetch(url, { ...request, credentials: 'omit' })
    return true
  } catch {
    return false
  }
}

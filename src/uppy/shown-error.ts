import type { PosternError } from '../base/errors.ts'

/** What Uppy shows of a failure. The failure itself is its `cause`; `isNetworkError` is what Uppy's own uploaders say. */
export function shownError(cause: PosternError): Error {
  return Object.assign(new Error(cause.detail, { cause }), { isNetworkError: cause.code === 'network-lost' })
}

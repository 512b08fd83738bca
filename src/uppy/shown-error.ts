import type { PosternError } from '../base/errors.ts'
import { describeError } from '../locales/describe-error.ts'
import type { Locale } from '../locales/locale.ts'

/** What Uppy shows of a failure. The failure itself is its `cause`; `isNetworkError` is what Uppy's own uploaders say. */
export function shownError(cause: PosternError, locale: Locale): Error {
  const { title, advice } = describeError(cause, locale)
  const stop = /^(?:zh|ja)\b/.test(locale.language) ? '。' : '. '
  return Object.assign(new Error(title + stop + advice, { cause }), { isNetworkError: cause.code === 'network-lost' })
}

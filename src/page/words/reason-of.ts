import type { PosternError } from '../../base/errors.ts'
import { describeError } from '../../locales/describe-error.ts'
import type { Words } from './words.ts'

/** What happened and what to do, in one breath. */
export function reasonOf(error: PosternError, words: Words): string {
  const { title, advice } = describeError(error, words.errors)
  return words.results.reason(title, advice)
}

import type { PosternError } from '../../base/errors.ts'
import { wordsFor } from '../words.ts'
import type { Words } from './words.ts'

export interface FailureWords {
  readonly title: string
  readonly advice: string
}

/** A failure for the person who chose the file, in the language of the page. */
export function describeFailure(error: PosternError, _words: Words): FailureWords {
  return wordsFor(error)
}

/** The same in one breath. */
export function sentenceOf(error: PosternError, words: Words): string {
  const { title, advice } = describeFailure(error, words)
  return words.results.reason(title, advice)
}

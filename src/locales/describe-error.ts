import type { Facts, PosternError } from '../base/errors.ts'
import { conditionSentence } from './condition-sentence.ts'
import { en } from './en.ts'
import type { Locale } from './locale.ts'
import { sizeText } from './size-text.ts'

/** An error in the words of a language. */
export interface ErrorDescription {
  /** A few words: what happened. */
  readonly title: string
  /** A sentence or two: what to do. */
  readonly advice: string
}

const MINUTE = 60
const HOUR = 60 * MINUTE

/**
 * An error for whoever chose the file, in their language: built from its code and its facts, never from the sentences of a server.
 * An error that is newer than this package is told in its own words.
 *
 * @example
 * const { title, advice } = describeError(error, zhCN)
 *
 * @see docs/guide/errors.md
 */
export function describeError(
  error: Pick<PosternError, 'code' | 'detail' | 'facts'>,
  locale: Locale = en,
): ErrorDescription {
  const title = ownMember(locale.titles, error.code) ?? locale.titles['issuer-refused']
  const advice = fromFacts(error, locale) ?? ownMember(locale.advice, error.code) ?? error.detail
  return { title, advice }
}

function fromFacts({ code, facts }: Pick<PosternError, 'code' | 'facts'>, locale: Locale): string | undefined {
  const { sentences } = locale
  const size = sizeOf(facts['ProposedSize'], locale)
  switch (code) {
    case 'file-too-large': {
      const most = sizeOf(facts['MaxSizeAllowed'], locale)
      return size && most && sentences.tooLarge(size, most)
    }
    case 'file-too-small': {
      const least = sizeOf(facts['MinSizeAllowed'], locale)
      return size && least && sentences.tooSmall(size, least)
    }
    case 'type-not-allowed':
      return facts['Type'] && sentences.typeRefused(facts['Type'])
    case 'too-many-requests':
      return waitSentence(facts, locale)
    case 'condition-failed':
    case 'condition-field-absent':
      return conditionSentence(facts, sentences)
    default:
      return undefined
  }
}

function waitSentence({ RetryAfterSeconds }: Facts, { language, sentences }: Locale): string | undefined {
  const seconds = Math.ceil(Number(RetryAfterSeconds))
  if (!(seconds > 0)) return undefined
  const count = (unit: number) => Math.ceil(seconds / unit).toLocaleString(language)
  if (seconds <= 2 * MINUTE) return sentences.tryAgainIn(sentences.seconds(count(1)))
  return sentences.tryAgainIn(seconds <= 2 * HOUR ? sentences.minutes(count(MINUTE)) : sentences.hours(count(HOUR)))
}

function sizeOf(bytes: string | undefined, locale: Locale): string | undefined {
  const size = Number(bytes)
  return bytes !== undefined && Number.isSafeInteger(size) ? sizeText(size, locale) : undefined
}

function ownMember(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

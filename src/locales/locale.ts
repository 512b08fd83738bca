import type { BrowserCode } from '../base/browser-codes.ts'

/**
 * What errors are called in one language, and what a person can do. A language is a table of this shape, and the compiler says
 * what it lacks.
 *
 * @see docs/guide/errors.md
 */
export interface Locale {
  /** As HTML writes it: `en`, `zh-CN`. */
  readonly language: string
  /** A few words for each error, without a full stop. */
  readonly titles: Readonly<Record<BrowserCode, string>>
  /** What to do, for whoever chose the file. */
  readonly advice: Readonly<Record<BrowserCode, string>>
  readonly sentences: Sentences
}

/** What an error's facts say. Sizes come as text, `10 MiB`; other values in the quotation marks of the sentence. */
export interface Sentences {
  readonly tooLarge: (size: string, most: string) => string
  readonly tooSmall: (size: string, least: string) => string
  readonly typeRefused: (type: string) => string
  readonly bytes: (count: string) => string
  readonly tryAgainIn: (wait: string) => string
  readonly seconds: (count: string) => string
  readonly minutes: (count: string) => string
  readonly hours: (count: string) => string
  /** A condition of the policy; `found` is absent where the form does not have the field, or nothing was said of it. */
  readonly conditions: Readonly<Record<'eq' | 'starts-with' | 'in' | 'not-in', ConditionSentence>>
  /** What fields are called; any other by its own name. */
  readonly fields: Readonly<Record<'content-type' | 'key', string>>
  /** Between the last two of a list. */
  readonly or: (first: string, last: string) => string
  readonly comma: string
  readonly quoted: (text: string) => string
}

export type ConditionSentence = (field: string, expected: string, found: string | undefined) => string

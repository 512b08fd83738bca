import type { Locale } from '../../locales/locale.ts'
import type { Comparison } from '../checksum/compare-checksum.ts'

/**
 * What the page says of its own, in one language. What the Dashboard says comes with Uppy, and what
 * errors say with `postern/locales`.
 */
export interface Words {
  /** As HTML writes it: `zh-CN`. */
  readonly language: string
  /** What errors are called, and sizes. */
  readonly errors: Locale
  readonly title: string
  readonly lead: string
  /** The Dashboard's name, for screen readers. */
  readonly dashboard: string
  readonly limits: LimitWords
  readonly offline: string
  readonly tryingAgain: (reason: string) => string
  /** What `postern/uppy` says in the Dashboard. */
  readonly uploader: UploaderWords
  readonly results: ResultWords
  readonly heard: HeardWords
  readonly dev: DevWords
}

type UploaderWords = Readonly<Record<'finalising' | 'noContent' | 'remoteFile', string>>

/** The rules of the route, as a sentence. */
interface LimitWords {
  readonly upTo: (max: string) => string
  readonly between: (min: string, max: string) => string
  readonly exactly: (size: string) => string
  readonly anyType: string
  /** The sentence of both. */
  readonly sentence: (size: string, types: string) => string
  /** How many types the sentence does not name. */
  readonly others: (count: string) => string
  /** What people call a type: by `image/*`, `application/pdf`, … */
  readonly types: Readonly<Record<string, string>>
}

export interface ResultWords {
  readonly title: string
  readonly summary: (stored: string, failed: string) => string
  readonly stored: string
  readonly differs: string
  readonly failed: string
  readonly notAdded: (name: string) => string
  readonly link: string
  readonly size: string
  readonly type: string
  readonly unknownType: string
  readonly copyLink: string
  readonly copyKey: string
  readonly copied: string
  readonly hint: string
  /** What happened, and what to do. */
  readonly reason: (title: string, advice: string) => string
  readonly details: string
  readonly code: string
  readonly message: string
  readonly comparing: string
  readonly comparisons: Readonly<Record<Comparison, string>>
}

/** What a screen reader is told as it happens. */
interface HeardWords {
  readonly log: string
  readonly started: (count: number) => string
  readonly progress: (percent: number) => string
  readonly paused: string
  readonly resumed: string
  readonly stored: (name: string) => string
  readonly storedMany: (count: number) => string
  readonly failed: (name: string, title: string) => string
  readonly failedMany: (count: number) => string
  readonly differs: (name: string) => string
}

/** The panes of `postern dev`. */
export interface DevWords {
  readonly title: string
  readonly lead: string
  readonly objects: string
  readonly noObjects: string
  readonly objectsFailed: string
  readonly shown: (shown: string, total: string) => string
  readonly tooMany: (scanned: string) => string
  readonly key: string
  readonly size: string
  readonly time: string
  readonly refresh: string
  readonly more: string
  readonly form: string
  readonly noForm: string
  readonly sentTo: string
  readonly goodUntil: string
  readonly fields: string
  readonly field: string
  readonly value: string
  readonly token: string
  readonly policy: string
  readonly policyText: string
  readonly policyUnread: string
}

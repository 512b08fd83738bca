/**
 * Door `postern/locales`: errors in the words of a language.
 *
 * @module
 */
export { describeError, type ErrorDescription } from './locales/describe-error.ts'
export { en } from './locales/en.ts'
export type { ConditionSentence, Locale, Sentences } from './locales/locale.ts'
export { zhCN } from './locales/zh-cn.ts'

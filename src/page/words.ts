import { type ErrorCode, errorRow, type PosternError } from '../base/known-errors.ts'

/** A failure in words for the person who chose the file. */
interface Words {
  readonly title: string
  readonly advice: string
}

const ASK = 'Show the details to whoever runs this page.'

/** What a person can do, where the error's own sentence speaks to whoever wrote the form. */
const ADVICE: Partial<Record<ErrorCode, string>> = {
  'policy-expired': 'The form was too old when it arrived. Press Retry: the page asks for a new form.',
  'signature-mismatch': `The form was changed on its way, or signed with another key. Press Retry. If it fails again: ${ASK}`,
  'object-exists': 'The bucket has this file already, and it may not be replaced. Rename the file and upload it again.',
  'network-lost': 'Check the connection, then press Retry.',
  'store-busy': 'Wait a moment, then press Retry.',
  'store-full': `Nothing more can be stored at the moment. ${ASK}`,
  'callback-failed': `The file is in the bucket, but the application was not told. ${ASK}`,
}

/** What happened, and what to do about it. */
export function wordsFor(error: PosternError): Words {
  return { title: errorRow(error.code).title, advice: ADVICE[error.code] ?? (ownSentence(error) || ASK) }
}

/** A broken condition is named before the sentence, for programs; it stays in the details. */
function ownSentence({ detail, facts }: PosternError): string {
  const condition = facts['Condition'] ?? ''
  return (detail.startsWith(condition) ? detail.slice(condition.length) : detail).trim()
}

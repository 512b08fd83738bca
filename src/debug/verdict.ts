import { type Cause, cause } from './cause.ts'
import type { Answer } from './evidence.ts'
import { guessMistake } from './guess.ts'
import type { Rebuilt } from './rebuilt.ts'
import { signatureBy } from './signature.ts'

/** Whose secret is given, and what else may have been signed with it. */
export interface Given {
  readonly secret: string
  /** Whose it is, where that is known. */
  readonly accessKeyId?: string
  /** The text that the application says it signed. */
  readonly signed?: string
}

/** What computing the signature again tells. */
export interface Verdict {
  /** Whether the secret made the signature of what was sent. */
  readonly isRight: boolean
  readonly cause: Cause | undefined
}

/** Does the secret differ, or the text? */
export function judge(rebuilt: Rebuilt, { secret, accessKeyId, signed }: Given, answer: Answer | undefined): Verdict {
  const signs = (text: string | undefined): boolean =>
    text !== undefined && signatureBy(secret, rebuilt, text) === rebuilt.signature
  const store = answer?.stringToSign
  const isMismatch = answer?.code === 'SignatureDoesNotMatch'
  if (signs(rebuilt.stringToSign)) {
    const isSameText = store === undefined || isSame(rebuilt.stringToSign, store)
    return { isRight: true, cause: isMismatch && isSameText ? cause('store-secret-other') : undefined }
  }
  if (signs(store)) return { isRight: false, cause: isMismatch ? cause('store-secret-other') : undefined }
  if (signs(signed)) return { isRight: false, cause: cause('signed-other-text') }
  if (accessKeyId !== undefined && accessKeyId !== rebuilt.accessKeyId)
    return { isRight: false, cause: cause('key-other') }
  return { isRight: false, cause: guessMistake(secret, rebuilt) ?? cause('secret-or-text') }
}

/** Whether two texts are the same; a store may cut a long one, and says so with "…". */
export function isSame(ours: string, theirs: string): boolean {
  return ours === theirs || (theirs.endsWith('…') && ours.startsWith(theirs.slice(0, -1)))
}

import { brokenRules } from './broken-rules.ts'
import { type Cause, cause } from './cause.ts'
import { causeOfDifference } from './causes-of-difference.ts'
import { type Comparison, comparison } from './comparison.ts'
import type { Answer, Evidence } from './evidence.ts'
import { rebuild } from './rebuild.ts'
import { rebuildAnswer } from './rebuild-answer.ts'
import type { Rebuilt } from './rebuilt.ts'
import { type Given, judge, type Verdict } from './verdict.ts'

export interface DebugOptions {
  readonly now: Date
  /** Where the address does not tell it. */
  readonly bucket?: string
  readonly accessKeyId?: string
  /** With it the signature is computed again. */
  readonly secret?: string
  /** The string to sign, or the canonical request, that the application made. */
  readonly signed?: string
}

export interface DebugReport {
  /** Absent where there is an answer without any text. */
  readonly rebuilt: Rebuilt | undefined
  readonly comparisons: readonly Comparison[]
  /** Absent where no secret was given. */
  readonly verdict: Verdict | undefined
  readonly causes: readonly Cause[]
}

/**
 * Why a signature was refused: the text it must cover, rebuilt from what was sent; where it first differs from the text
 * that the store used, or that the application signed; and what usually makes it so.
 *
 * @see docs/guide/command-line.md
 */
export function debugSignature(evidence: Evidence, options: DebugOptions): DebugReport {
  const { sent, answer } = evidence
  const { bucket, now } = options
  const rebuilt = sent === undefined ? answer && rebuildAnswer(answer) : rebuild(sent, bucket)
  const at = answer?.serverTime ?? evidence.at ?? now
  const comparisons =
    rebuilt === undefined ? [] : compare(rebuilt, sent === undefined ? undefined : answer, options.signed)
  const verdict = rebuilt && judgeBy(rebuilt, options, answer)
  const causes = [
    ...(rebuilt === undefined ? [] : comparisons.map((one) => causeOfDifference(one, rebuilt))),
    verdict?.cause,
    ...(sent === undefined ? [] : brokenRules(sent, bucket, at)),
    rebuilt && spelling(rebuilt),
    answer && ofCode(answer),
  ]
  return { rebuilt, comparisons, verdict, causes: unique(causes) }
}

function compare(rebuilt: Rebuilt, answer: Answer | undefined, signed: string | undefined): readonly Comparison[] {
  const { stringToSign, canonicalRequest } = rebuilt
  const isCanonical = canonicalRequest !== undefined && signed !== undefined && !/^(OSS4|AWS4)-HMAC/.test(signed)
  const store = ['request', 'store'] as const
  const yours = ['needed', 'signed'] as const
  return [
    ...comparison('canonical request', store, canonicalRequest, answer?.canonicalRequest),
    ...comparison('string to sign', store, stringToSign, answer?.stringToSign),
    ...(isCanonical
      ? comparison('canonical request', yours, canonicalRequest, signed)
      : comparison('string to sign', yours, stringToSign, signed)),
  ]
}

function judgeBy(rebuilt: Rebuilt, options: DebugOptions, answer: Answer | undefined): Verdict | undefined {
  const { secret, accessKeyId, signed } = options
  if (secret === undefined) return undefined
  const given: Given = {
    secret,
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
    ...(signed === undefined ? {} : { signed }),
  }
  return judge(rebuilt, given, answer)
}

/** What can be seen of a signature or a policy alone. */
function spelling({ by, signature, stringToSign }: Rebuilt): Cause | undefined {
  const texts = by === 'form' ? [signature, stringToSign] : [signature]
  if (texts.some((text) => /%(2b|2f|3d)/i.test(text))) return cause('percent-encoded')
  return texts.some((text) => /^[\w+/= ]+$/.test(text) && text.includes(' ')) ? cause('plus-to-space') : undefined
}

function ofCode({ code, message = '' }: Answer): Cause | undefined {
  if (code === 'InvalidAccessKeyId') return cause('key-unknown')
  const isAboutRights = code === 'AccessDenied' && /bucket acl|no right|bucket policy/i.test(message)
  return isAboutRights ? cause('key-may-not') : undefined
}

function unique(causes: readonly (Cause | undefined)[]): readonly Cause[] {
  const byCode = new Map(causes.flatMap((one) => (one === undefined ? [] : [[one.code, one] as const])))
  return [...byCode.values()]
}

import type { ErrorCode } from '../base/known-errors.ts'
import type { Policy } from '../policy/condition.ts'
import type { Failure, Submission } from '../policy/evaluate-policy.ts'
import { conditionText, explainFailure } from '../policy/explain-policy.ts'
import { refusal } from '../policy/refusal.ts'

/** What `policy try` found: what fails, and what could not be judged for want of an option. */
export interface Verdict {
  readonly conditions: number
  readonly failures: readonly Failure[]
  readonly unjudged: readonly string[]
}

/** A bucket or size that nobody named is not held against the form; it is said instead. */
export function judge(policy: Policy, { bucket, size }: Submission, found: readonly Failure[]): Verdict {
  const failures = found.filter((failure) => bucket !== undefined || !isAboutBucket(failure))
  const unjudged: string[] = []
  if (failures.length < found.length) unjudged.push('The bucket was not judged: name it with --bucket.')
  if (size === undefined && policy.conditions.some(({ op }) => op === 'content-length-range'))
    unjudged.push('The size was not judged: name a file with --file.')
  return { conditions: policy.conditions.length, failures, unjudged }
}

export function verdictText({ conditions, failures, unjudged }: Verdict): string[] {
  const result = failures.length === 0 ? accepted(conditions) : ['Refused:', ...failures.flatMap(failureText)]
  return [...result, ...unjudged]
}

/** For programs; `code` is what the store's error would be called here. */
export function verdictJson({ failures, unjudged }: Verdict): string[] {
  const shown = failures.map((failure) => ({
    code: codeOf(failure),
    ...('condition' in failure ? { condition: conditionText(failure.condition) } : {}),
    sentence: explainFailure(failure),
  }))
  return JSON.stringify({ accepted: failures.length === 0, failures: shown, unjudged }, undefined, 2).split('\n')
}

function accepted(conditions: number): string[] {
  return [conditions === 1 ? 'Accepted: the one condition holds.' : `Accepted: all ${conditions} conditions hold.`]
}

function failureText(failure: Failure): string[] {
  const sentence = explainFailure(failure)
  return 'condition' in failure ? [`  ${conditionText(failure.condition)}`, `    ${sentence}`] : [`  ${sentence}`]
}

function codeOf(failure: Failure): ErrorCode {
  return refusal([failure]).code
}

function isAboutBucket(failure: Failure): boolean {
  return failure.kind === 'absent' && failure.condition.field.toLowerCase() === 'bucket'
}

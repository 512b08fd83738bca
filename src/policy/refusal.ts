import { type ErrorCode, type Facts, PosternError } from '../base/errors.ts'
import type { FieldCondition } from './condition.ts'
import type { Failure } from './evaluate-policy.ts'
import { conditionText, explainFailure } from './explain-policy.ts'
import { alternatives } from './phrase.ts'
import { isSecret, withoutSecret } from './secret-fields.ts'

/**
 * The error that stands for a form's failures: the first one's code and facts, its sentence, and how many more there are.
 *
 * @example
 * const [first, ...rest] = evaluatePolicy(policy, submission, OSS)
 * if (first !== undefined) throw refusal([first, ...rest])
 * @see docs/spec/post-object.md sections 4.3 and 7
 */
export function refusal([first, ...others]: readonly [Failure, ...Failure[]]): PosternError {
  const named = subject(first)
  const sentence = explainFailure(first)
  const more = others.length === 0 ? '' : ` ${remark(others.length)}`
  return new PosternError(CODES[first.kind], `${named === '' ? '' : `${named} `}${sentence}${more}`, facts(first))
}

function remark(count: number): string {
  return count === 1 ? 'One more condition is not met.' : `${count} more conditions are not met.`
}

/** What OSS's message names before our sentence. */
function subject(failure: Failure): string {
  if (failure.kind === 'absent' || failure.kind === 'unmet') return shortText(failure.condition)
  return failure.kind === 'uncovered' ? shortened(failure.field) : ''
}

function facts(failure: Failure): Facts {
  switch (failure.kind) {
    case 'expired':
      return { Expiration: failure.expiration.toISOString(), ServerTime: failure.now.toISOString() }
    case 'absent':
      return conditionFacts(failure.condition)
    case 'unmet': {
      const { condition, actual } = failure
      return { ...conditionFacts(condition), ...(isSecret(condition.field) ? {} : { Found: shortened(actual) }) }
    }
    case 'uncovered':
      return { Field: shortened(failure.field) }
    case 'too-small':
      return { ProposedSize: String(failure.size), MinSizeAllowed: String(failure.min) }
    case 'too-large':
      return { ProposedSize: String(failure.size), MaxSizeAllowed: String(failure.max) }
  }
}

function conditionFacts(condition: FieldCondition): Facts {
  return { Condition: shortText(condition), Field: shortened(condition.field), Expected: expected(condition) }
}

function expected(written: FieldCondition): string {
  const condition = withoutSecret(written)
  switch (condition.op) {
    case 'eq':
      return shortened(condition.value)
    case 'starts-with':
      return `${shortened(condition.prefix)}…`
    case 'in':
      return alternatives(condition.values)
    case 'not-in':
      return `not ${alternatives(condition.values)}`
  }
}

function shortText(condition: FieldCondition): string {
  return shortened(conditionText(condition))
}

/** An answer stays small, however long the policy or the field is. */
function shortened(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`
}

const MAX_SHOWN = 1000
const CODES = {
  expired: 'policy-expired',
  absent: 'condition-field-absent',
  unmet: 'condition-failed',
  uncovered: 'field-not-covered',
  'too-small': 'file-too-small',
  'too-large': 'file-too-large',
} as const satisfies Record<Failure['kind'], ErrorCode>

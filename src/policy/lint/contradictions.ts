import type { Condition, FieldCondition } from '../condition.ts'
import { fileSizeRange, holds } from '../evaluate-policy.ts'
import { conditionText } from '../explain-policy.ts'
import { fieldText, quoted } from '../phrase.ts'
import { isSecret } from '../secret-fields.ts'
import { type Finding, finding } from './finding.ts'
import { conditionsOn, type Look } from './look.ts'

/** Conditions on one field that no value meets, and ranges that no size meets. */
export function contradictionFindings(look: Look): readonly Finding[] {
  const range = fileSizeRange(look.policy)
  const isNoSize = range !== undefined && range.min > range.max
  return [
    ...fieldsOf(look).flatMap((field) => contradiction(field, conditionsOn(look, field))),
    ...(isNoSize ? [finding('conditions-contradict', undefined, { title: 'No size fits all of the ranges' })] : []),
  ]
}

/** The same condition twice, and more than one range: of those only the overlap counts. */
export function repetitionFindings({ policy }: Look): readonly Finding[] {
  const seen = new Set<string>()
  return policy.conditions.flatMap((condition) => {
    const same = condition.op === 'content-length-range' ? condition.op : textOf(condition)
    if (seen.has(same)) return [finding('condition-repeated', condition)]
    seen.add(same)
    return []
  })
}

function fieldsOf({ policy }: Look): readonly string[] {
  const fields = policy.conditions.flatMap((condition) =>
    condition.op === 'content-length-range' ? [] : [condition.field.toLowerCase()],
  )
  return [...new Set(fields)]
}

function contradiction(field: string, conditions: readonly FieldCondition[]): readonly Finding[] {
  if (conditions.length === 1 && !isEmptyList(conditions[0])) return []
  const broken = conditions.find((condition) => isBroken(condition, conditions))
  if (broken === undefined) return []
  return [
    finding('conditions-contradict', broken, { title: `No value of ${fieldText(field)} meets all its conditions` }),
  ]
}

/** Whether none of what this condition lists passes the others; of prefixes, one must continue the other. */
function isBroken(condition: FieldCondition, all: readonly FieldCondition[]): boolean {
  switch (condition.op) {
    case 'eq':
      return !passes(condition.value, all)
    case 'in':
      return !condition.values.some((value) => passes(value, all))
    case 'starts-with':
      return all.some((other) => other.op === 'starts-with' && !continues(condition.prefix, other.prefix))
    case 'not-in':
      return false
  }
}

function passes(value: string, all: readonly FieldCondition[]): boolean {
  return all.every((condition) => holds(condition, value))
}

function continues(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one)
}

function isEmptyList(condition: FieldCondition | undefined): boolean {
  return condition?.op === 'in' && condition.values.length === 0
}

/** Hidden values are told apart by more than what is shown of them. */
function textOf(condition: Exclude<Condition, { op: 'content-length-range' }>): string {
  const field = condition.field.toLowerCase()
  const text = conditionText({ ...condition, field })
  return isSecret(field) && condition.op === 'eq' ? `${text} ${quoted(condition.value)}` : text
}

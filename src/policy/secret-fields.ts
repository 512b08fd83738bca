import type { FieldCondition } from './condition.ts'

/** A temporary key's token stands in policies as a condition; whoever reads a message or a log must not find it there. */
const SECRET_FIELDS = new Set(['x-oss-security-token', 'x-amz-security-token'])
const HIDDEN = '***'

export function isSecret(field: string): boolean {
  return SECRET_FIELDS.has(field.toLowerCase())
}

/** The condition as it may be shown. */
export function withoutSecret(condition: FieldCondition): FieldCondition {
  if (!isSecret(condition.field)) return condition
  switch (condition.op) {
    case 'eq':
      return { ...condition, value: HIDDEN }
    case 'starts-with':
      return { ...condition, prefix: HIDDEN }
    case 'in':
    case 'not-in':
      return { ...condition, values: [HIDDEN] }
  }
}

import type { FieldCondition, Policy } from '../condition.ts'
import type { Dialect } from '../dialect.ts'
import type { Finding } from './finding.ts'

/** What is known beside the policy itself; each makes more findings possible. */
export interface LintSubject {
  /** All fields that the form sends, by name in lower case. */
  readonly fields?: ReadonlyMap<string, string>
  /** What the form is posted to. */
  readonly url?: string
  /** How it is signed; told by the fields where it is absent. */
  readonly scheme?: 'oss-v1' | 'oss-v4' | 's3-v2' | 's3-v4'
  /** Without it, how long a policy lives is judged only where its conditions say when it was signed. */
  readonly now?: Date
}

/** What a check looks at. */
export interface Look extends LintSubject {
  readonly policy: Policy
  readonly dialect: Dialect
}

export type Check = (look: Look) => readonly Finding[]

/** The conditions on a field; `field` is in lower case. */
export function conditionsOn({ policy }: Look, field: string): readonly FieldCondition[] {
  return policy.conditions
    .filter((condition) => condition.op !== 'content-length-range')
    .filter((condition) => condition.field.toLowerCase() === field)
}

/** The values that a field may have, where a condition lists them; a prefix or what must not be lists none. */
export function listedValues(conditions: readonly FieldCondition[]): readonly string[] | undefined {
  for (const condition of conditions) {
    if (condition.op === 'eq') return [condition.value]
    if (condition.op === 'in') return condition.values
  }
  return undefined
}

/** A prefix with a UUID in it: the server has made it, most likely for this one answer. */
export function isFresh(key: string): boolean {
  return UUID.test(key)
}

const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/i

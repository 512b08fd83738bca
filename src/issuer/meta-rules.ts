import * as v from 'valibot'
import { nearest } from '../base/nearest.ts'
import { flag, judged, members, shown, text, whole } from './options/schema.ts'

/** What one name of a caller's metadata may hold. */
interface MetaRule {
  /** Whether a file without it is refused; false. */
  readonly required?: boolean
  /** A regular expression that the whole value matches: `'[a-z]{1,20}'`. */
  readonly pattern?: string
  /** Characters; 2,048. */
  readonly maxLength?: number
  /** The values that there are. */
  readonly values?: readonly string[]
}

/** Which metadata a caller may send along: `false` for none, else each name with its rule, or `true` for any value. */
export type MetaRules = false | Readonly<Record<string, MetaRule | true>>

/** What says why metadata will not do, and what to send; `undefined` where it will. */
export type JudgeMeta = (meta: ReadonlyMap<string, string>) => string | undefined

/** Names of user metadata: docs/spec/object-api.md section 3. */
export const META_NAME = /^[a-z0-9-]{1,64}$/
export const MAX_META_VALUE_LENGTH = 2048

const Rule = members({
  required: v.optional(flag(), false),
  pattern: v.optional(text(whyNoPattern)),
  maxLength: v.optional(whole(1, MAX_META_VALUE_LENGTH), MAX_META_VALUE_LENGTH),
  values: v.optional(v.pipe(v.array(text(), 'Write a list of texts, [ … ].'), v.minLength(1, 'The list is empty.'))),
} satisfies Record<keyof MetaRule, v.GenericSchema>)

type ReadRule = v.InferOutput<typeof Rule>

/** The rules as a caller is told them: whatever is not named may not be sent; `false`: nothing may. */
export type ToldMeta = false | Readonly<Record<string, ReadRule>>

const NO_RULES = 'Write false, or an object with a rule for each name: { "album": { "maxLength": 40 } }.'

/** A route's `meta`. */
export const MetaSchema = v.lazy((value) => {
  if (value === false) return v.literal(false)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return v.never(NO_RULES)
  return v.pipe(
    v.record(
      v.pipe(
        v.string(),
        judged<string>((name) => (META_NAME.test(name) ? undefined : 'A name is 1 to 64 of a-z, 0-9 and "-".')),
      ),
      v.lazy((rule) =>
        rule === true
          ? v.pipe(
              v.literal(true),
              v.transform((): ReadRule => ANY_VALUE),
            )
          : Rule,
      ),
    ),
    v.transform((rules): ReadonlyMap<string, ReadRule> => new Map(Object.entries(rules))),
  )
})

const ANY_VALUE: ReadRule = { required: false, maxLength: MAX_META_VALUE_LENGTH }

/** A route's `meta` for whoever writes what callers send. Absent: any names and values are taken. */
export function tellMeta(rules: v.InferOutput<typeof MetaSchema> | undefined): ToldMeta | undefined {
  return rules === undefined || rules === false ? rules : Object.fromEntries(rules)
}

/** A route's `meta` as what judges a caller's. Absent: any names and values are taken. */
export function createJudgeMeta(rules: v.InferOutput<typeof MetaSchema> | undefined): JudgeMeta {
  if (rules === undefined) return () => undefined
  if (rules === false) return (meta) => (meta.size === 0 ? undefined : '"meta" is not taken here. Leave it out.')
  const names = [...rules.keys()]
  const checks = new Map([...rules].map(([name, rule]) => [name, createCheck(rule)]))
  return (meta) => {
    for (const name of names) if (rules.get(name)?.required && !meta.has(name)) return `"meta" needs "${name}".`
    for (const [name, value] of meta) {
      const check = checks.get(name)
      const refusal = check === undefined ? strayAdvice(name, names) : check(value)
      if (refusal !== undefined) return `"meta" has "${name}", ${refusal}`
    }
    return undefined
  }
}

function createCheck({ pattern, maxLength, values }: ReadRule): (value: string) => string | undefined {
  const whole = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`, 'u')
  return (value) => {
    if (value.length > maxLength) return `whose value is over ${maxLength} characters.`
    if (values !== undefined && !values.includes(value)) return `whose value is none of ${values.join(', ')}.`
    if (whole !== undefined && !whole.test(value)) return `whose value does not match ${pattern}.`
    return undefined
  }
}

function strayAdvice(name: string, names: readonly string[]): string {
  const near = nearest(name, names)
  return near === undefined
    ? `which is not taken here; ${names.join(', ')} may be sent.`
    : `which is not taken here. Did you mean "${near}"?`
}

function whyNoPattern(pattern: string): string | undefined {
  try {
    new RegExp(`^(?:${pattern})$`, 'u')
    return undefined
  } catch {
    return `${shown(pattern)} is no regular expression.`
  }
}

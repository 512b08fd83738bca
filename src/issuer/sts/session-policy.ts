import * as v from 'valibot'
import { MAX_SESSION_POLICY_BYTES } from '../../base/limits.ts'
import { members, text, word } from '../options/schema.ts'

/** A policy as RAM writes it. In resources, `${bucket}`, `${dir}` and `${prefix}` stand for what a session is about. */
export interface SessionPolicy {
  readonly Version: '1'
  readonly Statement: readonly SessionStatement[]
}

export interface SessionStatement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
  /** As RAM has it; handed on as it is. */
  readonly Condition?: Readonly<Record<string, unknown>>
}

/** What a session is about. */
export interface SessionScope {
  readonly bucket: string
  /** The session's own folder, which no other has. Ends in `/`. */
  readonly dir: string
  /** What all keys of the caller on this route begin with. Ends in `/`, or is empty. */
  readonly prefix: string
}

/** One folder, putting objects into it whole or in parts, and taking back one's own parts. */
const NARROWEST: SessionPolicy = {
  Version: '1',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['oss:PutObject', 'oss:ListParts', 'oss:AbortMultipartUpload'],
      Resource: [`acs:oss:*:*:\${bucket}/\${dir}*`],
    },
  ],
}

/**
 * The policy of a session in JSON: the narrowest, unless a route brings its own. What a session may do is what this and
 * the role both allow.
 *
 * @see docs/spec/auth.md section 5
 */
export function sessionPolicy(scope: SessionScope, policy: SessionPolicy = NARROWEST): string {
  const values = new Map(Object.entries(scope))
  for (const [name, value] of values) if (isPattern(value)) throw new TypeError(`The ${name} "${value}" ${IS_PATTERN}`)
  const fill = (resource: string) => resource.replaceAll(PLACEHOLDER, (whole, name) => values.get(name) ?? whole)
  const filled = JSON.stringify({
    ...policy,
    Statement: policy.Statement.map((statement) => ({ ...statement, Resource: [statement.Resource].flat().map(fill) })),
  })
  const bytes = Buffer.byteLength(filled)
  if (bytes <= MAX_SESSION_POLICY_BYTES) return filled
  throw new TypeError(`The policy of a session has ${bytes} bytes; STS takes ${MAX_SESSION_POLICY_BYTES}.`)
}

/** RAM has no way to write the two as themselves: a folder called so would stand for those of others. */
export function isPattern(folder: string): boolean {
  return /[*?]/.test(folder)
}

export const IS_PATTERN = 'holds "*" or "?", which in a policy stand for others: no session can be narrowed to it.'

const PLACEHOLDER = /\$\{(\w+)\}/g
const KNOWN = new Set(['bucket', 'dir', 'prefix'])

const ONE_OR_MORE = 'Write a text, or a list of them.'

function oneOrMore(one: v.GenericSchema<string>) {
  return v.union([one, v.pipe(v.array(one), v.minLength(1, ONE_OR_MORE))], ONE_OR_MORE)
}

function whyNoResource(resource: string): string | undefined {
  if (!resource.startsWith('acs:')) return 'Write a resource as "acs:oss:*:*:photos/a/*".'
  const stray = [...resource.matchAll(/\$\{?(\w*)\}?/g)].find(
    ([whole, name = '']) => !KNOWN.has(name) || whole !== `\${${name}}`,
  )
  return stray === undefined ? undefined : `There is no "${stray[0]}". There are \${bucket}, \${dir} and \${prefix}.`
}

function whyNoAction(action: string): string | undefined {
  return /^[a-z]+:[A-Za-z*?]+$/.test(action) ? undefined : 'Write an action as "oss:PutObject".'
}

const StatementSchema = members({
  Effect: word(['Allow', 'Deny']),
  Action: oneOrMore(text(whyNoAction)),
  Resource: oneOrMore(text(whyNoResource)),
  Condition: v.exactOptional(v.record(v.string(), v.unknown(), 'Write an object, { … }.')),
} satisfies Record<keyof SessionStatement, v.GenericSchema>)

/** A policy that a route brings, looked at closely: what it allows is handed to browsers. */
export const SessionPolicySchema = members({
  Version: v.literal('1', 'Write "1".'),
  Statement: v.pipe(v.array(StatementSchema, 'Write a list of statements.'), v.minLength(1, 'Write a statement.')),
} satisfies Record<keyof SessionPolicy, v.GenericSchema>)

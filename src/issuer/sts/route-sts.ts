import * as v from 'valibot'
import { MAX_ROLE_SESSION_SECONDS, MIN_SESSION_SECONDS } from '../../base/limits.ts'
import type { Lifetime } from '../../base/units.ts'
import { lifetime, members } from '../options/schema.ts'
import { type SessionPolicy, SessionPolicySchema } from './session-policy.ts'

/**
 * How a route hands out temporary credentials. Whoever has one may put into their folder what they like: the route's
 * sizes, types and metadata are rules for forms, which a session's policy cannot say.
 */
export interface RouteSts {
  /** Seconds, or `'1h'`; 900, the shortest that STS has. */
  readonly expiresIn?: Lifetime
  /** What a session may do, written by hand where it is more than putting objects into a folder of its own. */
  readonly policy?: SessionPolicy
}

/** The same with nothing left open. */
export interface RouteStsRules {
  readonly durationSeconds: number
  /** Absent: the narrowest. */
  readonly policy: SessionPolicy | undefined
}

const Rules = members({
  expiresIn: v.optional(lifetime(MIN_SESSION_SECONDS, MAX_ROLE_SESSION_SECONDS), MIN_SESSION_SECONDS),
  policy: v.optional(SessionPolicySchema),
} satisfies Record<keyof RouteSts, v.GenericSchema>)

/** A route's `sts`: an object, or true for one with nothing in it. */
export const RouteStsSchema = v.pipe(
  v.lazy((value) => (typeof value === 'boolean' ? v.boolean() : Rules)),
  v.transform((value) => readRules(value)),
)

function readRules(value: boolean | v.InferOutput<typeof Rules>): RouteStsRules | undefined {
  if (value === false) return undefined
  if (value === true) return { durationSeconds: MIN_SESSION_SECONDS, policy: undefined }
  return { durationSeconds: value.expiresIn, policy: value.policy }
}

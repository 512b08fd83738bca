import { matchesPattern } from './match-pattern.ts'

/**
 * What a key may do, in RAM's own language: statements that allow and deny.
 *
 * @see docs/decisions/0013-keys-from-a-file.md
 */
export interface KeyPolicy {
  readonly statements: readonly Statement[]
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny'
  /** Patterns such as `oss:Get*`; upper and lower case are the same. */
  readonly actions: readonly string[]
  /** Patterns of what stands behind `acs:oss:*:*:`, such as `photos` and `photos/users/7/*`. */
  readonly resources: readonly string[]
  /** Patterns of the roles it is about, as they stand behind `acs:ram:*:*:`: `role/uploader`. Absent: it is about none. */
  readonly roles?: readonly string[]
}

/** How policies answer: one of them denies it, all of them allow it, or neither. */
export type Verdict = 'denied' | 'allowed' | 'not allowed'

/** What every resource of the store begins with: it is one region's, and one account's. */
export const RESOURCE_PREFIX = 'acs:oss:*:*:'

/** What every role begins with. */
export const ROLE_PREFIX = 'acs:ram:*:*:'

/**
 * What these policies say together. Each of them must allow it, and none may deny it: a session's policy narrows that of
 * its role. No policy at all allows everything.
 *
 * Only what stands behind the prefix is compared, not the whole resource: else `*` could swallow the colons before a
 * bucket, and a key of another bucket, `a:b:photos/c`, would pass for one in `photos`.
 */
export function judge(policies: readonly KeyPolicy[], action: string, resource: string): Verdict {
  const name = action.toLowerCase()
  const isAbout = aboutResource(resource)
  const saying = (effect: Statement['effect']) => (policy: KeyPolicy) =>
    policy.statements.some(
      (statement) => statement.effect === effect && coversAction(statement, name) && isAbout(statement),
    )
  if (policies.some(saying('Deny'))) return 'denied'
  return policies.every(saying('Allow')) ? 'allowed' : 'not allowed'
}

/** Whether a policy allows an action, such as `oss:PutObject`, on a resource, such as `acs:oss:*:*:photos/a.png`. */
export function isAllowed(policy: KeyPolicy, action: string, resource: string): boolean {
  return judge([policy], action, resource) === 'allowed'
}

function coversAction({ actions }: Statement, action: string): boolean {
  return actions.some((pattern) => matchesPattern(pattern.toLowerCase(), action))
}

/** The name of a role is the same in upper and lower case; that of an object is not. */
function aboutResource(resource: string): (statement: Statement) => boolean {
  if (resource.startsWith(RESOURCE_PREFIX)) {
    const place = resource.slice(RESOURCE_PREFIX.length)
    return ({ resources }) => resources.some((pattern) => matchesPattern(pattern, place))
  }
  if (resource.startsWith(ROLE_PREFIX)) {
    const role = resource.slice(ROLE_PREFIX.length).toLowerCase()
    return ({ roles = [] }) => roles.some((pattern) => matchesPattern(pattern.toLowerCase(), role))
  }
  throw new TypeError(`A resource begins with "${RESOURCE_PREFIX}" or "${ROLE_PREFIX}"; this one is "${resource}".`)
}

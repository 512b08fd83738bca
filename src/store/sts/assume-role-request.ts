import { DEFAULT_SESSION_SECONDS, MAX_SESSION_POLICY_BYTES, MIN_SESSION_SECONDS } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import { quoted } from '../../policy/phrase.ts'
import { KeysError } from '../keys/keys-error.ts'
import { parseKeyPolicyText } from '../keys/parse-key-policy.ts'
import type { StoreRole } from '../keys/store-role.ts'
import { type CallParameters, needed, parameter } from './call-parameters.ts'
import { parseRoleArn, type RoleArn } from './role-arn.ts'

/** What AssumeRole was asked for. */
export interface AssumeRoleRequest {
  readonly arn: RoleArn
  readonly sessionName: string
  /** The policy's text, which is a policy. */
  readonly policy: string | undefined
  readonly durationSeconds: string | undefined
}

/** Reads the parameters of AssumeRole. @see docs/spec/auth.md section 5 */
export function parseAssumeRole(parameters: CallParameters): AssumeRoleRequest {
  const unsupported = UNSUPPORTED.find((name) => parameters.has(name))
  if (unsupported !== undefined)
    throw new PosternError('sts-parameter-unsupported', `This STS does not know ${unsupported}.`)
  const sessionName = needed(parameters, 'RoleSessionName', 'sts-session-name-missing')
  if (!/^[\w.@-]{2,64}$/.test(sessionName))
    throw new PosternError('sts-session-name-invalid', 'Write 2 to 64 letters, digits and ". @ - _".')
  checkExternalId(parameters.get('ExternalId'))
  return {
    arn: parseRoleArn(needed(parameters, 'RoleArn', 'sts-role-arn-missing')),
    sessionName,
    policy: checkedPolicy(parameters.get('Policy')),
    durationSeconds: parameter(parameters, 'DurationSeconds'),
  }
}

/** How long the session lives: whole seconds, of which the role allows so many. */
export function sessionSeconds(asked: string | undefined, { maxSessionSeconds }: StoreRole): number {
  if (asked === undefined) return DEFAULT_SESSION_SECONDS
  const seconds = /^\d{1,9}$/.test(asked) ? Number(asked) : 0
  if (seconds >= MIN_SESSION_SECONDS && seconds <= maxSessionSeconds) return seconds
  const range = `from ${MIN_SESSION_SECONDS} to ${maxSessionSeconds}`
  throw new PosternError('sts-duration-invalid', `Write whole seconds, ${range} for this role; not ${quoted(asked)}.`)
}

/** Passed over, they would look as if they had been checked. */
const UNSUPPORTED = ['SerialNumber', 'TokenCode', 'SourceIdentity']

/** It counts where a role asks for one, and no role of this store does. */
function checkExternalId(externalId: string | undefined): void {
  if (externalId === undefined || /^[\w+=,.@:/-]{2,1224}$/.test(externalId)) return
  throw new PosternError('sts-external-id-invalid', 'Write 2 to 1224 letters, digits and "+ = , . @ : / - _".')
}

/** An empty policy is no policy: whoever meant to narrow the session must not get all of the role. */
function checkedPolicy(policy: string | undefined): string | undefined {
  if (policy === undefined) return undefined
  const bytes = Buffer.byteLength(policy)
  if (bytes > MAX_SESSION_POLICY_BYTES)
    throw new PosternError(
      'sts-policy-too-large',
      `It has ${bytes}; ${MAX_SESSION_POLICY_BYTES} are the most that is read.`,
    )
  try {
    parseKeyPolicyText(policy)
    return policy
  } catch (cause) {
    if (cause instanceof KeysError) throw new PosternError('sts-policy-malformed', cause.message, {}, { cause })
    throw cause
  }
}

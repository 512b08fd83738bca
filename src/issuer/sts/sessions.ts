import { PosternError } from '../../base/issuer-errors.ts'
import { checkRoleArn, checkSessionName } from '../../credential/assume-role.ts'
import type { CredentialSource } from '../../credential/credential-source.ts'
import { createStsClient } from '../../credential/sts-client.ts'
import type { TemporaryCredential } from '../../credential/temporary.ts'
import type { Credential } from '../../sign/signer.ts'
import type { Admission } from '../authorize/admit.ts'
import { grantSignature, keyPrefixOf } from '../grant.ts'
import type { RouteRules } from '../route.ts'
import type { Storage } from '../storage/storage.ts'
import { sessionNameOf } from './session-name.ts'
import { IS_PATTERN, isPattern, sessionPolicy } from './session-policy.ts'

/** How an issuer gets the temporary credentials that it hands out. */
export interface StsOptions {
  /** What the sessions are sessions of: `acs:ram::<account>:role/<name>`. It may do what the widest route may. */
  readonly roleArn: string
  /** Who takes the role: a RAM user or role that may `sts:AssumeRole`. The storage's own credential unless told otherwise. */
  readonly credential?: Credential | CredentialSource
  /** The STS to ask: `sts.aliyuncs.com` by HTTPS unless told otherwise; an embedded store's own. */
  readonly endpoint?: string
  /** One name for all sessions. Absent: each is called after its caller, so that the audit log tells them apart. */
  readonly sessionName?: string
  readonly externalId?: string
}

/** A temporary credential, and where it may put objects. */
export interface Session {
  readonly credential: TemporaryCredential
  /** Ends in `/`; no other session has it. */
  readonly dir: string
}

/** Opens a session for a caller. Throws `path-not-found` where there are none on this route, `credential-unavailable` where STS gives none. */
export type OpenSession = (admission: Admission, now: Date) => Promise<Session>

export function createOpenSession(
  options: StsOptions | undefined,
  storage: Storage,
  routes: ReadonlyMap<string, RouteRules>,
  now: () => Date,
): OpenSession {
  const isWanted = [...routes.values()].some(({ sts }) => sts !== undefined)
  if (options === undefined) {
    if (isWanted) throw new TypeError('A route has sts, and the issuer has none: give it sts: { roleArn }.')
    return async ({ rules }) => {
      throw none(rules.name, 'sts: { roleArn } of the issuer, and sts: true of the route')
    }
  }
  if (!isWanted) throw new TypeError('The issuer has sts, and no route has: give the route that hands out sts: true.')
  for (const { name, prefix, sts } of routes.values())
    if (sts !== undefined && isPattern(prefix)) throw new TypeError(`The prefix of the route "${name}" ${IS_PATTERN}`)
  if (storage.dialect !== 'oss') throw new TypeError('sts needs a storage of OSS: an S3 engine has no such service.')
  return sessionsOf(options, storage, now)
}

function sessionsOf(options: StsOptions, storage: Storage, now: () => Date): OpenSession {
  const { sessionName, externalId } = options
  const sts = createStsClient(options.endpoint, now)
  const roleArn = checkRoleArn(options.roleArn)
  const shared = sessionName === undefined ? undefined : checkSessionName(sessionName)
  const caller = callerOf(options, storage)
  return async (admission, at) => {
    const { rules } = admission
    if (rules.sts === undefined) throw none(rules.name, 'sts: true of the route')
    const dir = grantSignature(admission, storage, at).keyPrefix
    const scope = { bucket: storage.bucket, dir, prefix: keyPrefixOf(admission) }
    const request = {
      roleArn,
      sessionName: shared ?? sessionNameOf(admission.caller.id),
      durationSeconds: rules.sts.durationSeconds,
      policy: sessionPolicy(scope, rules.sts.policy),
      ...(externalId === undefined ? {} : { externalId }),
    }
    return { credential: await sts.assumeRole(request, await caller()), dir }
  }
}

function callerOf({ credential }: StsOptions, storage: Storage): CredentialSource {
  if (credential === undefined) return async () => (await storage.signing()).credential
  return typeof credential === 'function' ? credential : () => credential
}

function none(route: string, what: string): PosternError {
  const detail = `No temporary credentials are handed out on the route "${route}". They are configured as ${what}; POST /uploads needs none.`
  return new PosternError('path-not-found', detail)
}

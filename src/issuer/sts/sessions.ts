import { randomUUID } from 'node:crypto'
import { PosternError } from '../../base/issuer-errors.ts'
import { MAX_OBJECT_BYTES } from '../../base/limits.ts'
import { checkRoleArn, checkSessionName } from '../../credential/assume-role.ts'
import type { CredentialSource } from '../../credential/credential-source.ts'
import { createStsClient } from '../../credential/sts-client.ts'
import type { TemporaryCredential } from '../../credential/temporary.ts'
import type { Credential } from '../../sign/signer.ts'
import type { Admission } from '../authorize/admit.ts'
import { grantSignature, keyPrefixOf } from '../grant.ts'
import type { Limits } from '../limits/limits.ts'
import type { RouteRules } from '../route.ts'
import type { Storage } from '../storage/storage.ts'
import type { RouteStsRules } from './route-sts.ts'
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
interface Session {
  readonly credential: TemporaryCredential
  /** Ends in `/`; no other session has it. */
  readonly dir: string
}

/** Opens a session for a caller. Throws `path-not-found` where there are none on this route, `credential-unavailable` where STS gives none. */
export type OpenSession = (admission: Admission, now: Date) => Promise<Session>

export interface SessionsSetup {
  readonly sts: StsOptions | undefined
  readonly storage: Storage
  readonly routes: ReadonlyMap<string, RouteRules>
  readonly limits: Limits
  readonly now: () => Date
}

export function createOpenSession({ sts, ...setup }: SessionsSetup): OpenSession {
  const { storage, routes } = setup
  const wanted = [...routes.values()].filter((rules) => rules.sts !== undefined)
  if (sts === undefined) {
    if (wanted.length > 0) throw new TypeError('A route has sts, and the issuer has none: give it sts: { roleArn }.')
    return async ({ rules }) => {
      throw none(rules.name, 'sts: { roleArn } of the issuer, and sts: true of the route')
    }
  }
  if (wanted.length === 0)
    throw new TypeError('The issuer has sts, and no route has: give the route that hands out sts: true.')
  if (storage.dialect !== 'oss') throw new TypeError('sts needs a storage of OSS: an S3 engine has no such service.')
  for (const { name, prefix } of wanted)
    if (isPattern(prefix)) throw new TypeError(`The prefix of the route "${name}" ${IS_PATTERN}`)
  return counted(sessionsOf(sts, setup), setup.limits)
}

/** What is asked of STS, and with whose credential. */
function sessionsOf(
  { roleArn, credential, endpoint, sessionName, externalId }: StsOptions,
  { storage, now }: Pick<SessionsSetup, 'storage' | 'now'>,
): OpenSession {
  const sts = createStsClient(endpoint, now)
  const role = { roleArn: checkRoleArn(roleArn), ...(externalId === undefined ? {} : { externalId }) }
  const shared = sessionName === undefined ? undefined : checkSessionName(sessionName)
  const caller = callerOf(credential, storage)
  return async (admission, at) => {
    const { durationSeconds, policy } = rulesOf(admission)
    const dir = grantSignature(admission, storage, at).keyPrefix
    const scope = { bucket: storage.bucket, dir, prefix: keyPrefixOf(admission) }
    const request = {
      ...role,
      durationSeconds,
      sessionName: shared ?? sessionNameOf(admission.caller.id),
      policy: sessionPolicy(scope, policy),
    }
    return { credential: await sts.assumeRole(request, await caller()), dir }
  }
}

/** A session bounds nothing, so it counts as the largest object there is; one that could not be opened counts no longer. */
function counted(open: OpenSession, limits: Limits): OpenSession {
  return async (admission, at) => {
    const id = randomUUID()
    const expires = at.getTime() + rulesOf(admission).durationSeconds * 1000
    // `isOnce`: nobody but us knows the id, so nobody reports a smaller size of it
    await limits.countUpload(admission, { id, bytes: MAX_OBJECT_BYTES, expires, isOnce: true })
    try {
      return await open(admission, at)
    } catch (error) {
      await limits.uploadEnded(id, 0)
      throw error
    }
  }
}

function rulesOf({ rules }: Admission): RouteStsRules {
  if (rules.sts === undefined) throw none(rules.name, 'sts: true of the route')
  return rules.sts
}

function callerOf(credential: StsOptions['credential'], storage: Storage): CredentialSource {
  if (credential === undefined) return async () => (await storage.signing()).credential
  return typeof credential === 'function' ? credential : () => credential
}

function none(route: string, what: string): PosternError {
  const detail = `No temporary credentials are handed out on the route "${route}". They are configured as ${what}; POST /uploads needs none.`
  return new PosternError('path-not-found', detail)
}

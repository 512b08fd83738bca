import { open } from 'node:fs/promises'
import { DEFAULT_SESSION_SECONDS, MAX_ROLE_SESSION_SECONDS, MIN_SESSION_SECONDS } from '../base/limits.ts'
import type { Credential } from '../sign/signer.ts'
import { isKeyText } from './credential-pair.ts'
import type { CredentialSource } from './credential-source.ts'
import { createStsClient, type RoleRequest } from './sts-client.ts'
import { unavailable } from './unavailable.ts'

export interface RoleOptions {
  /** `acs:ram::<account>:role/<name>` */
  readonly roleArn: string
  /** Stands in the audit log; `postern` unless told otherwise. */
  readonly sessionName?: string
  /** From 900 to what the role allows; 3600. */
  readonly durationSeconds?: number
  /** The STS to ask: `sts.aliyuncs.com` by HTTPS unless told otherwise. */
  readonly endpoint?: string
  readonly externalId?: string
  readonly now?: () => Date
}

export interface OidcRoleOptions extends RoleOptions {
  /** `acs:ram::<account>:oidc-provider/<name>` */
  readonly providerArn: string
  /** Holds the service account's token; read anew for each session, because it is replaced there. */
  readonly tokenFile: string
}

/** The credential of a role, asked for anew each time: wrap it in `keepFresh`. @see docs/spec/auth.md section 5 */
export function assumeRole(caller: Credential | CredentialSource, options: RoleOptions): CredentialSource {
  const sts = createStsClient(options.endpoint, options.now)
  const request = roleRequest(options)
  return async () => sts.assumeRole(request, typeof caller === 'function' ? await caller() : caller)
}

/** The credential of a role that a Kubernetes service account may take (RRSA), asked for anew each time: wrap it in `keepFresh`. */
export function oidcRole(options: OidcRoleOptions): CredentialSource {
  const { providerArn, tokenFile } = options
  const sts = createStsClient(options.endpoint, options.now)
  const request = roleRequest(options)
  return async () => sts.assumeRoleWithOidc(request, { providerArn, token: await readToken(tokenFile) })
}

const SESSION_NAME = /^[A-Za-z0-9.@_-]{2,64}$/

function roleRequest({
  roleArn,
  sessionName = 'postern',
  durationSeconds = DEFAULT_SESSION_SECONDS,
  externalId,
}: RoleOptions): RoleRequest {
  return {
    roleArn: checkRoleArn(roleArn),
    sessionName: checkSessionName(sessionName),
    durationSeconds: checkSessionSeconds('durationSeconds', durationSeconds),
    ...(externalId === undefined ? {} : { externalId }),
  }
}

export function checkRoleArn(roleArn: string): string {
  if (typeof roleArn === 'string' && /^acs:ram::\d{1,32}:role\/[\w./-]{1,128}$/.test(roleArn)) return roleArn
  throw new TypeError(`"${roleArn}" is no role ARN. Write it as acs:ram::<account id>:role/<name>.`)
}

export function checkSessionName(sessionName: string): string {
  if (typeof sessionName === 'string' && SESSION_NAME.test(sessionName)) return sessionName
  throw new TypeError(`"${sessionName}" is no name of a session: 2 to 64 letters, digits or ".@-_".`)
}

function checkSessionSeconds(what: string, seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= MIN_SESSION_SECONDS && seconds <= MAX_ROLE_SESSION_SECONDS) return seconds
  throw new TypeError(
    `${what} is ${seconds}; a session lasts a whole number of seconds from ${MIN_SESSION_SECONDS} to ${MAX_ROLE_SESSION_SECONDS}.`,
  )
}

/** Ours; a token has one or two thousand characters. */
const MAX_TOKEN_BYTES = 16 * 1024

async function readToken(path: string): Promise<string> {
  const token = (await readStart(path)).trim()
  if (token.length < MAX_TOKEN_BYTES && isKeyText(token)) return token
  throw unreadable(`${path} holds no token. It is written by the cluster: check that the pod has RRSA and its volume.`)
}

/** No more of it than a token can have, whatever file was named. */
async function readStart(path: string): Promise<string> {
  try {
    const file = await open(path, 'r')
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_TOKEN_BYTES), 0, MAX_TOKEN_BYTES, 0)
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw unreadable(
      `The token of the service account could not be read: ${error instanceof Error ? error.message : error}.`,
    )
  }
}

function unreadable(reason: string) {
  return unavailable('The issuer cannot show who it is.', reason)
}

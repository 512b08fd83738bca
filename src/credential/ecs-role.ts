import { type IncomingMessage, request } from 'node:http'
import type { Credential } from '../sign/signer.ts'
import { readAnswer, readMembers } from './bounded-answer.ts'
import type { CredentialSource } from './credential-source.ts'
import { readTemporary } from './temporary.ts'
import { unavailable } from './unavailable.ts'

export interface EcsRoleOptions {
  /** The role's name; asked of the instance where it is absent. */
  readonly roleName?: string
  /** Refuse to ask without a token, which a forged request from the instance could do as well. */
  readonly hardenedOnly?: boolean
  /** Where the metadata are: `http://100.100.100.200` unless told otherwise. */
  readonly endpoint?: string
}

const METADATA = 'http://100.100.100.200'
const ROLES = '/latest/meta-data/ram/security-credentials/'
/** The metadata are on the machine's own network, or they are not there at all. */
const TIMEOUT_MS = 1000
/** For one renewal; the next one brings its own. */
const TOKEN_SECONDS = 60

/**
 * The credential of the role that an ECS instance has, asked for anew each time: wrap it in `keepFresh`. It is asked for
 * with a token (hardened mode), and without one where the instance gives none.
 *
 * @see docs/spec/auth.md section 5
 */
export function ecsRole({
  roleName,
  hardenedOnly = false,
  endpoint = METADATA,
}: EcsRoleOptions = {}): CredentialSource {
  const base = readBase(endpoint)
  const named = roleName === undefined ? undefined : checkRoleName(roleName)
  return async () => {
    const headers = await tokenHeaders(base, hardenedOnly)
    const role = named ?? (await findRole(base, headers))
    return await readRole(base, role, headers)
  }
}

type Headers = Readonly<Record<string, string>>

/** In a container the answer to the first request may not come: it is made to cross no further hop. */
async function tokenHeaders(base: string, hardenedOnly: boolean): Promise<Headers> {
  const ttl = { 'x-aliyun-ecs-metadata-token-ttl-seconds': `${TOKEN_SECONDS}` }
  const { status, text } = await ask('PUT', `${base}/latest/api/token`, ttl).catch((error: unknown) => {
    if (hardenedOnly) throw error
    return { status: 0, text: '' }
  })
  const token = text.trim()
  if (status === 200 && /^[\x21-\x7e]{1,4096}$/.test(token)) return { 'x-aliyun-ecs-metadata-token': token }
  if (hardenedOnly) throw refused(`the metadata of the instance gave no token (${status})`)
  return {}
}

async function findRole(base: string, headers: Headers): Promise<string> {
  const { status, text } = await ask('GET', `${base}${ROLES}`, headers)
  const name = text.trim()
  if (status === 200 && ROLE_NAME.test(name)) return name
  throw refused(`the metadata of the instance name no role (${status}). Attach a RAM role to the instance`)
}

async function readRole(base: string, role: string, headers: Headers): Promise<Credential> {
  const { status, text } = await ask('GET', `${base}${ROLES}${role}`, headers)
  const members = readMembers(text)
  const credential = readTemporary(members)
  if (status === 200 && members.get('Code') === 'Success' && credential !== undefined) return credential
  throw refused(
    `the metadata of the instance gave no credential for the role "${role}" (${status}). Is it the instance's role?`,
  )
}

/**
 * By hand and not by `fetch`, so that no proxy of the environment is asked for what only this machine may know; a
 * redirect is an answer that is not 200.
 */
async function ask(method: 'GET' | 'PUT', url: string, headers: Headers): Promise<{ status: number; text: string }> {
  try {
    const response = await respond(method, url, headers)
    return { status: response.statusCode ?? 0, text: await readAnswer(response) }
  } catch (error) {
    const why = error instanceof Error && error.name === 'AbortError' ? `no answer in ${TIMEOUT_MS} ms` : `${error}`
    throw refused(`${new URL(url).host} could not be asked (${why}). Is this an ECS instance?`)
  }
}

function respond(method: string, url: string, headers: Headers): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers, agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) }, resolve)
      .on('error', reject)
      .end()
  })
}

const ROLE_NAME = /^[A-Za-z0-9][\w.-]{0,63}$/

/** It becomes a part of an address. */
function checkRoleName(name: string): string {
  if (ROLE_NAME.test(name)) return name
  throw new TypeError(`"${name}" is no name of a role: up to 64 letters, digits or ".-_".`)
}

function readBase(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url?.protocol === 'http:') return url.origin
  throw new TypeError('The endpoint of the metadata is no address. Give one such as http://100.100.100.200.')
}

function refused(reason: string) {
  return unavailable('The issuer has no valid credential to sign with.', `No credential of an ECS role: ${reason}`)
}

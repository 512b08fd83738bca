import { PosternError } from '../base/known-errors.ts'
import { find, KEY_PAIR, NOW } from './forms.fixture.ts'
import type { RequestAddress } from './request-address.ts'
import type { RequestScheme } from './request-scheme.ts'
import { presignQuery, signRequest } from './sign-request.ts'
import type { Credential } from './signer.ts'
import { verifyRequest } from './verify-request.ts'

/** Requests that are signed, to be verified as they are or changed. */

export const ADDRESS: RequestAddress = { method: 'GET', bucket: 'photos', key: 'a b/中.png', query: [['acl', '']] }
export const V1: RequestScheme = { scheme: 'oss-v1' }
export const V4: RequestScheme = { scheme: 'oss-v4', region: 'cn-hangzhou' }
export const MINUTE = 60_000

export interface Sent {
  readonly address: RequestAddress
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** A request signed in its header, with some headers changed, or left out where the change is `undefined`. */
export function byHeader(how: RequestScheme, changes: Sent['headers'] = {}, credential = KEY_PAIR): Sent {
  return { address: ADDRESS, headers: { ...signRequest(ADDRESS, {}, credential, how, NOW), ...changes } }
}

/** A presigned request, with some parameters changed, or left out where the change is `undefined`. */
export function byUrl(
  how: RequestScheme,
  changes: Sent['headers'] = {},
  credential = KEY_PAIR,
  expiresInSeconds = 600,
): Sent {
  const query = presignQuery(ADDRESS, {}, credential, { ...how, expiresInSeconds }, NOW)
  const changed = { ...Object.fromEntries(query), ...changes }
  const pairs = Object.entries(changed).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  )
  return { address: { ...ADDRESS, query: pairs }, headers: {} }
}

export function verified({ address, headers }: Sent, now = NOW, region?: string): ReturnType<typeof verifyRequest> {
  const received = new Map<string, string>()
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) received.set(name, value)
  return verifyRequest(address, received, find, now, region === undefined ? {} : { region })
}

export function refusal(sent: Sent, now = NOW, region?: string): PosternError | undefined {
  try {
    verified(sent, now, region)
    return undefined
  } catch (error) {
    if (error instanceof PosternError) return error
    throw error
  }
}

export const PLACES: [string, (credential: Credential) => Sent][] = [
  ['oss-v1 in the header', (credential) => byHeader(V1, {}, credential)],
  ['oss-v4 in the header', (credential) => byHeader(V4, {}, credential)],
  ['oss-v1 in the url', (credential) => byUrl(V1, {}, credential)],
  ['oss-v4 in the url', (credential) => byUrl(V4, {}, credential)],
]

export function v4Authorization(credential: string): string {
  return `OSS4-HMAC-SHA256 Credential=${credential},Signature=${'0'.repeat(64)}`
}

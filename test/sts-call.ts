import type { Credential } from '../src/sign/signer.ts'
import { stsSignature, stsStringToSign } from '../src/sign/sts-request.ts'
import type { Store } from '../src/store/open-store.ts'
import { type Answer, CREDENTIAL, NOW, type Sent, send } from './store-client.ts'

/** Calls to a store's STS, as the tests of the store make them. */

export const ROLE_ARN = 'acs:ram::1234567890123456:role/uploader'

export type Parameters = Readonly<Record<string, string | undefined>>

/** The parameters of a call, signed. What is `undefined` is left out. */
export function signedCall(changes: Parameters = {}, credential = CREDENTIAL, method: 'GET' | 'POST' = 'POST') {
  const all = {
    Action: 'AssumeRole',
    Version: '2015-04-01',
    Format: 'JSON',
    RoleArn: ROLE_ARN,
    RoleSessionName: 'app',
    AccessKeyId: credential.accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: `nonce-${nonces++}`,
    Timestamp: NOW.toISOString().replace('.000Z', 'Z'),
    ...changes,
  }
  const sent = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined)
  const Signature = stsSignature(credential.accessKeySecret, stsStringToSign(method, sent))
  return new URLSearchParams([...sent, ['Signature', Signature]])
}

let nonces = 0

export interface CallAnswer extends Answer {
  /** The members of the JSON, whatever they are. */
  readonly members: Readonly<Record<string, unknown>>
}

export async function postCall(
  store: Store,
  parameters: URLSearchParams,
  sent: Partial<Sent> = {},
): Promise<CallAnswer> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...sent.headers }
  const answer = await send(store, { method: 'POST', target: '/', body: String(parameters), ...sent, headers })
  const isJson = answer.headers['content-type']?.startsWith('application/json') === true
  return { ...answer, members: isJson ? JSON.parse(answer.text) : {} }
}

/** Takes a role, with what it gives; throws where it is refused. */
export async function assume(store: Store, changes: Parameters = {}, by = CREDENTIAL): Promise<Required<Credential>> {
  const { members, status, text } = await postCall(store, signedCall(changes, by))
  if (status !== 200) throw new Error(text)
  const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = members['Credentials'] as Record<string, string>
  return {
    accessKeyId: String(AccessKeyId),
    accessKeySecret: String(AccessKeySecret),
    securityToken: String(SecurityToken),
    expires: new Date(String(Expiration)),
  }
}

/** A session's policy that allows these actions on these places. */
export function allowing(actions: string | readonly string[], ...places: readonly string[]): string {
  const Resource = places.map((place) => `acs:oss:*:*:${place}`)
  return JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: actions, Resource }] })
}

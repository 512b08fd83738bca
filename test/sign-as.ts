import type { RequestAddress } from '../src/sign/request-address.ts'
import { presignQuery, signRequest } from '../src/sign/sign-request.ts'
import type { Credential } from '../src/sign/signer.ts'
import type { Store } from '../src/store/open-store.ts'
import { type Answer, NOW, REGION, type Sent, send } from './store-client.ts'

/** A request as a client thinks of it, and how it is signed and addressed. */
export interface SignedCall extends Pick<Sent, 'headers' | 'body'> {
  readonly method: string
  readonly bucket?: string
  readonly key?: string
  readonly query?: RequestAddress['query']
  readonly scheme?: 'oss-v1' | 'oss-v4'
  readonly by?: 'header' | 'url'
  readonly style?: 'path' | 'host'
  readonly at?: Date
}

/** Every way to sign a request and to name its bucket. */
export const WAYS = (['oss-v1', 'oss-v4'] as const).flatMap((scheme) =>
  (['header', 'url'] as const).flatMap((by) => (['path', 'host'] as const).map((style) => ({ scheme, by, style }))),
)

/** Signs a call, sends it to the store and gives the answer. */
export async function sendAs(store: Store, credential: Credential, call: SignedCall): Promise<Answer> {
  return await send(store, signedAs(credential, call))
}

/** The request that a call becomes, for a test that wants to spoil it. */
export function signedAs(
  credential: Credential,
  call: SignedCall,
): Sent & { readonly headers: Record<string, string> } {
  const { method, bucket, key, query = [], headers = {}, body, scheme = 'oss-v4', by = 'header', at = NOW } = call
  const address = { method, query, ...(bucket !== undefined && { bucket }), ...(key !== undefined && { key }) }
  const how = scheme === 'oss-v1' ? ({ scheme } as const) : ({ scheme, region: REGION } as const)
  const signed = by === 'header' ? signRequest(address, headers, credential, how, at) : { ...headers }
  const pairs = by === 'url' ? presignQuery(address, headers, credential, { ...how, expiresInSeconds: 600 }, at) : query
  const host = call.style === 'host' ? { host: `${bucket ?? ''}.oss-${REGION}.aliyuncs.com` } : {}
  return { method, target: targetOf(call, pairs), headers: { ...host, ...signed }, ...(body !== undefined && { body }) }
}

function targetOf({ bucket, key = '', style = 'path' }: SignedCall, query: RequestAddress['query']): string {
  const path = `/${style === 'path' && bucket !== undefined ? `${bucket}/` : ''}${encodeURIComponent(key).replaceAll('%2F', '/')}`
  const search = query.map(([name, value]) => [name, value].map(encodeURIComponent).join(value === '' ? '' : '='))
  return search.length === 0 ? path : `${path}?${search.join('&')}`
}

import type { StoreRequest, StoreResponse } from '../../http/exchange.ts'
import type { Address } from '../request/address.ts'
import { CALLBACK_KEY_BUCKET, CALLBACK_KEY_NAME, type Callbacks } from './callbacks.ts'

/** Whether a request asks for the key that callbacks are signed with; where its host names a bucket, that is an object's name. */
export function asksForCallbackKey({ method, style, bucket, key }: Address): boolean {
  return (
    (method === 'GET' || method === 'HEAD') &&
    style === 'path' &&
    bucket === CALLBACK_KEY_BUCKET &&
    key === CALLBACK_KEY_NAME
  )
}

/** The public key in PEM, to whoever asks. It stays the same as long as the data folder does. */
export async function callbackKeyResponse({ key }: Callbacks, { method }: StoreRequest): Promise<StoreResponse> {
  const { publicPem } = await key()
  const headers = {
    'content-type': 'application/x-pem-file',
    'content-length': String(publicPem.length),
    'cache-control': 'max-age=3600',
  }
  return { status: 200, headers, ...(method === 'GET' && { body: publicPem }) }
}

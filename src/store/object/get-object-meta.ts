import type { StoreResponse } from '../../http/exchange.ts'
import type { ObjectCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { existingObject } from './object-headers.ts'

/** `HEAD /key?objectMeta`: three headers; of a symlink, its own. @see docs/spec/object-api.md section 5 */
export function getObjectMeta({ catalog }: StoreContext, { bucket, key }: ObjectCall): StoreResponse {
  const { size, etag, modified } = existingObject(catalog, bucket, key)
  return {
    status: 200,
    headers: { 'content-length': String(size), etag, 'last-modified': new Date(modified).toUTCString() },
  }
}

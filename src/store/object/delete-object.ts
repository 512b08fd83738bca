import type { StoreResponse } from '../../http/exchange.ts'
import type { ObjectCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { forget } from './keep-object.ts'

/** `DELETE /key`: 204, also where there was none. @see docs/spec/object-api.md section 5 */
export async function deleteObject(
  { catalog, blobs }: StoreContext,
  { bucket, key }: ObjectCall,
): Promise<StoreResponse> {
  const deleted = await catalog.deleteObject(bucket, key)
  if (deleted !== undefined) await forget(blobs, deleted.content)
  return { status: 204, headers: {} }
}

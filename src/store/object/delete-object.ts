import type { StoreResponse } from '../../http/exchange.ts'
import type { ObjectCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'

/** `DELETE /key`: 204, also where there was none. @see docs/spec/object-api.md section 5 */
export async function deleteObject({ catalog }: StoreContext, { bucket, key }: ObjectCall): Promise<StoreResponse> {
  await catalog.deleteObject(bucket, key)
  return { status: 204, headers: {} }
}

import type { StoreResponse } from '../../http/exchange.ts'
import type { ObjectCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { noSuchUpload, uploadPlace } from './upload-place.ts'

/** `DELETE /key?uploadId=…`: the upload and its parts are gone. @see docs/spec/object-api.md section 5 */
export async function abortUpload({ catalog }: StoreContext, call: ObjectCall): Promise<StoreResponse> {
  const place = uploadPlace(call)
  if (!(await catalog.abortUpload(place))) throw noSuchUpload(place)
  return { status: 204, headers: {} }
}

import { base64 } from '../../base/bytes.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import { encryptionHeaders } from '../object/object-properties.ts'
import { bodyOfKnownEnd } from '../object/put-object.ts'
import type { ObjectCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { keepPart } from './keep-part.ts'
import { refusePartHeaders } from './part-headers.ts'
import { existingUpload, partNumber, uploadPlace } from './upload-place.ts'

/** `PUT /key?partNumber=…&uploadId=…`: the body becomes a part. @see docs/spec/object-api.md section 5 */
export async function uploadPart(context: StoreContext, call: ObjectCall): Promise<StoreResponse> {
  const { request, address, caller } = call
  refusePartHeaders(request.headers)
  const number = partNumber(address)
  const place = uploadPlace(call)
  const upload = existingUpload(context.catalog, place) // known before the bytes come; asked again when they have
  const body = bodyOfKnownEnd(request)
  const part = await keepPart(context, { place, number, caller, source: body.chunks, settle: body.check })
  const headers = {
    etag: part.etag,
    'x-oss-hash-crc64ecma': part.crc64,
    'content-md5': base64(part.md5),
    ...encryptionHeaders(upload.described),
    'content-length': '0',
  }
  return { status: 200, headers }
}

import { element, text } from '../../base/xml.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import { parseRange } from '../object/byte-range.ts'
import { isSourceUnchanged, readCopySource } from '../object/copy-source.ts'
import { encryptionHeaders } from '../object/object-properties.ts'
import { readThrough } from '../object/read-through.ts'
import type { ObjectCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { isoTime } from '../request/iso-time.ts'
import { xmlResponse } from '../request/xml-response.ts'
import { checkPartSize, keepPart } from './keep-part.ts'
import { refusePartHeaders } from './part-headers.ts'
import { existingUpload, partNumber, uploadPlace } from './upload-place.ts'

/** `PUT /key?partNumber=…&uploadId=…` with a source: bytes of another object become a part. @see docs/spec/object-api.md section 5 */
export async function uploadPartCopy(context: StoreContext, call: ObjectCall): Promise<StoreResponse> {
  const { catalog, blobs } = context
  const { request, address, caller } = call
  const { headers } = request
  refusePartHeaders(headers, (condition) => `x-oss-copy-source-${condition}`)
  const number = partNumber(address)
  const place = uploadPlace(call)
  const { described } = existingUpload(catalog, place)
  const from = readCopySource(context, caller, headers)
  const source = readThrough(context, caller, from.bucket, from.key)
  if (isSourceUnchanged(headers, source)) return { status: 304, headers: {} }
  const range = parseRange(headers.get('x-oss-copy-source-range'), source.size)
  checkPartSize(range === undefined ? source.size : range.end + 1 - range.start)
  // no await since the source was read: from here on its bytes are held, whatever becomes of it
  const part = await keepPart(context, { place, number, caller, source: blobs.open(source.content, range) })
  const answer = xmlResponse(
    element('CopyPartResult', element('LastModified', isoTime(part.modified)), element('ETag', text(part.etag))),
  )
  const copied = range && { 'content-range': `bytes ${range.start}-${range.end}/${source.size}` } // absent: the range did not count
  const etag = { etag: part.etag } // where oss2 looks for it
  return { ...answer, headers: { ...answer.headers, ...etag, ...copied, ...encryptionHeaders(described) } }
}

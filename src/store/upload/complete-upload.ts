import { element, text } from '../../base/xml.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import { callbackResponse } from '../callback/callback-response.ts'
import { callbackOfRequest } from '../callback/carrier.ts'
import { prepareCallback } from '../callback/prepare-callback.ts'
import { type ObjectProperties, readProperties } from '../object/object-properties.ts'
import { madeHeaders } from '../object/object-response.ts'
import { refuseConditions, refuseUndone } from '../object/refused-headers.ts'
import { objectUrl } from '../request/address.ts'
import { authorize, authorizeProperties } from '../request/authorize.ts'
import type { ObjectCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { nameEncoding } from '../request/query.ts'
import { xmlResponse } from '../request/xml-response.ts'
import { composeObject } from './compose-object.ts'
import { readPartList } from './part-list.ts'
import { existingUpload, noSuchUpload, uploadPlace } from './upload-place.ts'

/** `POST /key?uploadId=…`: the parts become the object. @see docs/spec/object-api.md section 5 */
export async function completeUpload(context: StoreContext, call: ObjectCall): Promise<StoreResponse> {
  const { catalog } = context
  const { request, address, bucket, key, caller } = call
  refuseUndone(request.headers)
  refuseConditions(request.headers)
  const { element: encodingType, named } = nameEncoding(address)
  const location = objectUrl(request.headers.get('host') ?? '', address, key)
  const name = [element('Location', text(location)), element('Bucket', bucket), named('Key', key)]
  const place = uploadPlace(call)
  existingUpload(catalog, place)
  const { acl, forbidOverwrite } = readOptions(request.headers)
  authorizeProperties(context, caller, call, { setsAcl: acl !== undefined, setsTags: false })
  const callback = await prepareCallback(context.callbacks, callbackOfRequest(address, request.headers), call)
  const list = await readPartList(request)
  authorize(context, caller, { kind: 'complete-upload', bucket, key }) // again: the key may have been revoked meanwhile
  const completion = { key, list, forbidOverwrite, ...(acl && { acl }), now: context.now() }
  const object = await catalog.completeUpload(place, (present) => composeObject(present, completion))
  if (object === 'no-upload') throw noSuchUpload(place)
  if (callback !== undefined) {
    const operation = 'CompleteMultipartUpload'
    return await callbackResponse(context, call, callback, { caller, bucket, key, object, operation })
  }
  const result = element('CompleteMultipartUploadResult', encodingType, ...name, element('ETag', text(object.etag)))
  const answer = xmlResponse(result)
  return { ...answer, headers: { ...answer.headers, ...madeHeaders(object) } }
}

/** All else was said when the upload was initiated. */
function readOptions(
  headers: ReadonlyMap<string, string>,
): Pick<ObjectProperties, 'forbidOverwrite'> & Partial<Pick<ObjectProperties, 'acl'>> {
  const { acl, forbidOverwrite } = readProperties(new Map([...headers].filter(([name]) => OPTIONS.has(name))))
  return { forbidOverwrite, ...(headers.has(ACL) && { acl }) }
}

const ACL = 'x-oss-object-acl'
const OPTIONS = new Set([ACL, 'x-oss-forbid-overwrite'])

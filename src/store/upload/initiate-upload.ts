import { randomBytes } from 'node:crypto'
import { element } from '../../base/xml.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import { objectExists } from '../object/keep-object.ts'
import { encryptionHeaders, headerProperties } from '../object/object-properties.ts'
import { refuseConditions, refuseUndone } from '../object/refused-headers.ts'
import { authorizeProperties, noSuchBucket, signedBy } from '../request/authorize.ts'
import type { ObjectCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { nameEncoding } from '../request/query.ts'
import { xmlResponse } from '../request/xml-response.ts'

/** `POST /key?uploads`: what the object will be is said here; its bytes come as parts. @see docs/spec/object-api.md section 5 */
export async function initiateUpload(context: StoreContext, call: ObjectCall): Promise<StoreResponse> {
  const { request, address, bucket, key, caller } = call
  refuseUndone(request.headers)
  refuseConditions(request.headers)
  const { element: encodingType, named } = nameEncoding(address)
  const name = [encodingType, element('Bucket', bucket), named('Key', key)]
  const { forbidOverwrite, ...described } = headerProperties(request.headers)
  const { acl, tags } = described
  authorizeProperties(context, caller, call, { setsAcl: acl !== 'default', setsTags: tags.length > 0 })
  if (forbidOverwrite && context.catalog.object(bucket, key) !== undefined) throw objectExists(key)

  const id = randomBytes(UPLOAD_ID_BYTES).toString('hex').toUpperCase()
  const initiated = context.now().getTime()
  const record = { bucket, key, id, initiated, owner: signedBy(caller), described, forbidOverwrite }
  if ((await context.catalog.createUpload(record)) === 'no-bucket') throw noSuchBucket(bucket)
  const answer = xmlResponse(element('InitiateMultipartUploadResult', ...name, element('UploadId', id)))
  return { ...answer, headers: { ...answer.headers, ...encryptionHeaders(described) } }
}

/** Whoever knows an id may not add to the upload by that alone; still nobody should guess one. */
const UPLOAD_ID_BYTES = 16

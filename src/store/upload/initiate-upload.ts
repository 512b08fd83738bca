import { randomBytes } from 'node:crypto'
import { element } from '../../base/xml.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import { encryptionHeaders, readProperties } from '../object/object-properties.ts'
import { authorizeProperties, noSuchBucket, signedBy } from '../request/authorize.ts'
import type { ObjectCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { headerText } from '../request/header-text.ts'
import { nameEncoding } from '../request/query.ts'
import { xmlResponse } from '../request/xml-response.ts'
import { refuseOverwrite } from './compose-object.ts'

/** `POST /key?uploads`: what the object will be is said here; its bytes come as parts. @see docs/spec/object-api.md section 5 */
export async function initiateUpload(context: StoreContext, call: ObjectCall): Promise<StoreResponse> {
  const { request, address, bucket, key, caller } = call
  const encoding = nameEncoding(address)
  const named = new Map([...request.headers].map(([name, value]) => [name, headerText(value)]))
  const { forbidOverwrite, ...described } = readProperties(named, named.get('content-type'))
  const { acl, tags } = described
  authorizeProperties(context, caller, call, { setsAcl: acl !== 'default', setsTags: tags.length > 0 })
  if (forbidOverwrite) refuseOverwrite(key, context.catalog.object(bucket, key))

  const id = randomBytes(UPLOAD_ID_BYTES).toString('hex').toUpperCase()
  const initiated = context.now().getTime()
  const record = { bucket, key, id, initiated, owner: signedBy(caller), described, forbidOverwrite }
  if ((await context.catalog.createUpload(record)) === 'no-bucket') throw noSuchBucket(bucket)
  const answer = xmlResponse(
    element(
      'InitiateMultipartUploadResult',
      encoding.element,
      element('Bucket', bucket),
      encoding.named('Key', key),
      element('UploadId', id),
    ),
  )
  return { ...answer, headers: { ...answer.headers, ...encryptionHeaders(described) } }
}

/** Whoever knows an id may not add to the upload by that alone; still nobody should guess one. */
const UPLOAD_ID_BYTES = 16

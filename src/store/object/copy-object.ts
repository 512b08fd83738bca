import { element, text } from '../../base/xml.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import type { Present } from '../disk/catalog-objects.ts'
import type { ObjectRecord } from '../disk/records.ts'
import { authorize, authorizeProperties, noSuchBucket } from '../request/authorize.ts'
import type { ObjectCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { isoTime } from '../request/iso-time.ts'
import { argumentInvalid } from '../request/query.ts'
import { xmlResponse } from '../request/xml-response.ts'
import { type Copy, checkCopySize, copyRecord } from './copy-record.ts'
import { isSourceUnchanged, readCopySource } from './copy-source.ts'
import { objectExists } from './keep-object.ts'
import { noSuchObject } from './object-headers.ts'
import { encryptionHeaders, headerProperties } from './object-properties.ts'
import { refuseConditions, refuseStrays, refuseUndone } from './refused-headers.ts'

/** `PUT /key` with `x-oss-copy-source`. No byte moves: both records name the same blobs. @see docs/spec/object-api.md section 5 */
export async function copyObject(context: StoreContext, call: ObjectCall): Promise<StoreResponse> {
  const { bucket, key, request } = call
  const copy = readCopy(context, call)
  let unchanged = false
  const made = await context.catalog.changeObject(bucket, key, (present) => {
    const source = sourceOf(copy, present)
    unchanged = isSourceUnchanged(request.headers, source)
    return unchanged ? present.current : copied(context, copy, source, present)
  })
  if (made === 'no-bucket') throw noSuchBucket(bucket)
  return unchanged || made === undefined ? { status: 304, headers: {} } : copyResponse(made)
}

function readCopy(context: StoreContext, call: ObjectCall): Copy {
  const { request, bucket, key, caller } = call
  const { headers } = request
  refuseUndone(headers)
  refuseStrays(headers, ['x-oss-copy-source-range', 'x-oss-symlink-target'])
  refuseConditions(headers, (condition) => `x-oss-copy-source-${condition}`)
  const source = readCopySource(context, caller, headers)
  const properties = headerProperties(headers)
  const ontoItself = source.bucket === bucket && source.key === key
  authorizeProperties(context, caller, { bucket, key }, { setsAcl: headers.has('x-oss-object-acl'), setsTags: false })
  return {
    ...source,
    call,
    properties,
    ontoItself,
    replacesMetadata: readDirective(headers, 'x-oss-metadata-directive') === 'REPLACE' || ontoItself,
    replacesTags: readDirective(headers, 'x-oss-tagging-directive') === 'REPLACE',
  }
}

/** The tagging's directive is written `Copy` in the documents, and `COPY` by the SDKs. */
function readDirective(headers: ReadonlyMap<string, string>, name: string): 'COPY' | 'REPLACE' {
  const value = headers.get(name) ?? 'COPY'
  const directive = value.toUpperCase()
  if (directive === 'COPY' || directive === 'REPLACE') return directive
  throw argumentInvalid(name, value, 'is COPY or REPLACE')
}

function sourceOf({ bucket, key, ontoItself }: Copy, { current, object }: Present): ObjectRecord {
  const source = ontoItself ? current : object(bucket, key)
  if (source === undefined) throw noSuchObject(bucket, key)
  return source
}

function copied(context: StoreContext, copy: Copy, source: ObjectRecord, { current }: Present): ObjectRecord {
  const { properties, call } = copy
  if (properties.forbidOverwrite && current !== undefined) throw objectExists(call.key)
  const record = copyRecord(copy, source, context.now())
  checkCopySize(source, record, source.size, copy.bucket === call.bucket)
  authorizeTags(context, copy, record)
  return record
}

/** Tags are read and written by permissions of their own, those that come along with the source too. */
function authorizeTags(context: StoreContext, copy: Copy, { tags }: ObjectRecord): void {
  if (tags.length === 0 || (copy.ontoItself && !copy.replacesTags)) return
  const { caller, bucket, key } = copy.call
  if (!copy.replacesTags) authorize(context, caller, { kind: 'get-object-tagging', bucket: copy.bucket, key: copy.key })
  authorizeProperties(context, caller, { bucket, key }, { setsAcl: false, setsTags: true })
}

/** Without Content-MD5, which would be taken for that of the XML. */
function copyResponse(object: ObjectRecord): StoreResponse {
  const { etag, crc64, modified } = object
  const result = element('CopyObjectResult', element('ETag', text(etag)), element('LastModified', isoTime(modified)))
  const { headers, ...response } = xmlResponse(result)
  return { ...response, headers: { ...headers, etag, 'x-oss-hash-crc64ecma': crc64, ...encryptionHeaders(object) } }
}

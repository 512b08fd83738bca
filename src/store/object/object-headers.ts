import { base64 } from '../../base/bytes.ts'
import { PosternError } from '../../base/request-errors.ts'
import { METADATA_PREFIX } from '../../form/field-names.ts'
import type { RequestAddress } from '../../sign/request-address.ts'
import type { Catalog } from '../disk/catalog.ts'
import type { ObjectRecord } from '../disk/records.ts'
import { authorize, existingBucket } from '../request/authorize.ts'
import type { Caller, ObjectCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { isHeaderText } from '../request/header-text.ts'
import type { Operation } from '../request/operations.ts'
import { encryptionHeaders } from './object-properties.ts'

/** The object's record, or the refusal that there is none. */
export function existingObject(catalog: Catalog, bucket: string, key: string): ObjectRecord {
  const record = catalog.object(bucket, key)
  if (record !== undefined) return record
  existingBucket(catalog, bucket)
  throw noSuchObject(bucket, key)
}

export function noSuchObject(bucket: string, key: string): PosternError {
  return new PosternError('object-not-found', `There is no object "${key}" in "${bucket}".`, { Key: key })
}

/** What a GET says of an object, its length apart. @see docs/spec/object-api.md section 5 */
export function objectHeaders(record: ObjectRecord): Record<string, string> {
  const metadata = Object.entries(record.metadata).map(([name, value]) => [`${METADATA_PREFIX}${name}`, value] as const)
  return {
    ...Object.fromEntries(metadata),
    ...record.headers,
    'content-type': record.contentType,
    etag: record.etag,
    'last-modified': new Date(record.modified).toUTCString(),
    'accept-ranges': 'bytes',
    ...(record.md5 !== undefined && { 'content-md5': base64(record.md5) }),
    'x-oss-hash-crc64ecma': record.crc64,
    'x-oss-object-type': record.type,
    'x-oss-storage-class': record.storageClass,
    ...(record.type === 'Appendable' && { 'x-oss-next-append-position': String(record.size) }),
    ...encryptionHeaders(record),
  }
}

/** How many tags the object has, for those who may read them. */
export function tagCount(
  context: StoreContext,
  { caller, bucket, key }: Pick<ObjectCall, 'caller' | 'bucket' | 'key'>,
  { tags }: ObjectRecord,
): Record<string, string> {
  if (tags.length === 0 || !isAllowed(context, caller, { kind: 'get-object-tagging', bucket, key })) return {}
  return { 'x-oss-tagging-count': String(tags.length) }
}

function isAllowed(context: StoreContext, caller: Caller, operation: Operation): boolean {
  try {
    authorize(context, caller, operation)
    return true
  } catch (error) {
    if (error instanceof PosternError) return false
    throw error
  }
}

/** Headers that the query asks for instead of the object's own: for signed requests only, else a link could lie about any object. */
export function readOverrides({ query }: RequestAddress, caller: Caller): Record<string, string> {
  const overrides = new Map<string, string>()
  for (const [name, value] of query) {
    const header = OVERRIDES.get(name)
    if (header === undefined) continue
    if (caller.kind === 'anonymous') throw new PosternError('request-invalid', `"${name}" wants a signed request.`)
    if (!isHeaderText(value)) throw new PosternError('request-invalid', `"${name}" has a control character.`)
    overrides.set(header, value)
  }
  return Object.fromEntries(overrides)
}

const OVERRIDES = new Map([
  ['response-content-type', 'content-type'],
  ['response-content-language', 'content-language'],
  ['response-expires', 'expires'],
  ['response-cache-control', 'cache-control'],
  ['response-content-disposition', 'content-disposition'],
  ['response-content-encoding', 'content-encoding'],
])

import { MAX_CONVERTED_COPY_BYTES, MAX_COPY_BYTES } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import type { ListedObject, ObjectRecord } from '../disk/records.ts'
import type { ObjectCall } from '../request/call.ts'
import type { CopySource } from './copy-source.ts'
import type { ObjectProperties } from './object-properties.ts'

/** What a request asks to be copied, and as what. */
export interface Copy extends CopySource {
  readonly call: ObjectCall
  readonly properties: ObjectProperties
  /** Whether source and target are one object: then what the request does not name stays as it is, but for the metadata. */
  readonly ontoItself: boolean
  readonly replacesMetadata: boolean
  readonly replacesTags: boolean
}

/** What the copy of an object is. */
export function copyRecord(copy: Copy, source: ObjectRecord, now: Date): ObjectRecord {
  const { properties, ontoItself, replacesMetadata, replacesTags, call } = copy
  const { contentType, headers, metadata } = replacesMetadata ? properties : source
  const stays = (header: string) => ontoItself && !call.request.headers.has(header)
  const { encryption } = stays('x-oss-server-side-encryption') ? source : properties
  return {
    ...(ontoItself ? bytesOf(source) : takenBytes(source)),
    contentType,
    headers,
    metadata,
    acl: stays('x-oss-object-acl') ? source.acl : properties.acl,
    storageClass: stays('x-oss-storage-class') ? source.storageClass : properties.storageClass,
    ...(encryption !== undefined && { encryption }),
    tags: replacesTags ? properties.tags : source.tags,
    modified: now.getTime(),
  }
}

type Bytes = Pick<ObjectRecord, 'type' | 'size' | 'md5' | 'crc64' | 'etag' | 'target' | 'content'>

function bytesOf({ type, size, md5, crc64, etag, target, content }: ObjectRecord): Bytes {
  return {
    type,
    size,
    crc64,
    etag,
    content,
    ...(md5 !== undefined && { md5 }),
    ...(target !== undefined && { target }),
  }
}

/** Only one object may grow a file: the copy of an appendable object is none. It keeps its size while the file grows. */
function takenBytes(source: ObjectRecord): Bytes {
  const bytes = bytesOf(source)
  return source.type === 'Appendable' ? { ...bytes, type: 'Normal' } : bytes
}

/** @see https://www.alibabacloud.com/help/en/oss/developer-reference/copyobject "Object size limits" */
export function checkCopySize(
  source: Pick<ListedObject, 'storageClass' | 'encryption'>,
  target: Pick<ListedObject, 'storageClass' | 'encryption'>,
  size: number,
  withinBucket: boolean,
): void {
  const converted =
    source.storageClass !== target.storageClass || source.encryption?.algorithm !== target.encryption?.algorithm
  if (withinBucket && !converted) return
  const max = converted ? MAX_CONVERTED_COPY_BYTES : MAX_COPY_BYTES
  if (size <= max) return
  const detail = `It has ${size} bytes; ${max} are copied in one request. Copy it in parts: UploadPartCopy.`
  const facts = { MaxSizeAllowed: String(max), ProposedSize: String(size) }
  throw new PosternError('copy-too-large', detail, facts)
}

import { base64 } from '../../base/bytes.ts'
import type { ObjectRecord } from '../disk/records.ts'
import type { ImageInfo } from './image-info.ts'
import type { Values } from './template.ts'

export type CallbackOperation = 'PutObject' | 'PostObject' | 'CompleteMultipartUpload'

/** What a callback may tell of an upload, besides its custom variables. */
export interface UploadFacts {
  readonly bucket: string
  readonly key: string
  readonly object: Pick<ObjectRecord, 'etag' | 'size' | 'contentType' | 'crc64' | 'md5'>
  readonly image: ImageInfo | undefined
  readonly clientAddress: string
  readonly requestId: string
  readonly operation: CallbackOperation
}

/** What the variables of a template stand for. A name that is not here stands for nothing. @see docs/spec/callback.md section 3 */
export function callbackValues(facts: UploadFacts, variables: ReadonlyMap<string, string>): Values {
  const { object, image } = facts
  return new Map<string, string | number>([
    ...variables,
    ['bucket', facts.bucket],
    ['object', facts.key],
    ['etag', object.etag.replaceAll('"', '')],
    ['size', object.size],
    ['mimeType', object.contentType],
    ['imageInfo.height', image?.height ?? ''],
    ['imageInfo.width', image?.width ?? ''],
    ['imageInfo.format', image?.format ?? ''],
    ['crc64', object.crc64],
    ['contentMd5', object.md5 === undefined ? '' : base64(object.md5)],
    ['vpcId', ''],
    ['clientIp', facts.clientAddress],
    ['reqId', facts.requestId],
    ['operation', facts.operation],
  ])
}

/** Values as long as those of any upload to this key with these variables. */
export function greatestValues(
  variables: ReadonlyMap<string, string>,
  { bucket, key }: Pick<UploadFacts, 'bucket' | 'key'>,
): Values {
  return callbackValues(
    {
      bucket,
      key,
      object: {
        etag: 'F'.repeat(32 + '-10000'.length),
        size: Number.MAX_SAFE_INTEGER,
        contentType: '"'.repeat(MAX_TYPE_BYTES),
        crc64: String(2n ** 64n - 1n),
        md5: new Uint8Array(16),
      },
      image: { width: MAX_SIDE, height: MAX_SIDE, format: 'webp' },
      clientAddress: '0000:0000:0000:0000:0000:ffff:255.255.255.255',
      requestId: 'F'.repeat(24),
      operation: 'CompleteMultipartUpload',
    },
    variables,
  )
}

/** More than an object's headers may have together. */
const MAX_TYPE_BYTES = 8 * 1024
const MAX_SIDE = 2 ** 32

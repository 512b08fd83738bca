import { PosternError } from '../../base/request-errors.ts'
import type { Content, Digest, ObjectRecord } from '../disk/records.ts'
import { authorize, authorizeProperties, noSuchBucket } from '../request/authorize.ts'
import type { Caller } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import type { ObjectProperties } from './object-properties.ts'
import { nameBytes, receiveBytes } from './receive-bytes.ts'

export interface NewObject {
  readonly bucket: string
  readonly key: string
  readonly caller: Caller
  readonly properties: ObjectProperties
  readonly source: AsyncIterable<Uint8Array>
  /** After the last byte: throws where the request as a whole is not to be trusted. Until then nothing is kept. */
  readonly settle: (digest: Digest) => void | Promise<void>
}

/**
 * Keeps an object: bytes, then name, then record. Once this resolves, a power cut cannot lose it; if it throws, nothing
 * of it stays.
 */
export async function keepObject(context: StoreContext, object: NewObject): Promise<ObjectRecord> {
  const { bucket, key, caller, properties } = object
  const { acl, tags } = properties
  authorizeProperties(context, caller, object, { setsAcl: acl !== 'default', setsTags: tags.length > 0 })
  refuseOverwrite(context, object) // known before the bytes come; asked again when the record is written
  const { digest, content } = await receiveBytes(context.blobs, object.source, async (received) => {
    await object.settle(received)
    authorize(context, caller, { kind: 'put-object', bucket, key }) // again: the bytes may have come for hours
  })
  const record = newRecord(properties, digest, content, context.now())
  const { forbidOverwrite } = properties
  return await nameBytes(context.blobs, content, async () => {
    const { kind } = await context.catalog.putObject(bucket, key, record, { forbidOverwrite })
    if (kind === 'stored') return record
    throw kind === 'exists' ? objectExists(key) : noSuchBucket(bucket)
  })
}

function refuseOverwrite({ catalog }: StoreContext, { bucket, key, properties }: NewObject): void {
  if (properties.forbidOverwrite && catalog.object(bucket, key) !== undefined) throw objectExists(key)
}

function newRecord(properties: ObjectProperties, digest: Digest, content: Content, now: Date): ObjectRecord {
  const { forbidOverwrite: _, ...described } = properties
  const etag = `"${Buffer.from(digest.md5).toString('hex').toUpperCase()}"`
  return { type: 'Normal', ...digest, ...described, content, etag, modified: now.getTime() }
}

/** The refusal of whoever forbids to overwrite what is there. */
export function objectExists(key: string): PosternError {
  return new PosternError('object-exists', 'Choose another key, or delete the object first.', { Key: key })
}

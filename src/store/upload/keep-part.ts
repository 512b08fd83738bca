import { MAX_OBJECT_BYTES } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import type { UploadPlace } from '../disk/catalog-uploads.ts'
import type { PartRecord } from '../disk/records.ts'
import { nameBytes, receiveBytes } from '../object/receive-bytes.ts'
import { authorize } from '../request/authorize.ts'
import type { Caller } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { existingUpload, noSuchUpload } from './upload-place.ts'

export interface NewPart {
  readonly place: UploadPlace
  readonly number: number
  readonly caller: Caller
  readonly source: AsyncIterable<Uint8Array>
  /** After the last byte: throws where the request as a whole is not to be trusted. Until then nothing is kept. */
  readonly settle?: () => void
}

/**
 * Keeps a part, instead of an earlier one with its number: bytes, then name, then record. If this throws, nothing of it
 * stays, and the earlier one does.
 */
export async function keepPart(context: StoreContext, part: NewPart): Promise<PartRecord> {
  const { catalog, blobs } = context
  const { place, number } = part
  const { bucket, key } = place
  const settle = (): void => {
    part.settle?.()
    authorize(context, part.caller, { kind: 'upload-part', bucket, key }) // again: the bytes may have come for hours
    existingUpload(catalog, place)
  }
  const { digest, content } = await receiveBytes(blobs, part.source, settle, STAGING)
  if (content.kind !== 'blob') throw new Error('The bytes of a part were kept inline.')
  const etag = `"${Buffer.from(digest.md5).toString('hex').toUpperCase()}"`
  const record = { number, ...digest, etag, modified: context.now().getTime(), name: content.name }
  return await nameBytes(blobs, content, async () => {
    if ((await catalog.putPart(place, record)) === 'kept') return record
    throw noSuchUpload(place) // it was completed or aborted meanwhile
  })
}

const STAGING = { mayBeInline: false, maxBytes: MAX_OBJECT_BYTES, tooLarge }

/** Refuses a part that is known to be too large before its bytes come. */
export function checkPartSize(size: number): void {
  if (size > MAX_OBJECT_BYTES) throw tooLarge(size)
}

function tooLarge(size: number): PosternError {
  return new PosternError('body-too-large', `A part may have ${MAX_OBJECT_BYTES} bytes.`, {
    MaxSizeAllowed: String(MAX_OBJECT_BYTES),
    ProposedSize: String(size),
  })
}

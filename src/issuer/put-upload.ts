import type { ObjectGrant } from './grant.ts'
import { objectHeaders } from './object-headers.ts'
import { type PresignedPut, presignPut } from './presigned-put.ts'
import type { Signing, Storage } from './storage/storage.ts'

/** What `POST /uploads` answers where the storage takes no forms: one PUT, with these headers. */
export interface PutUpload extends PresignedPut {
  readonly key: string
  /** Bytes. */
  readonly maxSize?: number
}

/**
 * A grant as one presigned PUT. A PUT knows no range of sizes, so the size that was announced is signed.
 *
 * @param size bytes; absent where nobody has announced any: then nothing bounds what is sent but the storage's own 5 GB
 */
export function createPut(
  grant: ObjectGrant,
  size: number | undefined,
  signing: Signing,
  storage: Storage,
  now: Date,
): PutUpload {
  const { key, maxSize, expiresInSeconds } = grant
  const headers = objectHeaders(grant.fields, storage)
  const put = presignPut(signing, { key, headers, size, expiresInSeconds }, now)
  return { ...put, key, ...(maxSize !== undefined && { maxSize }) }
}

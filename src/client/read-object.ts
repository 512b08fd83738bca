import type { UploadedObject } from './upload-handle.ts'

/** What the issuer says of a completed upload, and what is known of it already. */
export function readObject(known: UploadedObject, said: unknown): UploadedObject {
  const { key = known.key, url = known.url, etag = known.etag, crc64 = known.crc64, answer } = Object(said)
  return { ...known, key, url, etag, crc64, answer }
}

import { objectUrl } from '../storage/object-url.ts'
import type { Storage } from '../storage/storage.ts'
import type { StoredObject } from '../storage/storage-client.ts'
import type { CompletedUpload, Reported } from './completion.ts'

/** What a browser is told of an upload that it has reported: what is stored, and what the application said where it did. */
export interface CompletionAnswer extends Pick<CompletedUpload, 'id' | 'key' | 'size' | 'type' | 'etag'> {
  /** The object's address: public only if the bucket is. */
  readonly url: string
  readonly crc64?: string
  readonly answer?: unknown
}

export function completionAnswer(storage: Storage, reported: Reported, { crc64 }: StoredObject): CompletionAnswer {
  const { upload, ...said } = reported
  const { id, key, size, type, etag } = upload
  const url = objectUrl(storage, key)
  return { id, key, url, size, type, etag, ...(crc64 !== undefined && { crc64 }), ...said }
}

/** What goes back through the storage, or to Uppy: the application's own words, or what is stored where it has none. */
export function applicationAnswer({ upload, answer }: Reported): unknown {
  const { id, key, size, type, etag } = upload
  return answer ?? { id, key, size, type, etag }
}

import { MAX_PARTS } from '../../base/limits.ts'
import { element, text, xmlDocument } from '../../base/xml.ts'
import { isAbsentKey, isNoSuchUpload, needDocument, readObject, readPart, refused, unreadable } from './read-answer.ts'
import { elements, textOf, type XmlElement } from './read-xml.ts'
import { type SendOptions, type StorageAnswer, sendRequest } from './send-request.ts'
import type { Storage, StorageRequest } from './storage.ts'

/** An object as the storage describes it. */
export interface StoredObject {
  readonly key: string
  /** Bytes. */
  readonly size: number
  readonly type: string
  /** Without its quotes. */
  readonly etag: string
  /** CRC-64/XZ of the content as a decimal number, where the storage says it: OSS does. */
  readonly crc64?: string
  /** Which upload it says it is of; absent where it says nothing. */
  readonly mark?: string
}

/** A part of a multipart upload, as the storage lists it. */
export interface StoredPart {
  readonly number: number
  /** Bytes. */
  readonly size: number
  /** As it is written there, quotes included. */
  readonly etag: string
}

/**
 * This server's own requests to the storage. They throw `storage-unreachable` where no answer comes, and `storage-refused`,
 * with the storage's own Code, where it is another than these.
 */
export interface StorageClient {
  /** `undefined` where there is no such object. */
  readonly headObject: (key: string) => Promise<StoredObject | undefined>
  /** Begins a multipart upload; `headers` say what the object will be. Gives the upload id. */
  readonly initiateUpload: (key: string, headers: Readonly<Record<string, string>>) => Promise<string>
  /** All its parts, in the order of their numbers; `undefined` where there is no such upload, or no longer. */
  readonly listParts: (key: string, uploadId: string) => Promise<readonly StoredPart[] | undefined>
  /** Makes the object; `false` where there is no such upload, or no longer. `headers` say what must hold then. */
  readonly completeUpload: (
    key: string,
    uploadId: string,
    parts: readonly StoredPart[],
    headers?: Readonly<Record<string, string>>,
  ) => Promise<boolean>
  /** Forgets the upload and its parts; `false` where there is no such upload, or no longer. */
  readonly abortUpload: (key: string, uploadId: string) => Promise<boolean>
}

/** Ours. */
const TIMEOUT_MS = 15_000
/** Ours: an engine may copy all the parts before it answers. */
const COMPLETE_TIMEOUT_MS = 120_000

/**
 * The requests that an issuer makes itself, in both dialects.
 *
 * @see docs/spec/object-api.md section 5
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export function createStorageClient(storage: Storage, now: () => Date): StorageClient {
  async function send(request: StorageRequest, more: Partial<SendOptions> = {}): Promise<StorageAnswer> {
    const { sign } = await storage.signing()
    return await sendRequest(sign(request, now()), { method: request.method, timeoutMs: TIMEOUT_MS, ...more })
  }

  async function listPage(key: string, uploadId: string, marker: number): Promise<XmlElement | undefined> {
    const query: [string, string][] = [['uploadId', uploadId]]
    if (marker > 0) query.push(['part-number-marker', `${marker}`])
    const answer = await send({ method: 'GET', key, query })
    return isNoSuchUpload(answer) ? undefined : needDocument(answer, 'ListPartsResult', 'list the parts of an upload')
  }

  return {
    async headObject(key) {
      const answer = await send({ method: 'HEAD', key })
      if (isAbsentKey(answer)) return undefined
      if (answer.status !== 200) throw refused(answer, 'describe an object')
      return readObject(key, answer)
    },

    async initiateUpload(key, headers) {
      const answer = await send({ method: 'POST', key, query: [['uploads', '']], headers })
      const uploadId = textOf(needDocument(answer, 'InitiateMultipartUploadResult', BEGIN), 'UploadId')
      if (!uploadId) throw refused(answer, BEGIN)
      return uploadId
    },

    async listParts(key, uploadId) {
      const parts: StoredPart[] = []
      for (let marker = 0; marker < MAX_PARTS; ) {
        const page = await listPage(key, uploadId, marker)
        if (page === undefined) return undefined
        parts.push(...elements(page, 'Part').map(readPart))
        if (textOf(page, 'IsTruncated') !== 'true') break
        marker = nextMarker(page, marker)
      }
      return parts.sort((a, b) => a.number - b.number)
    },

    async completeUpload(key, uploadId, parts, headers = {}) {
      const request: StorageRequest = { method: 'POST', key, query: [['uploadId', uploadId]], headers }
      const answer = await send(request, { body: partListXml(parts), timeoutMs: COMPLETE_TIMEOUT_MS })
      if (isNoSuchUpload(answer)) return false
      needDocument(answer, 'CompleteMultipartUploadResult', 'complete an upload')
      return true
    },

    async abortUpload(key, uploadId) {
      const answer = await send({ method: 'DELETE', key, query: [['uploadId', uploadId]] })
      if (isNoSuchUpload(answer)) return false
      if (answer.status !== 204) throw refused(answer, 'abort an upload')
      return true
    },
  }
}

const BEGIN = 'begin an upload'

/** A list that does not go on would be read for ever. */
function nextMarker(page: XmlElement, marker: number): number {
  const next = Number(textOf(page, 'NextPartNumberMarker'))
  if (next > marker) return next
  throw unreadable('a list of parts that has no end')
}

function partListXml(parts: readonly StoredPart[]): string {
  const list = parts.map(({ number, etag }) =>
    element('Part', element('PartNumber', `${number}`), element('ETag', text(etag))),
  )
  return xmlDocument(element('CompleteMultipartUpload', ...list))
}

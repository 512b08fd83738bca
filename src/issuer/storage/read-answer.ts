import { PosternError } from '../../base/issuer-errors.ts'
import { MAX_PARTS } from '../../base/limits.ts'
import { readXml, textOf, type XmlElement } from './read-xml.ts'
import type { StorageAnswer } from './send-request.ts'
import type { StoredObject, StoredPart } from './storage-client.ts'

/** The document that was asked for. A completion may begin as a 200 and end as an error, so the root is what counts. */
export function needDocument(answer: StorageAnswer, root: string, what: string): XmlElement {
  const document = answer.status === 200 ? readXml(answer.body, root) : undefined
  if (document === undefined) throw refused(answer, what)
  return document
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
const BUSY = new Set(['InternalError', 'ServiceUnavailable', 'SlowDown', 'RequestTimeout'])

/** The storage's answer as our refusal: its Code for whoever asked, its message for the log. */
export function refused(answer: StorageAnswer, what: string): PosternError {
  const code = codeOf(answer) ?? 'none'
  const requestId = answer.header('x-oss-request-id') ?? answer.header('x-amz-request-id')
  const detail = `It was asked to ${what}, and answered ${answer.status} with the Code ${code}.`
  const facts = {
    StorageCode: code,
    StorageStatus: `${answer.status}`,
    ...(requestId && { StorageRequestId: requestId }),
  }
  const cause = new Error(errorText(answer, 'Message') ?? `${detail} It gave no message.`)
  // Busy is not broken: what only has to be completed is asked for again. A completion may say so in a 200.
  const isBusy = answer.status >= 500 || answer.status === 429 || BUSY.has(code)
  const retry = isBusy ? 'same-form' : 'never'
  return new PosternError('storage-refused', detail, facts, { cause, retry })
}

/** The upload was completed, aborted, or never was; Ceph RGW calls that a missing key. */
export function isNoSuchUpload(answer: StorageAnswer): boolean {
  return answer.status === 404 && ['NoSuchUpload', 'NoSuchKey'].includes(codeOf(answer) ?? '')
}

/** A bucket that is missing is another matter: every key would be absent from it. */
export function isAbsentKey(answer: StorageAnswer): boolean {
  return answer.status === 404 && ['NoSuchKey', undefined].includes(codeOf(answer))
}

/** The metadata that says of which upload an object is, where its key could be that of two. */
export const UPLOAD_MARK = 'postern-upload'

/** What the headers of a HEAD say. */
export function readObject(key: string, answer: StorageAnswer): StoredObject {
  const length = answer.header('content-length') ?? ''
  if (!/^\d{1,15}$/.test(length)) throw refused(answer, 'describe an object')
  const etag = (answer.header('etag') ?? '').replaceAll('"', '')
  const mark = answer.header(`x-oss-meta-${UPLOAD_MARK}`) ?? answer.header(`x-amz-meta-${UPLOAD_MARK}`)
  const type = answer.header('content-type') ?? ''
  const crc64 = answer.header('x-oss-hash-crc64ecma')
  return {
    key,
    size: Number(length),
    type,
    etag,
    ...(crc64 !== undefined && /^\d{1,20}$/.test(crc64) && { crc64 }),
    ...(mark !== undefined && { mark }),
  }
}

/** A `<Part>` of a list. */
export function readPart(part: XmlElement): StoredPart {
  const [number, size] = [Number(textOf(part, 'PartNumber')), Number(textOf(part, 'Size'))]
  const etag = textOf(part, 'ETag')
  const isWhole = Number.isSafeInteger(number) && number >= 1 && number <= MAX_PARTS && Number.isSafeInteger(size)
  if (!isWhole || size < 0 || etag === undefined) throw unreadable('a part without number, size or ETag')
  return { number, size, etag }
}

/** An answer that says yes and makes no sense. */
export function unreadable(what: string): PosternError {
  const detail = `It answered with ${what}.`
  return new PosternError('storage-refused', detail, {}, { cause: new Error(detail) })
}

function codeOf(answer: StorageAnswer): string | undefined {
  const code = errorText(answer, 'Code')
  return code !== undefined && /^[A-Za-z0-9.]{1,64}$/.test(code) ? code : undefined
}

/** An error's body; of a HEAD, which has none, the same in a header. @see docs/spec/object-api.md section 2 */
function errorText(answer: StorageAnswer, name: 'Code' | 'Message'): string | undefined {
  const inHeader = answer.header('x-oss-err') ?? ''
  const xml = answer.body === '' ? Buffer.from(inHeader, 'base64').toString('utf8') : answer.body
  return textOf(readXml(xml, 'Error'), name)
}

import { base64 } from '../../base/bytes.ts'
import { PosternError } from '../../base/request-errors.ts'
import { element, text, xmlDocument } from '../../base/xml.ts'
import type { ReceivedFields } from '../../form/upload-form.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import type { ObjectRecord } from '../disk/records.ts'
import { encryptionHeaders } from './object-properties.ts'

/** Where a new object is. */
export interface ObjectPlace {
  readonly bucket: string
  readonly key: string
  readonly url: string
}

/** What the answer to every put says of the object it made. */
export function madeHeaders(object: ObjectRecord): Record<string, string> {
  return {
    etag: object.etag,
    'x-oss-hash-crc64ecma': object.crc64,
    ...(object.md5 !== undefined && { 'content-md5': base64(object.md5) }),
    ...encryptionHeaders(object),
  }
}

/** The answer that a form asked for. @see docs/spec/post-object.md section 6 */
export function objectResponse(
  fields: ReceivedFields,
  redirect: URL | undefined,
  object: ObjectRecord,
  place: ObjectPlace,
): StoreResponse {
  const headers = madeHeaders(object)
  if (redirect !== undefined) {
    const location = withResult(redirect, place, object)
    return { status: 303, headers: { ...headers, location, 'content-length': '0' } }
  }
  switch (fields.get('success_action_status')) {
    case '200':
      return { status: 200, headers: { ...headers, 'content-length': '0' } }
    case '201':
      return { status: 201, headers: { ...headers, 'content-type': 'application/xml' }, body: postXml(place, object) }
    default:
      return { status: 204, headers }
  }
}

/** Where the browser goes after a success; refused before the file is read where it is no address of the web. */
export function readRedirect(fields: ReceivedFields): URL | undefined {
  const value = fields.get('success_action_redirect')
  if (value === undefined || value === '') return undefined
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url !== undefined && WEB.has(url.protocol) && value.length <= MAX_REDIRECT_CHARACTERS) return url
  throw new PosternError('field-invalid', 'success_action_redirect must be an http or https URL of 2,048 characters.', {
    ArgumentName: 'success_action_redirect',
    ArgumentValue: value.slice(0, 100),
  })
}

function postXml({ url, bucket, key }: ObjectPlace, { etag }: ObjectRecord): string {
  return xmlDocument(
    element(
      'PostResponse',
      element('Location', text(url)),
      element('Bucket', bucket),
      element('Key', text(key)),
      element('ETag', text(etag)),
    ),
  )
}

/** The page learns what became of the file as S3 tells it: bucket, key and etag behind its own query. */
function withResult(redirect: URL, { bucket, key }: ObjectPlace, { etag }: ObjectRecord): string {
  const result = new URLSearchParams({ bucket, key, etag })
  const url = new URL(redirect)
  url.search = url.search === '' ? `?${result}` : `${url.search}&${result}`
  return url.href
}

const WEB = new Set(['http:', 'https:'])
const MAX_REDIRECT_CHARACTERS = 2048

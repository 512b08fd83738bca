import { MAX_KEY_BYTES, MAX_LISTED_UPLOADS } from '../../base/limits.ts'
import { element, text } from '../../base/xml.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import type { RequestAddress } from '../../sign/request-address.ts'
import type { UploadRecord } from '../disk/records.ts'
import type { BucketCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { isoTime } from '../request/iso-time.ts'
import { argumentInvalid, type NameEncoding, nameEncoding, queryNumber, queryValue } from '../request/query.ts'
import { xmlResponse } from '../request/xml-response.ts'
import { pageUploads, type UploadPage, type UploadQuery } from './page-uploads.ts'

/** `GET /?uploads`: a page of a bucket's uploads. @see docs/spec/object-api.md section 5 */
export function listUploads({ catalog }: StoreContext, { address, bucket }: BucketCall): StoreResponse {
  const query = readQuery(address)
  const encoding = nameEncoding(address)
  const page = pageUploads(catalog, bucket, query)
  return xmlResponse(
    element(
      'ListMultipartUploadsResult',
      encoding.element,
      element('Bucket', bucket),
      ...asked(query, encoding),
      ...answered(page, encoding),
    ),
  )
}

function readQuery(address: RequestAddress): UploadQuery {
  const key = readName(address, 'key-marker') ?? ''
  return {
    prefix: readName(address, 'prefix') ?? '',
    delimiter: readName(address, 'delimiter'),
    after: { key, id: key === '' ? '' : (queryValue(address, 'upload-id-marker') ?? '') }, // alone it says nothing, as documented
    max: queryNumber(address, 'max-uploads', { min: 1, max: MAX_LISTED_UPLOADS, otherwise: MAX_LISTED_UPLOADS }),
  }
}

function readName(address: RequestAddress, name: string): string | undefined {
  const value = queryValue(address, name)
  if (value === undefined || Buffer.byteLength(value) <= MAX_KEY_BYTES) return value
  throw argumentInvalid(name, value, `has ${MAX_KEY_BYTES} bytes at most`)
}

function asked({ prefix, delimiter = '', after, max }: UploadQuery, { named }: NameEncoding): string[] {
  return [
    named('KeyMarker', after.key),
    element('UploadIdMarker', text(after.id)),
    named('Delimiter', delimiter),
    named('Prefix', prefix),
    element('MaxUploads', String(max)),
  ]
}

function answered({ uploads, prefixes, isTruncated, next }: UploadPage, { named }: NameEncoding): string[] {
  return [
    named('NextKeyMarker', next.key), // on the last page too, as OSS does
    element('NextUploadIdMarker', next.id),
    element('IsTruncated', String(isTruncated)),
    ...uploads.map((upload) => uploadXml(upload, named)),
    ...prefixes.map((prefix) => element('CommonPrefixes', named('Prefix', prefix))),
  ]
}

function uploadXml({ key, id, described, initiated }: UploadRecord, named: NameEncoding['named']): string {
  return element(
    'Upload',
    named('Key', key),
    element('UploadId', id),
    element('StorageClass', text(described.storageClass)),
    element('Initiated', isoTime(initiated)),
  )
}

import { MAX_LISTED_PARTS, MAX_PARTS } from '../../base/limits.ts'
import { element, text } from '../../base/xml.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import type { PartRecord } from '../disk/records.ts'
import type { ObjectCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { isoTime } from '../request/iso-time.ts'
import { nameEncoding, queryNumber } from '../request/query.ts'
import { xmlResponse } from '../request/xml-response.ts'
import { existingUpload, uploadPlace } from './upload-place.ts'

/** `GET /key?uploadId=…`: a page of an upload's parts, in the order of their numbers. @see docs/spec/object-api.md section 5 */
export function listParts({ catalog }: StoreContext, call: ObjectCall): StoreResponse {
  const { address, bucket, key } = call
  const place = uploadPlace(call)
  const { described } = existingUpload(catalog, place)
  const encoding = nameEncoding(address)
  const maxParts = queryNumber(address, 'max-parts', { min: 1, max: MAX_LISTED_PARTS, otherwise: MAX_LISTED_PARTS })
  const marker = queryNumber(address, 'part-number-marker', { min: 0, max: MAX_PARTS, otherwise: 0 })
  const { page, isTruncated } = pageOf(catalog.parts(place.id, marker + 1), maxParts)
  return xmlResponse(
    element(
      'ListPartsResult',
      encoding.element,
      element('Bucket', bucket),
      encoding.named('Key', key),
      element('UploadId', place.id),
      element('StorageClass', text(described.storageClass)),
      element('PartNumberMarker', String(marker)),
      element('NextPartNumberMarker', String(page.at(-1)?.number ?? '')), // on the last page too, as OSS does
      element('MaxParts', String(maxParts)),
      element('IsTruncated', String(isTruncated)),
      ...page.map(partXml),
    ),
  )
}

function pageOf(
  parts: Iterable<PartRecord>,
  max: number,
): { readonly page: PartRecord[]; readonly isTruncated: boolean } {
  const page: PartRecord[] = []
  for (const part of parts) {
    if (page.length === max) return { page, isTruncated: true }
    page.push(part)
  }
  return { page, isTruncated: false }
}

function partXml({ number, modified, etag, size, crc64 }: PartRecord): string {
  return element(
    'Part',
    element('PartNumber', String(number)),
    element('LastModified', isoTime(modified)),
    element('ETag', text(etag)),
    element('HashCrc64ecma', crc64),
    element('Size', String(size)),
  )
}

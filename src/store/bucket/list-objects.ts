import { element, text } from '../../base/xml.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import type { ObjectSummary } from '../disk/records.ts'
import { existingBucket } from '../request/authorize.ts'
import type { BucketCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { isoTime } from '../request/iso-time.ts'
import { type NameEncoding, nameEncoding } from '../request/query.ts'
import { xmlResponse } from '../request/xml-response.ts'
import { continuationToken } from './continuation-token.ts'
import { listPage, type Page, type PageLine } from './list-page.ts'
import { ownerXml } from './owner-xml.ts'
import { type Listing, readListing } from './read-listing.ts'

/** `GET /`: a page of a bucket's objects, in the order of their keys' UTF-8. @see docs/spec/object-api.md section 5 */
export function listObjects({ catalog }: StoreContext, { address, bucket }: BucketCall): StoreResponse {
  const listing = readListing(address)
  const encoding = nameEncoding(address)
  const owner = ownerXml(existingBucket(catalog, bucket).owner)
  const page = listPage((from) => catalog.objects(bucket, from), listing)
  return xmlResponse(
    element(
      'ListBucketResult',
      element('Name', bucket),
      ...askedXml(listing, encoding),
      ...nextXml(page, listing, encoding),
      ...linesXml(page.lines, encoding, listing.version === 1 || listing.fetchOwner ? owner : ''),
      listing.version === 2 ? element('KeyCount', String(page.lines.length)) : '',
    ),
  )
}

/** What was asked, again: version 1 repeats also what the request left out. */
function askedXml(listing: Listing, { element: encodingType, named }: NameEncoding): string[] {
  const { version, prefix, delimiter, limit } = listing
  const given = (name: string, value: string | undefined) => (value === undefined ? '' : named(name, value))
  return [
    named('Prefix', prefix),
    ...(version === 1
      ? [named('Marker', listing.after ?? '')]
      : [given('StartAfter', listing.startAfter), given('ContinuationToken', listing.token)]),
    element('MaxKeys', String(limit)),
    version === 1 ? named('Delimiter', delimiter ?? '') : given('Delimiter', delimiter),
    encodingType,
  ]
}

function nextXml({ lines, isTruncated }: Page<ObjectSummary>, { version }: Listing, { named }: NameEncoding): string[] {
  const truncated = element('IsTruncated', String(isTruncated))
  const last = isTruncated ? lines.at(-1) : undefined
  if (last === undefined) return [truncated]
  if (version === 1) return [truncated, named('NextMarker', last.key)]
  return [truncated, named('NextContinuationToken', continuationToken(last.key))]
}

/** All objects, then all common prefixes, as OSS does. */
function linesXml(lines: readonly PageLine<ObjectSummary>[], { named }: NameEncoding, owner: string): string[] {
  const contents: string[] = []
  const prefixes: string[] = []
  for (const line of lines) {
    if (line.kind === 'object') contents.push(contentsXml(named('Key', line.key), line.object, owner))
    else prefixes.push(element('CommonPrefixes', named('Prefix', line.key)))
  }
  return [...contents, ...prefixes]
}

/** One template, because a page has a thousand. The ETag is ours, without anything to escape; its quotes stand as at OSS. */
function contentsXml(key: string, { modified, etag, type, size, storageClass }: ObjectSummary, owner: string): string {
  const date = isoTime(modified)
  return `<Contents>${key}<LastModified>${date}</LastModified><ETag>${etag}</ETag><Type>${type}</Type><Size>${size}</Size><StorageClass>${text(storageClass)}</StorageClass>${owner}</Contents>`
}

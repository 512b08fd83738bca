import { DEFAULT_LISTED_KEYS, MAX_LISTED_KEYS } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import { element, text } from '../../base/xml.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import type { RequestAddress } from '../../sign/request-address.ts'
import type { BucketRecord } from '../disk/records.ts'
import { signedBy } from '../request/authorize.ts'
import type { Call } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { queryNumber, queryValue } from '../request/query.ts'
import { xmlResponse } from '../request/xml-response.ts'
import { placeXml } from './bucket-place.ts'
import { ownerXml } from './owner-xml.ts'

/** `GET /` of the store itself: its buckets by name. @see docs/spec/object-api.md section 5 */
export function listBuckets(context: StoreContext, call: Call): StoreResponse {
  const asked = readAsked(call.address)
  const found: BucketRecord[] = []
  for (const bucket of context.catalog.buckets()) if (isAsked(bucket.name, asked)) found.push(bucket)
  const page = found.slice(0, asked.limit)
  return xmlResponse(
    element(
      'ListAllMyBucketsResult',
      ...(found.length > page.length ? truncatedXml(asked, page.at(-1)?.name ?? '') : []),
      ownerXml(signedBy(call.caller)),
      element('Buckets', ...page.map((bucket) => element('Bucket', ...placeXml(bucket, context, call)))),
    ),
  )
}

interface BucketsAsked {
  readonly prefix: string
  readonly marker: string
  readonly limit: number
}

function readAsked(address: RequestAddress): BucketsAsked {
  const filter = TAG_FILTERS.find((name) => queryValue(address, name) !== undefined)
  if (filter !== undefined)
    throw new PosternError('operation-unknown', `Buckets have no tags here: leave out "${filter}".`)
  return {
    prefix: queryValue(address, 'prefix') ?? '',
    marker: queryValue(address, 'marker') ?? '',
    limit: queryNumber(address, 'max-keys', MAX_KEYS_RANGE),
  }
}

/** Passed over, they would make a wrong answer. */
const TAG_FILTERS = ['tag-key', 'tag-value']
const MAX_KEYS_RANGE = {
  min: 1,
  max: MAX_LISTED_KEYS,
  otherwise: DEFAULT_LISTED_KEYS,
  code: 'list-buckets-max-keys-invalid',
} as const

/** By the order of UTF-16, in which the catalog gives them: a name is ASCII, and behind a marker beyond it there is none either way. */
function isAsked(name: string, { prefix, marker }: BucketsAsked): boolean {
  return name.startsWith(prefix) && name > marker
}

/** These are there only where the list is not whole, as documented. */
function truncatedXml({ prefix, marker, limit }: BucketsAsked, last: string): string[] {
  return [
    element('Prefix', text(prefix)),
    element('Marker', text(marker)),
    element('MaxKeys', String(limit)),
    element('IsTruncated', 'true'),
    element('NextMarker', last),
  ]
}

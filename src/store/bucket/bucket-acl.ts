import { element } from '../../base/xml.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import { parseBucketAcl } from '../request/acl.ts'
import { existingBucket, noSuchBucket } from '../request/authorize.ts'
import type { BucketCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { xmlResponse } from '../request/xml-response.ts'
import { ownerXml } from './owner-xml.ts'

/** `GET /?acl`: who owns the bucket, and what everybody else may do. */
export function getBucketAcl({ catalog }: StoreContext, { bucket }: BucketCall): StoreResponse {
  const { owner, acl } = existingBucket(catalog, bucket)
  return xmlResponse(
    element('AccessControlPolicy', ownerXml(owner), element('AccessControlList', element('Grant', acl))),
  )
}

/** `PUT /?acl` with `x-oss-acl`. */
export async function putBucketAcl({ catalog }: StoreContext, { request, bucket }: BucketCall): Promise<StoreResponse> {
  const acl = parseBucketAcl(request.headers.get('x-oss-acl') ?? '', 'x-oss-acl')
  const changed = await catalog.updateBucket(bucket, (record) => ({ ...record, acl }))
  if (changed === undefined) throw noSuchBucket(bucket)
  return { status: 200, headers: { 'content-length': '0' } }
}

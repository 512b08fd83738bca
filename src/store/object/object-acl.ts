import { element, text } from '../../base/xml.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import { parseObjectAcl } from '../request/acl.ts'
import { existingBucket } from '../request/authorize.ts'
import type { ObjectCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { xmlResponse } from '../request/xml-response.ts'
import { changeExisting } from './change-existing.ts'
import { existingObject } from './object-headers.ts'

/** `GET /key?acl`: `default` where the bucket's counts. @see docs/spec/object-api.md section 5 */
export function getObjectAcl({ catalog }: StoreContext, { bucket, key }: ObjectCall): StoreResponse {
  const { acl } = existingObject(catalog, bucket, key)
  const owner = text(existingBucket(catalog, bucket).owner)
  return xmlResponse(
    element(
      'AccessControlPolicy',
      element('Owner', element('ID', owner), element('DisplayName', owner)),
      element('AccessControlList', element('Grant', acl)),
    ),
  )
}

/** `PUT /key?acl` with `x-oss-object-acl`. The object's time stays. */
export async function putObjectAcl(context: StoreContext, call: ObjectCall): Promise<StoreResponse> {
  const acl = parseObjectAcl(call.request.headers.get('x-oss-object-acl') ?? '', 'x-oss-object-acl')
  await changeExisting(context, call, (object) => ({ ...object, acl }))
  return { status: 200, headers: { 'content-length': '0' } }
}

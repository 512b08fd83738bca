import { element } from '../../base/xml.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import { existingBucket } from '../request/authorize.ts'
import type { BucketCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { xmlResponse } from '../request/xml-response.ts'
import { placeXml } from './bucket-place.ts'
import { ownerXml } from './owner-xml.ts'

/** `GET /?bucketInfo`: all there is to know of a bucket; what this store does not do is said to be off. @see docs/spec/object-api.md section 5 */
export function getBucketInfo(context: StoreContext, call: BucketCall): StoreResponse {
  const bucket = existingBucket(context.catalog, call.bucket)
  return xmlResponse(
    element(
      'BucketInfo',
      element(
        'Bucket',
        ...placeXml(bucket, context, call),
        element('DataRedundancyType', 'LRS'),
        element('TransferAcceleration', 'Disabled'),
        element('CrossRegionReplication', 'Disabled'),
        element('AccessMonitor', 'Disabled'),
        element('BlockPublicAccess', 'false'),
        element('Comment', ''),
        ownerXml(bucket.owner),
        element('AccessControlList', element('Grant', bucket.acl)),
        element('ServerSideEncryptionRule', element('SSEAlgorithm', 'None')),
        element('BucketPolicy', element('LogBucket', ''), element('LogPrefix', '')),
      ),
    ),
  )
}

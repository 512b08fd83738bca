import { PosternError } from '../../base/request-errors.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import { noSuchBucket } from '../request/authorize.ts'
import type { BucketCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'

/** `DELETE /`: only a bucket without objects and without uploads goes. @see docs/spec/object-api.md section 5 */
export async function deleteBucket({ catalog }: StoreContext, { bucket }: BucketCall): Promise<StoreResponse> {
  const outcome = await catalog.deleteBucket(bucket)
  if (outcome === 'deleted') return { status: 204, headers: {} }
  if (outcome === 'no-bucket') throw noSuchBucket(bucket)
  const advice = `Delete the objects in "${bucket}", and abort its uploads.`
  throw new PosternError('bucket-not-empty', advice, { BucketName: bucket })
}

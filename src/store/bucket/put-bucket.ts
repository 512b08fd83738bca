import { PosternError } from '../../base/errors.ts'
import type { StoreRequest, StoreResponse } from '../../http/exchange.ts'
import { parseBucketAcl } from '../request/acl.ts'
import { signedBy } from '../request/authorize.ts'
import type { BucketCall } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { readDocument, texts } from '../request/read-document.ts'

/** Ours: the document it may carry has two short elements. */
const MAX_CONFIGURATION_BYTES = 4 * 1024

/** `PUT /`: makes a bucket. To its owner, one that is there already is no error; an ACL that is named is then set. */
export async function putBucket(
  { catalog, now }: StoreContext,
  { request, bucket: name, caller }: BucketCall,
): Promise<StoreResponse> {
  const named = request.headers.get('x-oss-acl')
  const acl = named === undefined ? undefined : parseBucketAcl(named, 'x-oss-acl')
  await checkConfiguration(request)
  const record = { name, created: now().getTime(), owner: signedBy(caller), acl: acl ?? 'private' }
  const created = await catalog.createBucket(record)
  if (!created && acl !== undefined) await catalog.updateBucket(name, (old) => ({ ...old, acl }))
  return { status: 200, headers: { location: `/${name}`, 'content-length': '0' } }
}

/** This store has one storage class for buckets; one of another class must not seem to be made. */
async function checkConfiguration(request: StoreRequest): Promise<void> {
  const configuration = await readDocument(request, 'CreateBucketConfiguration', MAX_CONFIGURATION_BYTES)
  const [storageClass = 'Standard'] = configuration === undefined ? [] : texts(configuration, 'StorageClass')
  if (storageClass === 'Standard') return
  throw new PosternError('operation-unknown', `This store keeps buckets of class Standard, not "${storageClass}".`)
}

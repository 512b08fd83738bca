import { PosternError } from '../../base/request-errors.ts'
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

/** This store has one kind of bucket; one of another kind must not seem to be made. */
async function checkConfiguration(request: StoreRequest): Promise<void> {
  const configuration = await readDocument(request, 'CreateBucketConfiguration', MAX_CONFIGURATION_BYTES)
  if (configuration !== undefined) {
    const [storageClass = 'Standard'] = texts(configuration, 'StorageClass')
    const [redundancy = 'LRS'] = texts(configuration, 'DataRedundancyType')
    if (!STORAGE_CLASSES.has(storageClass)) throw new PosternError('bucket-class-unknown', `"${storageClass}" is none.`)
    if (storageClass !== 'Standard') throw notDone(`It keeps buckets of class Standard, not ${storageClass}.`)
    if (redundancy !== 'LRS') throw notDone(`Its data redundancy type is LRS, not "${redundancy}".`)
  }
  if (request.headers.get('x-oss-hns-status') === 'enabled') throw notDone('It has no hierarchical namespace.')
}

/** @see https://www.alibabacloud.com/help/en/oss/developer-reference/putbucket */
const STORAGE_CLASSES = new Set(['Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive'])

function notDone(detail: string): PosternError {
  return new PosternError('operation-unknown', `This store does not do that. ${detail}`)
}

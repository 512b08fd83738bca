import { PosternError } from '../../base/errors.ts'
import { checkKey } from '../../form/key.ts'
import type { RequestAddress } from '../../sign/request-address.ts'
import { isBucketName } from './bucket-name.ts'

/** What a request asks the store to do. */
export type Operation = BucketOperation | ObjectOperation

interface BucketOperation {
  readonly kind:
    | 'post-object'
    | 'preflight'
    | 'put-bucket'
    | 'get-bucket-location'
    | 'get-bucket-acl'
    | 'put-bucket-acl'
    | 'get-bucket-cors'
    | 'put-bucket-cors'
    | 'delete-bucket-cors'
  readonly bucket: string
}

export interface ObjectOperation {
  readonly kind: 'get-object' | 'head-object' | 'put-object' | 'delete-object'
  readonly bucket: string
  readonly key: string
}

/** What this request asks for, or the refusal that says what about it the store does not know. */
export function route(address: RequestAddress): Operation {
  const { method, key } = address
  const bucket = bucketOf(address)
  if (method === 'OPTIONS') return { kind: 'preflight', bucket }

  const subResource = subResourceOf(address)
  if (key === undefined) {
    const kind = BUCKET_OPERATIONS.get(`${method} ${subResource}`)
    if (kind === undefined) throw unknown(method, subResource, BUCKET_OPERATIONS)
    return { kind, bucket }
  }
  const kind = OBJECT_OPERATIONS.get(`${method} ${subResource}`)
  if (kind === undefined) throw unknown(method, subResource, OBJECT_OPERATIONS)
  checkKey(key)
  return { kind, bucket, key }
}

const BUCKET_OPERATIONS: ReadonlyMap<string, BucketOperation['kind']> = new Map([
  ['POST ', 'post-object'],
  ['PUT ', 'put-bucket'],
  ['GET location', 'get-bucket-location'],
  ['GET acl', 'get-bucket-acl'],
  ['PUT acl', 'put-bucket-acl'],
  ['GET cors', 'get-bucket-cors'],
  ['PUT cors', 'put-bucket-cors'],
  ['DELETE cors', 'delete-bucket-cors'],
])

const OBJECT_OPERATIONS: ReadonlyMap<string, ObjectOperation['kind']> = new Map([
  ['GET ', 'get-object'],
  ['HEAD ', 'head-object'],
  ['PUT ', 'put-object'],
  ['DELETE ', 'delete-object'],
])

/** What OSS does with a whole bucket and this store does not: list it, ask whether it is there, delete it. */
const OTHER_BUCKET_METHODS = new Set(['GET', 'HEAD', 'DELETE'])

function bucketOf({ method, bucket }: RequestAddress): string {
  if (bucket === undefined) {
    if (method === 'GET') throw new PosternError('operation-unknown', 'This store does not list buckets.')
    throw new PosternError('bucket-name-invalid', 'The request names no bucket, neither in its host nor in its path.')
  }
  if (isBucketName(bucket)) return bucket
  const detail = `"${bucket}" is not a bucket name: 3 to 63 of a-z, 0-9 and "-".`
  throw new PosternError('bucket-name-invalid', detail, { BucketName: bucket })
}

function unknown(method: string, subResource: string, operations: ReadonlyMap<string, string>): PosternError {
  if (subResource === '' && operations === BUCKET_OPERATIONS && OTHER_BUCKET_METHODS.has(method))
    return new PosternError('operation-unknown', `This store does not do ${method} of a whole bucket.`)
  for (const known of operations.keys()) if (known.endsWith(` ${subResource}`)) return wrongMethod(method)
  return new PosternError('operation-unknown', `This store does not know "?${subResource}" here.`, {
    ResourceType: subResource,
  })
}

function wrongMethod(method: string): PosternError {
  return new PosternError('method-not-allowed', `${method} is not a method of this address.`, { Method: method })
}

/** The sub-resource that a request names, or ''. Of several, the first of our table. */
function subResourceOf({ method, query }: RequestAddress): string {
  const names = new Set(query.map(([name]) => name))
  const known = SUB_RESOURCES.find((name) => names.has(name))
  if (known !== undefined || !CHANGING.has(method)) return known ?? ''
  for (const name of names) if (!isSettled(name)) return name
  return ''
}

/** A query name nobody knows is passed over where a request reads; where it would write or delete, it is refused. */
const CHANGING = new Set(['PUT', 'DELETE'])

/** Query names that carry a signature or an option, and never choose the operation. */
function isSettled(name: string): boolean {
  return SIGNATURE_NAMES.has(name) || name.startsWith('x-oss-')
}

const SIGNATURE_NAMES = new Set(['OSSAccessKeyId', 'Expires', 'Signature', 'security-token'])

/** docs/spec/auth.md section 1 and docs/spec/object-api.md section 5. The order decides where several are named. */
// biome-ignore format: a list, read as one
const SUB_RESOURCES = [
  'uploadId', 'partNumber', 'uploads', 'append', 'position', 'delete', 'restore', 'symlink', 'select', 'tagging', 'objectMeta',
  'acl', 'cors', 'location', 'bucketInfo', 'stat', 'lifecycle', 'logging', 'policy', 'policyStatus', 'referer', 'website',
  'encryption', 'requestPayment', 'replication', 'qos', 'qosInfo', 'live', 'vod', 'img', 'style', 'cname', 'comp', 'worm',
  'wormId', 'inventory', 'transferAcceleration', 'metaQuery', 'asyncFetch', 'accessPoint', 'publicAccessBlock', 'resourceGroup',
  'resourcePool', 'httpsConfig', 'versioning', 'versions', 'versionId', 'regions', 'regionList', 'callback', 'callback-var', 'x-oss-process',
  'x-oss-async-process',
]

import { PosternError } from '../../base/request-errors.ts'
import { checkKey } from '../../form/key.ts'
import type { RequestAddress } from '../../sign/request-address.ts'
import { isBucketName } from './bucket-name.ts'
import { type Operation, type OperationKind, operationsAt } from './operations.ts'

/** What this request asks for, or the refusal that says what about it the store does not know. */
export function route(address: RequestAddress, headers: ReadonlyMap<string, string>): Operation {
  const { method, bucket, key } = address
  const asked = `${method} ${subResourceOf(address, headers)}`
  if (isStsCall(address, headers)) return { kind: 'assume-role' }
  if (bucket === undefined) return { kind: kindOf(SERVICE_OPERATIONS, asked, noBucket) }
  checkBucketName(bucket)
  if (method === 'OPTIONS') return { kind: 'preflight', bucket }
  if (key === undefined) {
    const kind = kindOf(BUCKET_OPERATIONS, asked, unknown)
    refuseCallback(kind, address, headers)
    return { kind, bucket }
  }
  const kind = kindOf(OBJECT_OPERATIONS, asked, unknown)
  refuseCallback(kind, address, headers)
  checkKey(key)
  return { kind, bucket, key }
}

/** Whether a request may be a form: who signed that is said in its fields, not by the request. */
export function isForm(address: RequestAddress): boolean {
  return address.method === 'POST' && subResourceOf(address, new Map()) === ''
}

/**
 * Whether a request is a call to STS, whose parameters stand in the query or in a form that is no multipart: only where
 * no bucket is named. A signature of STS's third generation names the action in a header.
 *
 * @see docs/spec/auth.md section 5
 */
export function isStsCall({ method, bucket, query }: RequestAddress, headers: ReadonlyMap<string, string>): boolean {
  if (bucket !== undefined || (method !== 'GET' && method !== 'POST')) return false
  if (query.some(([name]) => name === 'Action') || headers.has('x-acs-action')) return true
  return method === 'POST' && (headers.get('content-type') ?? '').startsWith('application/x-www-form-urlencoded')
}

const SERVICE_OPERATIONS = operationsAt('service')
const BUCKET_OPERATIONS = operationsAt('bucket')
const OBJECT_OPERATIONS = operationsAt('object')

/**
 * Refuses a callback where none would be made; a form carries its own in its fields. ali-oss sends the headers of the
 * completion with the initiation and with every part, so there they say nothing yet.
 *
 * @see docs/spec/callback.md section 1
 */
function refuseCallback(kind: OperationKind, { query }: RequestAddress, headers: ReadonlyMap<string, string>): void {
  if (CALLING_BACK.has(kind)) return
  const inQuery = query.map(([name]) => name).find((name) => CALLBACK_NAMES.has(name))
  const inHeader = [...CALLBACK_NAMES].map((name) => `x-oss-${name}`).find((name) => headers.has(name))
  const name = inQuery ?? (BEFORE_COMPLETION.has(kind) ? undefined : inHeader)
  if (name !== undefined) throw new PosternError('operation-unknown', `"${name}" means nothing to this request.`)
}

const CALLING_BACK: ReadonlySet<OperationKind> = new Set(['put-object', 'complete-upload'])
const BEFORE_COMPLETION: ReadonlySet<OperationKind> = new Set(['initiate-upload', 'upload-part'])
const CALLBACK_NAMES = new Set(['callback', 'callback-var'])

type Refuse = (asked: string, operations: ReadonlyMap<string, string>) => PosternError

function kindOf<Kind extends OperationKind>(
  operations: ReadonlyMap<string, Kind>,
  asked: string,
  refuse: Refuse,
): Kind {
  const kind = operations.get(asked)
  if (kind === undefined) throw refuse(asked, operations)
  return kind
}

function checkBucketName(bucket: string): void {
  if (isBucketName(bucket)) return
  const detail = `"${bucket}" is not a bucket name: 3 to 63 of a-z, 0-9 and "-".`
  throw new PosternError('bucket-name-invalid', detail, { BucketName: bucket })
}

function noBucket(asked: string): PosternError {
  if (!asked.endsWith(' ')) return unknown(asked, SERVICE_OPERATIONS)
  return new PosternError('bucket-name-invalid', 'The request names no bucket, neither in its host nor in its path.')
}

const unknown: Refuse = (asked, operations) => {
  const [method = '', subResource = ''] = asked.split(' ')
  for (const known of operations.keys()) if (known.endsWith(` ${subResource}`)) return wrongMethod(method)
  return new PosternError('operation-unknown', `This store does not know "?${subResource}" here.`, {
    ResourceType: subResource,
  })
}

function wrongMethod(method: string): PosternError {
  return new PosternError('method-not-allowed', `${method} is not a method of this address.`, { Method: method })
}

/** The sub-resource that a request names, or ''. Of several, the first of our table. A PUT with a source to copy names `copy` too. */
function subResourceOf({ method, query }: RequestAddress, headers: ReadonlyMap<string, string>): string {
  const names = new Set(query.map(([name]) => name))
  const subResource = SUB_RESOURCES.find((name) => names.has(name)) ?? (CHANGING.has(method) ? strange(names) : '')
  const copies = method === 'PUT' && headers.has('x-oss-copy-source') && COPYING.has(subResource)
  return copies ? `${subResource} copy`.trimStart() : subResource
}

/** Where a source to copy means something: whole objects and parts. */
const COPYING = new Set(['', 'uploadId'])

function strange(names: ReadonlySet<string>): string {
  for (const name of names) if (!isSettled(name)) return name
  return ''
}

/** A query name nobody knows is passed over where a request reads; where it would write or delete, it is refused. */
const CHANGING = new Set(['PUT', 'DELETE'])

/** Query names that carry a signature, a callback or an option, and never choose the operation. */
function isSettled(name: string): boolean {
  return SIGNATURE_NAMES.has(name) || CALLBACK_NAMES.has(name) || name.startsWith('x-oss-')
}

const SIGNATURE_NAMES = new Set(['OSSAccessKeyId', 'Expires', 'Signature', 'security-token'])

/** docs/spec/auth.md section 1 and docs/spec/object-api.md section 5. The order decides where several are named. */
// biome-ignore format: a list, read as one
const SUB_RESOURCES = [
  'uploadId', 'partNumber', 'uploads', 'append', 'position', 'delete', 'restore', 'symlink', 'select', 'tagging', 'objectMeta',
  'acl', 'cors', 'location', 'bucketInfo', 'stat', 'lifecycle', 'logging', 'policy', 'policyStatus', 'referer', 'website',
  'encryption', 'requestPayment', 'replication', 'qos', 'qosInfo', 'live', 'vod', 'img', 'style', 'cname', 'comp', 'worm',
  'wormId', 'inventory', 'transferAcceleration', 'metaQuery', 'asyncFetch', 'accessPoint', 'publicAccessBlock', 'resourceGroup',
  'resourcePool', 'httpsConfig', 'versioning', 'versions', 'versionId', 'regions', 'regionList', 'x-oss-process', 'x-oss-async-process',
]

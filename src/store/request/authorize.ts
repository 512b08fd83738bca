import { PosternError } from '../../base/request-errors.ts'
import type { StoreRequest } from '../../http/exchange.ts'
import { refuseExpiredKey } from '../../sign/claim.ts'
import { verifyRequest } from '../../sign/verify-request.ts'
import type { Catalog } from '../disk/catalog.ts'
import type { BucketRecord, ObjectAcl } from '../disk/records.ts'
import { judge, RESOURCE_PREFIX, type Verdict } from '../keys/key-policy.ts'
import type { Address } from './address.ts'
import type { Caller } from './call.ts'
import type { StoreContext } from './context.ts'
import { OPERATIONS, type Operation } from './operations.ts'
import { isForm, isStsCall } from './route.ts'

/**
 * Who asks, and which reading of the address was meant: the one that the signature covers. A form says in its fields
 * who signed it, a call to STS in its parameters, and a preflight is unsigned; there a signature of the request itself is
 * not looked at.
 */
export function identify(
  context: StoreContext,
  request: StoreRequest,
  [first, second]: readonly [Address, ...Address[]],
): { readonly caller: Caller; readonly address: Address } {
  if (request.method === 'OPTIONS' || isForm(first) || isStsCall(first, request.headers))
    return { caller: ANONYMOUS, address: first }
  const { findCredential, now } = context
  const verify = (address: Address) => verifyRequest(address, request.headers, findCredential, now(), context)
  if (second === undefined) return { caller: verify(first), address: first }
  try {
    const caller = verify(first)
    return { caller, address: caller.kind === 'anonymous' ? second : first }
  } catch (error) {
    if (!(error instanceof PosternError) || error.code !== 'request-signature-mismatch') throw error
    return { caller: verify(second), address: second }
  }
}

const ANONYMOUS: Caller = { kind: 'anonymous' }

/**
 * Refuses what this caller may not do. The one place that decides, for requests and for forms.
 *
 * A key may do what its policy allows, and besides what anybody may; what its policy denies, it may not do at all.
 *
 * @see docs/spec/object-api.md section 5, docs/decisions/0013-keys-from-a-file.md
 */
export function authorize(context: StoreContext, caller: Caller, operation: Operation): void {
  if ('bucket' in operation && operation.kind !== 'put-bucket') existingBucket(context.catalog, operation.bucket)
  if (OPERATIONS[operation.kind].anonymous === 'asked later') return
  const verdict = caller.kind === 'signed' ? judgeKey(context, caller, operation) : undefined
  if (verdict === 'allowed') return
  if (verdict === 'denied') throw keyRefusal(verdict, operation)
  const closed = closedToAnybody(context, operation)
  if (closed !== undefined) throw verdict === undefined ? closed : keyRefusal(verdict, operation)
}

/**
 * Refuses what a writer asks for besides the bytes. Tags need their own permission, as on OSS. An ACL is the owner's word:
 * whoever may write only because the bucket is open to everybody may not decide how long their object stays open. OSS asks
 * for no permission to put one; a policy that denies it is obeyed.
 */
export function authorizeProperties(
  context: StoreContext,
  caller: Caller,
  { bucket, key }: { readonly bucket: string; readonly key: string }, // and no more of it: a call has a kind of its own
  { setsAcl, setsTags }: { readonly setsAcl: boolean; readonly setsTags: boolean },
): void {
  if (setsTags) authorize(context, caller, { kind: 'put-object-tagging', bucket, key })
  if (!setsAcl) return
  if (caller.kind === 'anonymous' || judgeKey(context, caller, { kind: 'put-object', bucket, key }) !== 'allowed')
    throw new PosternError('object-acl-denied', 'Only whoever may put objects by a policy of theirs sets an ACL.')
  const setting = { kind: 'put-object-acl', bucket, key } as const
  if (judgeKey(context, caller, setting) === 'denied') throw keyRefusal('denied', setting)
}

/** The bucket's record, or the refusal that there is none. */
export function existingBucket(catalog: Catalog, name: string): BucketRecord {
  const bucket = catalog.bucket(name)
  if (bucket === undefined) throw noSuchBucket(name)
  return bucket
}

/** The access key id of whoever signed, or the refusal that nobody did. */
export function signedBy(caller: Caller): string {
  if (caller.kind === 'signed') return caller.accessKeyId
  throw unsigned()
}

export function noSuchBucket(name: string): PosternError {
  return new PosternError('bucket-not-found', `There is no bucket "${name}" here.`, { BucketName: name })
}

function unsigned(): PosternError {
  return new PosternError('anonymous-denied', 'Sign the request.')
}

/** What the key's policies say, as they are at this moment: it may have been revoked since it signed. */
function judgeKey(
  { findCredential, now }: StoreContext,
  { accessKeyId, securityToken }: Extract<Caller, { kind: 'signed' }>,
  operation: Operation,
): Verdict {
  const key = findCredential(accessKeyId, securityToken)
  if (key === undefined)
    throw new PosternError('access-key-id-unknown', 'It was revoked.', { OSSAccessKeyId: accessKeyId })
  refuseExpiredKey(key, now())
  return judge(key.policies, OPERATIONS[operation.kind].action, resourceOf(operation))
}

/** `acs:oss:*:*:photos/cat.png`, and `acs:oss:*:*:*` for the store itself. */
function resourceOf(operation: Operation): string {
  if ('key' in operation) return `${RESOURCE_PREFIX}${operation.bucket}/${operation.key}`
  return `${RESOURCE_PREFIX}${'bucket' in operation ? operation.bucket : '*'}`
}

function keyRefusal(verdict: 'denied' | 'not allowed', operation: Operation): PosternError {
  const { action } = OPERATIONS[operation.kind]
  const resource = resourceOf(operation)
  const denied = verdict === 'denied'
  const NoPermissionType = denied ? 'ExplicitDeny' : 'ImplicitDeny'
  return new PosternError(
    denied ? 'key-denies' : 'key-allows-not',
    `The policy of this access key ${denied ? 'denies' : 'does not allow'} ${action} on ${resource}.`,
    { AuthAction: action, Resource: resource, NoPermissionType },
  )
}

/** Why not everybody may do this, signed or not; `undefined` where everybody may. */
function closedToAnybody({ catalog }: StoreContext, operation: Operation): PosternError | undefined {
  const { anonymous } = OPERATIONS[operation.kind]
  if ((anonymous !== 'read' && anonymous !== 'write') || !('key' in operation)) return unsigned()
  const bucket = existingBucket(catalog, operation.bucket)
  const objectAcl = catalog.object(operation.bucket, operation.key)?.acl ?? 'default'
  return anonymous === 'read' ? closedToReaders(bucket, objectAcl) : closedToWriters(bucket, objectAcl)
}

function closedToReaders(bucket: BucketRecord, objectAcl: ObjectAcl): PosternError | undefined {
  if (objectAcl === 'private') return objectDenied(objectAcl)
  return objectAcl === 'default' && bucket.acl === 'private' ? bucketDenied(bucket) : undefined
}

/** Both must allow it: an object that is open does not open a closed bucket, nor an open bucket a closed object. */
function closedToWriters(bucket: BucketRecord, objectAcl: ObjectAcl): PosternError | undefined {
  if (bucket.acl !== 'public-read-write') return bucketDenied(bucket)
  return objectAcl !== 'default' && objectAcl !== 'public-read-write' ? objectDenied(objectAcl) : undefined
}

function bucketDenied({ name, acl }: BucketRecord): PosternError {
  return new PosternError('bucket-acl-denied', `The bucket "${name}" is ${acl}: sign the request, or open the bucket.`)
}

function objectDenied(acl: ObjectAcl): PosternError {
  return new PosternError('object-acl-denied', `The object is ${acl}: sign the request.`)
}

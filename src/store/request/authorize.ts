import { PosternError } from '../../base/errors.ts'
import type { StoreRequest } from '../../http/exchange.ts'
import { verifyRequest } from '../../sign/verify-request.ts'
import type { Catalog } from '../disk/catalog.ts'
import type { BucketRecord, ObjectAcl } from '../disk/records.ts'
import type { Address } from './address.ts'
import type { Caller } from './call.ts'
import type { StoreContext } from './context.ts'
import { OPERATIONS, type Operation } from './operations.ts'
import { isForm } from './route.ts'

/**
 * Who asks, and which reading of the address was meant: the one that the signature covers. A form says in its fields
 * who signed it, and a preflight is unsigned; there a signature of the request itself is not looked at.
 */
export function identify(
  { findCredential, region, now }: StoreContext,
  request: StoreRequest,
  [first, second]: readonly [Address, ...Address[]],
): { readonly caller: Caller; readonly address: Address } {
  if (request.method === 'OPTIONS' || isForm(first)) return { caller: ANONYMOUS, address: first }
  const verify = (address: Address) => verifyRequest(address, request.headers, findCredential, now(), { region })
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
 * @see docs/spec/object-api.md section 5
 */
export function authorize({ catalog }: StoreContext, caller: Caller, operation: Operation): void {
  const { anonymous } = OPERATIONS[operation.kind]
  if ('bucket' in operation && operation.kind !== 'put-bucket') existingBucket(catalog, operation.bucket)
  if (caller.kind === 'signed' || anonymous === 'asked later') return
  if (anonymous === 'never' || !('key' in operation)) refuseAnonymous()
  const bucket = existingBucket(catalog, operation.bucket)
  const objectAcl = catalog.object(operation.bucket, operation.key)?.acl ?? 'default'
  if (anonymous === 'read') mustRead(bucket, objectAcl)
  else mustWrite(bucket, objectAcl)
}

/** The bucket's record, or the refusal that there is none. */
export function existingBucket(catalog: Catalog, name: string): BucketRecord {
  const bucket = catalog.bucket(name)
  if (bucket === undefined) throw noSuchBucket(name)
  return bucket
}

/** The access key id of whoever signed, or the refusal that nobody did. */
export function signedBy(caller: Caller): string {
  return caller.kind === 'signed' ? caller.accessKeyId : refuseAnonymous()
}

export function noSuchBucket(name: string): PosternError {
  return new PosternError('bucket-not-found', `There is no bucket "${name}" here.`, { BucketName: name })
}

function refuseAnonymous(): never {
  throw new PosternError('anonymous-denied', 'Sign the request.')
}

function mustRead(bucket: BucketRecord, objectAcl: ObjectAcl): void {
  if (objectAcl === 'private') throw objectDenied(objectAcl)
  if (objectAcl === 'default' && bucket.acl === 'private') throw bucketDenied(bucket)
}

/** Both must allow it: an object that is open does not open a closed bucket, nor an open bucket a closed object. */
function mustWrite(bucket: BucketRecord, objectAcl: ObjectAcl): void {
  if (bucket.acl !== 'public-read-write') throw bucketDenied(bucket)
  if (objectAcl !== 'default' && objectAcl !== 'public-read-write') throw objectDenied(objectAcl)
}

function bucketDenied({ name, acl }: BucketRecord): PosternError {
  return new PosternError('bucket-acl-denied', `The bucket "${name}" is ${acl}: sign the request, or open the bucket.`)
}

function objectDenied(acl: ObjectAcl): PosternError {
  return new PosternError('object-acl-denied', `The object is ${acl}: sign the request.`)
}

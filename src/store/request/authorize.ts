import { PosternError } from '../../base/errors.ts'
import type { StoreRequest } from '../../http/exchange.ts'
import { verifyRequest } from '../../sign/verify-request.ts'
import type { Catalog } from '../disk/catalog.ts'
import type { BucketRecord, ObjectAcl } from '../disk/records.ts'
import type { Address } from './address.ts'
import type { StoreContext } from './context.ts'
import type { Operation } from './route.ts'

/** Who asks. Every key pair of the store stands for its one account, which owns every bucket. */
export type Caller = { readonly kind: 'anonymous' } | { readonly kind: 'signed'; readonly accessKeyId: string }

/**
 * Who asks, and which reading of the address was meant: the one that the signature covers. A form says in its fields
 * who signed it, and a preflight is unsigned; there a signature of the request itself is not looked at.
 */
export function identify(
  { findCredential, region, now }: StoreContext,
  request: StoreRequest,
  [first, second]: readonly [Address, ...Address[]],
): { readonly caller: Caller; readonly address: Address } {
  if (request.method === 'POST' || request.method === 'OPTIONS') return { caller: ANONYMOUS, address: first }
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
export function authorize(catalog: Catalog, caller: Caller, operation: Operation): void {
  if (operation.kind === 'put-bucket') {
    signedBy(caller)
    return // the one operation whose bucket need not exist
  }
  const bucket = existingBucket(catalog, operation.bucket)
  if (caller.kind === 'signed') return
  const object = 'key' in operation ? catalog.object(operation.bucket, operation.key) : undefined
  ANONYMOUS_NEEDS[operation.kind](bucket, object?.acl ?? 'default')
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

type Need = (bucket: BucketRecord, objectAcl: ObjectAcl) => void

function refuseAnonymous(): never {
  throw new PosternError('anonymous-denied', 'Sign the request.')
}

/** A form is posted by whoever its fields say; `postObject` asks again, for `put-object`, once it has read them. */
const anyone: Need = () => {}

const read: Need = (bucket, objectAcl) => {
  if (objectAcl === 'private') throw objectDenied(objectAcl)
  if (objectAcl === 'default' && bucket.acl === 'private') throw bucketDenied(bucket)
}

/** Both must allow it: an object that is open does not open a closed bucket, nor an open bucket a closed object. */
const write: Need = (bucket, objectAcl) => {
  if (bucket.acl !== 'public-read-write') throw bucketDenied(bucket)
  if (objectAcl !== 'default' && objectAcl !== 'public-read-write') throw objectDenied(objectAcl)
}

const ANONYMOUS_NEEDS: Readonly<Record<Exclude<Operation['kind'], 'put-bucket'>, Need>> = {
  'get-object': read,
  'head-object': read,
  'put-object': write,
  'delete-object': write,
  'get-bucket-location': refuseAnonymous,
  'get-bucket-acl': refuseAnonymous,
  'put-bucket-acl': refuseAnonymous,
  'get-bucket-cors': refuseAnonymous,
  'put-bucket-cors': refuseAnonymous,
  'delete-bucket-cors': refuseAnonymous,
  'post-object': anyone,
  preflight: anyone,
}

function bucketDenied({ name, acl }: BucketRecord): PosternError {
  return new PosternError('bucket-acl-denied', `The bucket "${name}" is ${acl}: sign the request, or open the bucket.`)
}

function objectDenied(acl: ObjectAcl): PosternError {
  return new PosternError('object-acl-denied', `The object is ${acl}: sign the request.`)
}

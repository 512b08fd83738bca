interface OperationRow {
  /** What its address names: the store itself, a bucket, or an object. */
  readonly level: 'service' | 'bucket' | 'object'
  /** Method and sub-resource; `copy` where the request names a source to copy. */
  readonly request: string
  /** What a key's policy calls it. */
  readonly action: string
  /** What somebody who signed nothing must be allowed: by the ACLs of bucket and object, or not at all. */
  readonly anonymous: 'read' | 'write' | 'never' | 'asked later'
}

/**
 * Every operation the store does: how a request asks for it, and who may.
 *
 * @see docs/spec/object-api.md section 5
 * @see https://www.alibabacloud.com/help/en/oss/user-guide/authorization-syntax-and-elements for the actions
 */
// biome-ignore format: a table is read by its columns
export const OPERATIONS = {
  'list-buckets': { level: 'service', request: 'GET ', action: 'oss:ListBuckets', anonymous: 'never' },
  'assume-role': { level: 'service', request: 'POST Action', action: 'sts:AssumeRole', anonymous: 'asked later' }, // of the call's signer

  'post-object': { level: 'bucket', request: 'POST ', action: 'oss:PutObject', anonymous: 'asked later' }, // of the form's signer
  'preflight': { level: 'bucket', request: 'OPTIONS ', action: '', anonymous: 'asked later' }, // nobody signs a preflight
  'put-bucket': { level: 'bucket', request: 'PUT ', action: 'oss:PutBucket', anonymous: 'never' },
  'delete-bucket': { level: 'bucket', request: 'DELETE ', action: 'oss:DeleteBucket', anonymous: 'never' },
  'list-objects': { level: 'bucket', request: 'GET ', action: 'oss:ListObjects', anonymous: 'never' },
  'delete-objects': { level: 'bucket', request: 'POST delete', action: 'oss:DeleteObject', anonymous: 'asked later' }, // of each key
  'list-uploads': { level: 'bucket', request: 'GET uploads', action: 'oss:ListMultipartUploads', anonymous: 'never' },
  'get-bucket-info': { level: 'bucket', request: 'GET bucketInfo', action: 'oss:GetBucketInfo', anonymous: 'never' },
  'get-bucket-location': { level: 'bucket', request: 'GET location', action: 'oss:GetBucketLocation', anonymous: 'never' },
  'get-bucket-acl': { level: 'bucket', request: 'GET acl', action: 'oss:GetBucketAcl', anonymous: 'never' },
  'put-bucket-acl': { level: 'bucket', request: 'PUT acl', action: 'oss:PutBucketAcl', anonymous: 'never' },
  'get-bucket-cors': { level: 'bucket', request: 'GET cors', action: 'oss:GetBucketCors', anonymous: 'never' },
  'put-bucket-cors': { level: 'bucket', request: 'PUT cors', action: 'oss:PutBucketCors', anonymous: 'never' },
  'delete-bucket-cors': { level: 'bucket', request: 'DELETE cors', action: 'oss:DeleteBucketCors', anonymous: 'never' },

  'get-object': { level: 'object', request: 'GET ', action: 'oss:GetObject', anonymous: 'read' },
  'head-object': { level: 'object', request: 'HEAD ', action: 'oss:GetObject', anonymous: 'read' },
  'get-object-meta': { level: 'object', request: 'HEAD objectMeta', action: 'oss:GetObject', anonymous: 'read' },
  'put-object': { level: 'object', request: 'PUT ', action: 'oss:PutObject', anonymous: 'write' },
  'copy-object': { level: 'object', request: 'PUT copy', action: 'oss:PutObject', anonymous: 'write' },
  'append-object': { level: 'object', request: 'POST append', action: 'oss:PutObject', anonymous: 'write' },
  'delete-object': { level: 'object', request: 'DELETE ', action: 'oss:DeleteObject', anonymous: 'write' },
  'get-object-acl': { level: 'object', request: 'GET acl', action: 'oss:GetObjectAcl', anonymous: 'never' },
  'put-object-acl': { level: 'object', request: 'PUT acl', action: 'oss:PutObjectAcl', anonymous: 'never' },
  'get-object-tagging': { level: 'object', request: 'GET tagging', action: 'oss:GetObjectTagging', anonymous: 'never' },
  'put-object-tagging': { level: 'object', request: 'PUT tagging', action: 'oss:PutObjectTagging', anonymous: 'never' },
  'delete-object-tagging': { level: 'object', request: 'DELETE tagging', action: 'oss:DeleteObjectTagging', anonymous: 'never' },
  'get-symlink': { level: 'object', request: 'GET symlink', action: 'oss:GetObject', anonymous: 'read' },
  'put-symlink': { level: 'object', request: 'PUT symlink', action: 'oss:PutObject', anonymous: 'write' },
  'initiate-upload': { level: 'object', request: 'POST uploads', action: 'oss:PutObject', anonymous: 'never' },
  'upload-part': { level: 'object', request: 'PUT uploadId', action: 'oss:PutObject', anonymous: 'never' },
  'upload-part-copy': { level: 'object', request: 'PUT uploadId copy', action: 'oss:PutObject', anonymous: 'never' },
  'complete-upload': { level: 'object', request: 'POST uploadId', action: 'oss:PutObject', anonymous: 'never' },
  'abort-upload': { level: 'object', request: 'DELETE uploadId', action: 'oss:AbortMultipartUpload', anonymous: 'never' },
  'list-parts': { level: 'object', request: 'GET uploadId', action: 'oss:ListParts', anonymous: 'never' },
} as const satisfies Record<string, OperationRow>

export type OperationKind = keyof typeof OPERATIONS

type KindAt<Level extends OperationRow['level']> = {
  [Kind in OperationKind]: (typeof OPERATIONS)[Kind]['level'] extends Level ? Kind : never
}[OperationKind]

export type ServiceKind = KindAt<'service'>
export type BucketKind = KindAt<'bucket'>
export type ObjectKind = KindAt<'object'>

/** What a request asks the store to do. */
export type Operation =
  | { readonly kind: ServiceKind }
  | { readonly kind: BucketKind; readonly bucket: string }
  | { readonly kind: ObjectKind; readonly bucket: string; readonly key: string }

/** The operations of a level by the request that asks for them. */
export function operationsAt(level: 'service'): ReadonlyMap<string, ServiceKind>
export function operationsAt(level: 'bucket'): ReadonlyMap<string, BucketKind>
export function operationsAt(level: 'object'): ReadonlyMap<string, ObjectKind>
export function operationsAt(level: OperationRow['level']): ReadonlyMap<string, OperationKind> {
  const kinds = Object.keys(OPERATIONS) as OperationKind[] // the keys of a constant
  return new Map(
    kinds.filter((kind) => OPERATIONS[kind].level === level).map((kind) => [OPERATIONS[kind].request, kind]),
  )
}

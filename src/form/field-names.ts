import type { ErrorCode } from '../base/errors.ts'

/** A field of a form: its name as the documents write it, and what it means. */
export interface KnownField {
  readonly name: string
  readonly means: string
  /** All the values it may have, where they are listed. */
  readonly values?: readonly string[]
  /** What any other value is: an error, or, where this is absent, the same as no field. */
  readonly otherwise?: ErrorCode
}

/** Names match without regard to case, values exactly. */
// biome-ignore format: a table is read by its columns
const FIELDS: readonly KnownField[] = [
  { name: 'key', means: 'the full name of the object' },
  { name: 'file', means: 'the file; always last' },
  { name: 'policy', means: 'the encoded policy' },
  { name: 'bucket', means: 'the bucket; the address decides' },
  { name: 'name', means: 'the name of the file, for people' },
  { name: 'submit', means: 'the button of a plain HTML form' },

  // What the store answers
  { name: 'success_action_status', means: 'the status of a success', values: ['200', '201', '204'] },
  { name: 'success_action_redirect', means: 'where the browser goes after a success' },

  // What is kept with the object
  { name: 'Content-Type', means: "the object's type, where the file brings none" },
  { name: 'x-oss-content-type', means: "the object's type, before all others" },
  { name: 'Cache-Control', means: 'sent with every GET of the object' },
  { name: 'Content-Disposition', means: 'sent with every GET of the object' },
  { name: 'Content-Encoding', means: 'sent with every GET of the object' },
  { name: 'Expires', means: 'sent with every GET of the object' },
  { name: 'x-oss-object-acl', means: 'who may read and write the object', values: ['default', 'private', 'public-read', 'public-read-write'], otherwise: 'acl-invalid' },
  { name: 'x-oss-storage-class', means: 'how the object is kept', values: ['Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive'], otherwise: 'field-invalid' },
  { name: 'x-oss-server-side-encryption', means: 'how the object is encrypted', values: ['AES256', 'KMS', 'SM4'], otherwise: 'encryption-invalid' },
  { name: 'x-oss-server-side-encryption-key-id', means: 'the key of KMS' },
  { name: 'x-oss-forbid-overwrite', means: 'whether an object with this key is kept as it is', values: ['true', 'false'], otherwise: 'forbid-overwrite-invalid' },

  // The callback
  { name: 'callback', means: 'whom the store tells of the object' },

  // OSS's signatures
  { name: 'OSSAccessKeyId', means: 'the access key id, V1' },
  { name: 'Signature', means: 'the signature, V1 and S3 V2' },
  { name: 'x-oss-signature-version', means: 'the scheme' },
  { name: 'x-oss-credential', means: 'the access key id and the scope, V4' },
  { name: 'x-oss-date', means: 'when the form was signed, V4' },
  { name: 'x-oss-signature', means: 'the signature, V4' },
  { name: 'x-oss-security-token', means: 'the token of a temporary access key' },

  // S3's signatures
  { name: 'AWSAccessKeyId', means: 'the access key id, S3 V2' },
  { name: 'X-Amz-Algorithm', means: 'the scheme, S3 V4' },
  { name: 'X-Amz-Credential', means: 'the access key id and the scope, S3 V4' },
  { name: 'X-Amz-Date', means: 'when the form was signed, S3 V4' },
  { name: 'X-Amz-Signature', means: 'the signature, S3 V4' },
  { name: 'X-Amz-Security-Token', means: 'the token of a temporary access key' },
]

/**
 * The known fields by name in lower case.
 *
 * @example
 * KNOWN_FIELDS.get('x-oss-object-acl')?.values // ['default', 'private', 'public-read', 'public-read-write']
 * @see docs/spec/post-object.md section 3
 */
export const KNOWN_FIELDS: ReadonlyMap<string, KnownField> = new Map(
  FIELDS.map((field) => [field.name.toLowerCase(), field]),
)

/** Fields that become the object's metadata begin with this. */
export const METADATA_PREFIX = 'x-oss-meta-'

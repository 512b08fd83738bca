import { PosternError } from '../../base/request-errors.ts'
import { METADATA_PREFIX } from '../../form/field-names.ts'
import type { ReceivedFields } from '../../form/upload-form.ts'

/**
 * The fields of a form in the S3 dialect, by the names OSS gives to the same things. What asks for something that this
 * store would not do is refused: passing over an ACL or an encryption would keep an object otherwise than was signed.
 */
export function withOssNames(fields: ReceivedFields): ReceivedFields {
  const renamed = new Map<string, string>()
  for (const [field, value] of fields) {
    const name = ossName(field)
    if (renamed.has(name)) throw new PosternError('field-repeated', `"${field}" says again what "${name}" says.`)
    renamed.set(name, value)
  }
  return renamed
}

function ossName(field: string): string {
  if (field === 'acl') return 'x-oss-object-acl'
  if (field.startsWith(S3_METADATA_PREFIX)) return `${METADATA_PREFIX}${field.slice(S3_METADATA_PREFIX.length)}`
  if ((!field.startsWith('x-amz-') && field !== 'tagging') || SIGNATURE_FIELDS.has(field)) return field
  throw new PosternError('operation-unknown', `This store does not know the field "${field.slice(0, 100)}".`)
}

const S3_METADATA_PREFIX = 'x-amz-meta-'
const SIGNATURE_FIELDS = new Set([
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-signature',
  'x-amz-security-token',
])

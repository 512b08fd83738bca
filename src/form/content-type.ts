import type { Dialect } from '../policy/dialect.ts'
import type { ReceivedFields } from './upload-form.ts'

/**
 * The type that the object gets, and that a policy's `content-type` is compared with. On OSS it is `x-oss-content-type`,
 * else the file entry's own, else the form field `Content-Type`; on S3 the form field alone. An empty one counts as absent.
 *
 * @see docs/spec/post-object.md sections 3 and 8
 */
export function effectiveContentType(
  fields: ReceivedFields,
  fileType: string | undefined,
  dialect: Pick<Dialect, 'readsFileType'>,
): string | undefined {
  const field = fields.get('content-type')
  const candidates = dialect.readsFileType ? [fields.get('x-oss-content-type'), fileType, field] : [field]
  return candidates.find((type) => type)
}

import type { ReceivedFields } from './upload-form.ts'

/**
 * The type that the object gets, and that a policy's `content-type` is compared with: `x-oss-content-type`, else the
 * file entry's own, else the form field `Content-Type`. An empty one counts as absent.
 *
 * @see docs/spec/post-object.md section 3
 */
export function effectiveContentType(fields: ReceivedFields, fileType: string | undefined): string | undefined {
  return [fields.get('x-oss-content-type'), fileType, fields.get('content-type')].find((type) => type)
}

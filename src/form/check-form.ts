import { OSS, S3 } from '../policy/dialect.ts'
import type { Failure } from '../policy/evaluate-policy.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import { type FileToSend, fieldsOf, fileFailures, isForS3 } from './file-failures.ts'
import { formBucket } from './form-bucket.ts'
import { checkKey, expandFilename } from './key.ts'
import type { UploadForm } from './upload-form.ts'

/**
 * Would this file be accepted with this form? All the reasons why not, found before a byte is sent by the code that the
 * store itself runs. Throws a `PosternError` where no file would be: the policy cannot be read, or the key cannot name an
 * object. Signatures and the bucket's own rules are the store's to judge.
 *
 * @example
 * const failures = checkForm(form, file)
 * for (const failure of failures) console.log(explainFailure(failure))
 * @see docs/spec/post-object.md section 4
 */
export function checkForm(form: UploadForm, file: FileToSend, now: Date = new Date()): Failure[] {
  const fields = fieldsOf(form)
  const key = fields.get('key')
  if (key !== undefined) checkKey(expandFilename(key, file.name))
  const dialect = isForS3(fields) ? S3 : OSS
  const encoded = fields.get('policy')
  const policy = encoded === undefined ? undefined : parsePolicy(encoded, dialect) // without one, the bucket's ACL decides
  return fileFailures(fields, file, { policy, dialect, bucket: formBucket(form.url), now })
}

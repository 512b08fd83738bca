import { MAX_OBJECT_BYTES } from '../base/limits.ts'
import { type Dialect, OSS, S3 } from '../policy/dialect.ts'
import { evaluatePolicy, type Failure } from '../policy/evaluate-policy.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import { effectiveContentType } from './content-type.ts'
import { formBucket } from './form-bucket.ts'
import { checkKey, expandFilename } from './key.ts'
import type { ReceivedFields, UploadForm } from './upload-form.ts'

/** A file before it is sent: a browser's `File` is one. */
export interface FileToSend {
  readonly name: string
  /** In bytes. */
  readonly size: number
  /** The media type, or an empty text where it is not known. */
  readonly type: string
}

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
  const fields: ReceivedFields = new Map(
    Object.entries(form.fields).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const key = fields.get('key')
  if (key !== undefined) checkKey(expandFilename(key, file.name))
  const failures = policyFailures(form, fields, file, now)
  if (file.size > MAX_OBJECT_BYTES && !failures.some(({ kind }) => kind === 'too-large'))
    failures.push({ kind: 'too-large', size: file.size, max: MAX_OBJECT_BYTES })
  return failures
}

function policyFailures(form: UploadForm, fields: ReceivedFields, { size, type }: FileToSend, now: Date): Failure[] {
  const encoded = fields.get('policy')
  if (encoded === undefined) return [] // an anonymous form: the bucket's ACL decides
  const dialect = dialectOf(fields)
  const bucket = formBucket(form.url)
  // A browser sends a file whose type it does not know as application/octet-stream: RFC 7578 section 4.4
  const contentType = effectiveContentType(fields, type === '' ? 'application/octet-stream' : type, dialect)
  const failures = evaluatePolicy(parsePolicy(encoded, dialect), { fields, bucket, contentType, now, size }, dialect)
  return bucket === undefined ? failures.filter((failure) => !isAboutBucket(failure)) : failures
}

function isAboutBucket(failure: Failure): boolean {
  return failure.kind === 'absent' && failure.condition.field.toLowerCase() === 'bucket'
}

/** The form's signature fields tell whose rules it is written for. */
function dialectOf(fields: ReceivedFields): Dialect {
  return fields.has('x-amz-signature') || fields.has('awsaccesskeyid') ? S3 : OSS
}

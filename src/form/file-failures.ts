import { MAX_OBJECT_BYTES } from '../base/limits.ts'
import type { Policy } from '../policy/condition.ts'
import type { Dialect } from '../policy/dialect.ts'
import { evaluatePolicy, type Failure } from '../policy/evaluate-policy.ts'
import { effectiveContentType } from './content-type.ts'
import type { ReceivedFields, UploadForm } from './upload-form.ts'

/** A file before it is sent: a browser's `File` is one. */
export interface FileToSend {
  readonly name: string
  /** In bytes. */
  readonly size: number
  /** The media type, or an empty text where it is not known. */
  readonly type: string
}

/** What a check knows of a form, and of the store. */
interface Grounds {
  /** Absent where there is none, or none that can be read: then only the store's own limit counts. */
  readonly policy: Policy | undefined
  readonly dialect: Pick<Dialect, 'mustCover' | 'readsFileType'>
  /** `undefined` where the form's address does not tell: then no condition on it is judged. */
  readonly bucket: string | undefined
  readonly now: Date
}

/** A form's fields, by name in lower case. */
export function fieldsOf({ fields }: UploadForm): ReceivedFields {
  return new Map(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]))
}

/** Whether a form's fields are written for S3's rules: its signature's fields tell. */
export function isForS3(fields: ReceivedFields): boolean {
  return fields.has('x-amz-signature') || fields.has('awsaccesskeyid')
}

/** Why its policy, or the size that no store takes, would refuse a file: by the code that the store itself runs. */
export function fileFailures(fields: ReceivedFields, { size, type }: FileToSend, grounds: Grounds): Failure[] {
  const { policy, dialect, bucket, now } = grounds
  // A browser sends a file whose type it does not know as application/octet-stream: RFC 7578 section 4.4
  const contentType = effectiveContentType(fields, type || 'application/octet-stream', dialect)
  const submission = { fields, bucket, contentType, now, size }
  const failures = policy === undefined ? [] : evaluatePolicy(policy, submission, dialect)
  if (size > MAX_OBJECT_BYTES && !failures.some(({ kind }) => kind === 'too-large'))
    failures.push({ kind: 'too-large', size, max: MAX_OBJECT_BYTES })
  return bucket === undefined ? failures.filter((failure) => !isAboutBucket(failure)) : failures
}

function isAboutBucket(failure: Failure): boolean {
  return failure.kind === 'absent' && /^bucket$/i.test(failure.condition.field)
}

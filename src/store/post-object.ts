import { PosternError } from '../base/errors.ts'
import { MAX_OBJECT_BYTES } from '../base/limits.ts'
import { effectiveContentType } from '../form/content-type.ts'
import { checkKey, expandFilename } from '../form/key.ts'
import type { ReceivedFields } from '../form/upload-form.ts'
import type { StoreRequest, StoreResponse } from '../http/exchange.ts'
import { parseBoundary } from '../multipart/boundary.ts'
import { checkFileEntry } from '../multipart/file-entry.ts'
import { readEntries } from '../multipart/read-entries.ts'
import { type ReceivedForm, readForm } from '../multipart/read-form.ts'
import type { Policy } from '../policy/condition.ts'
import { type Dialect, OSS } from '../policy/dialect.ts'
import { evaluatePolicy, fileSizeRange } from '../policy/evaluate-policy.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import { refusal } from '../policy/refusal.ts'
import { type VerifiedForm, verifyForm } from '../sign/verify-form.ts'
import { type Address, objectUrl } from './address.ts'
import { authorize } from './authorize.ts'
import { boundedFile } from './bounded-file.ts'
import { type CheckedBody, checkedBody } from './checked-body.ts'
import type { StoreContext } from './context.ts'
import { keepObject } from './keep-object.ts'
import { readProperties } from './object-properties.ts'
import { objectResponse, readRedirect } from './object-response.ts'
import { withOssNames } from './s3-fields.ts'

/**
 * Accepts a form with its file: everything that can be refused without the file is refused before the file is read, and
 * nothing is kept before the form's last byte was read and found right.
 *
 * @see docs/spec/post-object.md
 */
export async function postObject(
  context: StoreContext,
  request: StoreRequest,
  address: Address,
  bucket: string,
): Promise<StoreResponse> {
  const boundary = parseBoundary(request.headers.get('content-type'))
  const body = checkedBody(request)
  const left = announcedLeft(body)
  const entries = readEntries(body.chunks, boundary)
  try {
    const form = await readForm(entries, {}, { dialect: 's3', strict: context.strictForms }) // OSS's rules follow, once the fields say whose form it is
    const { fields, file } = form
    const key = requiredKey(fields)
    checkBucketField(fields, bucket)

    const verified = verifyForm(fields, context.findCredential, context.now(), { region: context.region })
    const dialect = verified.kind === 'signed' ? verified.dialect : OSS
    if (dialect.name === 'oss') await checkFileEntry(file, form.misordered)
    const policy = verified.kind === 'signed' ? judge(verified, form, bucket, context.now()) : undefined

    const object = { bucket, key: expandFilename(key, file.filename) }
    checkKey(object.key)
    authorize(context.catalog, verified, { kind: 'put-object', ...object })
    const named = dialect.name === 'oss' ? withAclHeader(fields, request) : withOssNames(fields)
    refuseCallback(fields)
    const properties = readProperties(named, contentType(form, dialect))
    const redirect = readRedirect(fields)

    const { min, max } = (policy && fileSizeRange(policy)) ?? { min: 0, max: MAX_OBJECT_BYTES }
    const bounds = { maxBytes: max, left, closingBytes: boundary.length + CLOSING_MARKS }
    const record = await keepObject(context, {
      ...object,
      caller: verified,
      properties,
      source: boundedFile(file.content, bounds),
      async settle({ size }) {
        await form.finish()
        body.check()
        if (size < min) throw refusal([{ kind: 'too-small', size, min }])
      },
    })
    const url = objectUrl(request.headers.get('host') ?? '', address, object.key)
    return objectResponse(fields, redirect, record, { ...object, url })
  } finally {
    await entries.return() // lets go of the body, wherever we stopped
  }
}

/** `\r\n--` before the last boundary, `--\r\n` behind it. */
const CLOSING_MARKS = 8

/** A form must announce its length. docs/spec/form-hazards.md section 2, row 26. */
function announcedLeft({ left }: CheckedBody): () => number {
  if (left() === undefined) throw new PosternError('length-missing', 'A form is not sent in chunks of unknown number.')
  return () => left() ?? 0
}

function requiredKey(fields: ReceivedFields): string {
  const key = fields.get('key')
  if (key === undefined) throw new PosternError('key-missing', 'Send the field "key" before the file.')
  return key
}

/** The address decides. A field that says otherwise may be an attempt to have one bucket checked and another written. */
function checkBucketField(fields: ReceivedFields, bucket: string): void {
  const named = fields.get('bucket')
  if (named === undefined || named === bucket) return
  const detail = `The field "bucket" says "${named.slice(0, 100)}", but the form was posted to "${bucket}".`
  throw new PosternError('bucket-field-mismatch', detail, { ArgumentName: 'bucket' })
}

/** The policy that the form keeps, or the refusal that says how it breaks it. */
function judge(
  { policy: encoded, dialect }: Extract<VerifiedForm, { kind: 'signed' }>,
  form: ReceivedForm,
  bucket: string,
  now: Date,
): Policy {
  const policy = parsePolicy(encoded, dialect)
  const submission = { fields: form.fields, bucket, contentType: contentType(form, dialect), now }
  const [first, ...others] = evaluatePolicy(policy, submission, dialect)
  if (first !== undefined) throw refusal([first, ...others])
  return policy
}

/** The type that the object gets. S3 looks at the form field alone, OSS at the file entry before it. */
function contentType({ fields, file }: ReceivedForm, dialect: Dialect): string | undefined {
  return dialect.name === 'oss' ? effectiveContentType(fields, file.contentType) : fields.get('content-type')
}

/** The one header of a POST that counts as a field; the field wins. Not where a policy must cover every field. */
function withAclHeader(fields: ReceivedFields, { headers }: StoreRequest): ReceivedFields {
  const acl = headers.get('x-oss-object-acl')
  return acl === undefined || fields.has('x-oss-object-acl') ? fields : new Map(fields).set('x-oss-object-acl', acl)
}

/** Whoever asks for a callback waits for it; an upload that ends well without one would be a lie. */
function refuseCallback(fields: ReceivedFields): void {
  if (fields.has('callback')) throw new PosternError('operation-unknown', 'This store does not send the callback.')
}

import { MAX_OBJECT_BYTES } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import { effectiveContentType } from '../../form/content-type.ts'
import { checkKey, expandFilename } from '../../form/key.ts'
import type { ReceivedFields } from '../../form/upload-form.ts'
import type { StoreRequest } from '../../http/exchange.ts'
import { checkFileEntry } from '../../multipart/file-entry.ts'
import type { ReceivedForm } from '../../multipart/read-form.ts'
import { type Dialect, OSS } from '../../policy/dialect.ts'
import { evaluatePolicy, fileSizeRange, type Submission } from '../../policy/evaluate-policy.ts'
import { parsePolicy } from '../../policy/parse-policy.ts'
import { refusal } from '../../policy/refusal.ts'
import { type VerifiedForm, verifyForm } from '../../sign/verify-form.ts'
import { callbackOfForm } from '../callback/carrier.ts'
import { type PreparedCallback, prepareCallback } from '../callback/prepare-callback.ts'
import { noteCaller } from '../observe/noted-request.ts'
import { authorize } from '../request/authorize.ts'
import type { BucketCall, Caller } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { type ObjectProperties, readProperties } from './object-properties.ts'
import { readRedirect } from './object-response.ts'
import { withOssNames } from './s3-fields.ts'

/** What a form may do, once all of it but the file's content is judged. */
export interface JudgedForm {
  readonly caller: Caller
  readonly key: string
  readonly properties: ObjectProperties
  /** What the file may have, in bytes. */
  readonly size: { readonly min: number; readonly max: number }
  readonly redirect: URL | undefined
  readonly callback: PreparedCallback | undefined
}

/**
 * Judges a form whose file is not read yet: its fields' presence, who signed it, whether it keeps its policy, whether
 * they may put this object, and what they say of it.
 *
 * @see docs/spec/post-object.md section 5, "Check order"
 */
export async function judgeForm(
  context: StoreContext,
  { request, bucket, about }: BucketCall,
  form: ReceivedForm,
): Promise<JudgedForm> {
  const { findCredential, now } = context
  const { fields, file } = form
  const rawKey = requiredKey(fields)
  about.key = rawKey
  checkBucketField(fields, bucket)

  const caller = verifyForm(fields, findCredential, now(), context)
  noteCaller(about, caller)
  const dialect = caller.kind === 'signed' ? caller.dialect : OSS
  if (dialect.name === 'oss') await checkFileEntry(file, form.misordered)
  const contentType = effectiveContentType(fields, file.contentType, dialect)
  const size = sizeAllowed(caller, { fields, bucket, contentType, now: now() })

  const key = expandFilename(rawKey, file.filename)
  checkKey(key)
  about.key = key
  authorize(context, caller, { kind: 'put-object', bucket, key })
  refuseUndoneFields(fields, dialect)
  const named = dialect.name === 'oss' ? withAclHeader(fields, request) : withOssNames(fields)
  const properties = readProperties(named, contentType)
  const redirect = readRedirect(fields)
  const callback = await prepareCallback(context.callbacks, callbackOfForm(fields), { caller, bucket, key })
  return { caller, key, size, properties, redirect, callback }
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

/** What the form's policy lets the file have, or the refusal that says how the form breaks it. */
function sizeAllowed(caller: VerifiedForm, submission: Submission): JudgedForm['size'] {
  const anySize = { min: 0, max: MAX_OBJECT_BYTES }
  if (caller.kind === 'anonymous') return anySize
  const policy = parsePolicy(caller.policy, caller.dialect)
  const [first, ...others] = evaluatePolicy(policy, submission, caller.dialect)
  if (first !== undefined) throw refusal([first, ...others])
  return fileSizeRange(policy) ?? anySize
}

/** The one header of a POST that counts as a field; the field wins. Not where a policy must cover every field. */
function withAclHeader(fields: ReceivedFields, { headers }: StoreRequest): ReceivedFields {
  const acl = headers.get('x-oss-object-acl')
  return acl === undefined || fields.has('x-oss-object-acl') ? fields : new Map(fields).set('x-oss-object-acl', acl)
}

/**
 * Whoever asks for a callback waits for it; an upload that ends well without one would be a lie, and S3 has none. So would
 * one without the tags it names: OSS has none in forms.
 *
 * @see docs/spec/post-object.md section 3
 */
function refuseUndoneFields(fields: ReceivedFields, { name }: Dialect): void {
  if (name === 's3' && fields.has('callback')) throw new PosternError('operation-unknown', 'S3 knows no callback.')
  if (fields.has('x-oss-tagging')) throw new PosternError('operation-unknown', 'A form gives an object no tags.')
}

import { MAX_OBJECT_BYTES } from '../base/limits.ts'
import type { Fields, UploadForm } from '../form/upload-form.ts'
import type { Condition } from '../policy/condition.ts'
import { encodePolicy } from '../policy/encode-policy.ts'
import type { Signer } from './signer.ts'

/** What the application allows for one upload. Sizes in bytes, both ends included. */
export interface FormGrant {
  /** What browsers post to; ends in `/`. */
  readonly url: string
  readonly bucket: string
  /** The object's whole key. Give this, or `keyPrefix` where the front end writes the key. */
  readonly key?: string
  /** What the key must begin with; `""` allows any key. */
  readonly keyPrefix?: string
  /** Other fields of the form, such as `x-oss-forbid-overwrite`. Each is fixed by the policy. */
  readonly fields?: Fields
  /** Conditions on fields that the front end fills in. */
  readonly conditions?: readonly Condition[]
  readonly minSize?: number
  readonly maxSize?: number
  readonly expiresInSeconds: number
}

/**
 * Makes a form that one browser may use: every field it carries is fixed by the policy, and the bucket with them.
 *
 * @example
 * const form = createForm(
 *   { url: 'https://photos.oss-cn-hangzhou.aliyuncs.com/', bucket: 'photos', key: 'a.png', maxSize: 1024, expiresInSeconds: 600 },
 *   ossV4(credential, 'cn-hangzhou'),
 *   new Date(),
 * )
 *
 * @see docs/spec/post-object.md sections 3 to 5
 */
export function createForm(grant: FormGrant, signer: Signer, now: Date): UploadForm {
  checkGrant(grant, signer)
  const { url, key, maxSize } = grant
  const expiration = endOf(grant, signer, now)
  const fields: Record<string, string> = key === undefined ? {} : { key }
  Object.assign(fields, grant.fields, signer.scopeFields(now)) // spreading costs as much as the HMAC
  const policy = encodePolicy({ expiration, conditions: conditions(grant, fields) })
  Object.assign(fields, signer.sign(policy, now))
  const form: Writable<UploadForm> = { method: 'POST', url, fields, expiresAt: expiration.toISOString() }
  if (key !== undefined) form.key = key
  if (maxSize !== undefined) form.maxSize = maxSize
  return form
}

/** As long as was granted, and no longer than the credential that signs: a store refuses both from then on. */
function endOf({ expiresInSeconds }: FormGrant, { expires }: Signer, now: Date): Date {
  const end = new Date(now.getTime() + expiresInSeconds * 1000)
  if (expires === undefined || end <= expires) return end
  if (expires <= now)
    throw new TypeError(`The credential expired at ${expires.toISOString()}: nothing it signs is taken.`)
  return expires
}

type Writable<T> = { -readonly [name in keyof T]: T[name] }

/** The bucket, every field, the key's beginning, the size, and what else the grant asks. */
function conditions(grant: FormGrant, fields: Fields): Condition[] {
  const { bucket, keyPrefix, minSize, maxSize, conditions } = grant
  const all = [pinned('bucket', bucket)]
  for (const field in fields) all.push(pinned(field, fields[field] ?? ''))
  if (keyPrefix !== undefined) all.push({ op: 'starts-with', field: 'key', prefix: keyPrefix })
  if (minSize !== undefined || maxSize !== undefined)
    all.push({ op: 'content-length-range', min: minSize ?? 0, max: maxSize ?? MAX_OBJECT_BYTES })
  return conditions === undefined ? all : all.concat(conditions)
}

/** No form can be changed in what it carries: each field must have the value it was issued with. */
function pinned(field: string, value: string): Condition {
  return { op: 'eq', field, value, spelling: 'object' }
}

function checkGrant({ key, keyPrefix, fields = {}, expiresInSeconds }: FormGrant, { maxLifeSeconds }: Signer): void {
  if ((key === undefined) === (keyPrefix === undefined))
    throw new TypeError('A grant has a key, or a keyPrefix where the front end writes the key.')
  if (!(expiresInSeconds > 0)) throw new TypeError(`A form must live for some seconds, not ${expiresInSeconds}.`)
  if (maxLifeSeconds !== undefined && expiresInSeconds > maxLifeSeconds)
    throw new TypeError(`A form of this scheme lives at most ${maxLifeSeconds} seconds, not ${expiresInSeconds}.`)
  for (const name of Object.keys(fields))
    if (OUR_FIELDS.has(name.toLowerCase())) throw new TypeError(`The field "${name}" is not the grant's to fill in.`)
}

const OUR_FIELDS = new Set(['key', 'bucket', 'file', 'policy', 'signature', 'x-oss-signature', 'x-amz-signature'])

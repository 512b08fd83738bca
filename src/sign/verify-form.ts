import { PosternError } from '../base/known-errors.ts'
import type { ReceivedFields } from '../form/upload-form.ts'
import type { EncodedPolicy } from '../policy/condition.ts'
import type { Dialect } from '../policy/dialect.ts'
import { clipped, prove, signerOf } from './claim.ts'
import type { FormScheme, VerifyOptions } from './form-scheme.ts'
import { OSS_V1 } from './oss-v1.ts'
import { OSS_V4 } from './oss-v4.ts'

import { S3_V2 } from './s3-v2.ts'
import { S3_V4 } from './s3-v4.ts'
import type { FindCredential, Scheme } from './signer.ts'

/** A form that nobody signed, or the policy that somebody did sign: it may be trusted, and must now be evaluated. */
export type VerifiedForm =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'signed'
      readonly scheme: Scheme
      readonly dialect: Dialect
      readonly accessKeyId: string
      /** Absent where a long-lived key signed. */
      readonly securityToken?: string
      readonly policy: EncodedPolicy
    }

const SCHEMES: readonly FormScheme[] = [OSS_V4, OSS_V1, S3_V4, S3_V2]

/**
 * Finds out who signed a form. Throws a `PosternError` where a form claims to be signed and is not.
 *
 * @example
 * const form = verifyForm(fields, (id) => credentials.get(id), new Date(), { region: 'cn-hangzhou' })
 * if (form.kind === 'signed') evaluatePolicy(parsePolicy(form.policy, form.dialect), submission, form.dialect)
 *
 * @see docs/spec/post-object.md sections 3 and 5
 */
export function verifyForm(
  fields: ReceivedFields,
  find: FindCredential,
  now: Date,
  options: VerifyOptions = {},
): VerifiedForm {
  const form = chooseScheme(fields)
  if (form === undefined) return { kind: 'anonymous' }
  const claim = form.readClaim(fields, now, options)
  const facts = { StringToSign: clipped(claim.policy, MAX_SHOWN_POLICY) }
  prove(claim, { find, now, options, mismatch: 'signature-mismatch', facts })
  const { scheme, dialect } = form
  return { kind: 'signed', scheme, dialect, ...signerOf(claim), policy: claim.policy }
}

/** A policy or a signature without a name for the key is V1 left incomplete, as OSS reads it. */
function chooseScheme(fields: ReceivedFields): FormScheme | undefined {
  const claimed = SCHEMES.filter(({ marks }) => marks.some((mark) => fields.has(mark)))
  if (claimed.length > 1) {
    const names = claimed.map(({ scheme, marks }) => `${marks.find((mark) => fields.has(mark))} (${scheme})`)
    throw new PosternError('signature-schemes-mixed', `It has ${names.join(' and ')}; send the fields of one scheme.`)
  }
  const incomplete = fields.has('policy') || fields.has('signature')
  return claimed[0] ?? (incomplete ? OSS_V1 : undefined)
}

/** The policy is the string to sign. The sender has it; this much shows whether it arrived as it was signed. */
const MAX_SHOWN_POLICY = 4096

import { PosternError } from '../base/known-errors.ts'
import type { ReceivedFields } from '../form/upload-form.ts'
import type { EncodedPolicy } from '../policy/condition.ts'
import type { Dialect } from '../policy/dialect.ts'
import type { Claim } from './claim.ts'
import type { Scheme } from './signer.ts'

export interface VerifyOptions {
  /** The store's own region, as `cn-hangzhou`. A V4 signature of OSS must name it; absent: any will do. */
  readonly region?: string
  /** Whether a security token is that of any key. Absent: a wrong one is taken for another key's. */
  readonly knowsToken?: (securityToken: string) => boolean
}

/** A claim made by a form: it is the policy that was signed. */
export interface FormClaim extends Claim {
  readonly policy: EncodedPolicy
}

/** The verifying half of a scheme, beside the `Signer` that is its signing half. */
export interface FormScheme {
  readonly scheme: Scheme
  readonly dialect: Dialect
  /** Fields, in lower case, that a form carries only if it is signed this way. */
  readonly marks: readonly string[]
  /** Reads who signed; throws where a field is missing or empty, or the signature's time or scope is wrong. */
  readClaim(fields: ReceivedFields, now: Date, options: VerifyOptions): FormClaim
}

/** The policy as it was received: exactly the text that was signed. */
export function readPolicy(fields: ReceivedFields): EncodedPolicy {
  const policy = fields.get('policy')
  if (!policy)
    throw new PosternError('policy-missing', 'A signed form carries the policy that was signed, in "policy".')
  return policy as EncodedPolicy
}

/** The signature, in the field that the scheme has for it. */
export function readSignature(fields: ReceivedFields, name: string): string {
  const signature = fields.get(name.toLowerCase())
  if (signature === undefined)
    throw new PosternError('signature-missing', `Send the signature of the policy in ${name}, before the file.`)
  if (signature === '') throw new PosternError('signature-empty', `Fill in ${name}.`)
  return signature
}

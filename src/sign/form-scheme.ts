import type { Fields, ReceivedFields } from '../form/upload-form.ts'
import type { EncodedPolicy } from '../policy/condition.ts'
import type { Dialect } from '../policy/dialect.ts'
import type { Claim } from './claim.ts'
import type { Credential, Scheme } from './signer.ts'

export interface VerifyOptions {
  /** The store's own region, as `cn-hangzhou`. A V4 signature of OSS must name it; absent: any will do. */
  readonly region?: string
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

/** The security token as a field, where there is one. An empty token means none. */
export function tokenField(name: string, { securityToken }: Credential): Fields {
  return securityToken ? { [name]: securityToken } : {}
}

/** Refuses a credential that could never sign. */
export function checkCredential({ accessKeyId, accessKeySecret }: Credential): void {
  if (accessKeyId === '') throw new TypeError('The access key id is empty.')
  if (accessKeySecret === '') throw new TypeError('The access key secret is empty.')
}

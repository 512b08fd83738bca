import type { Fields } from '../form/upload-form.ts'
import type { EncodedPolicy } from '../policy/condition.ts'

/** An access key pair, and the security token that belongs to it when it is temporary. */
export interface Credential {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string
  /** From then on, what it has signed is refused. */
  readonly expires?: Date
}

export type Scheme = 'oss-v1' | 'oss-v4' | 's3-v2' | 's3-v4'

/** Turns a policy into a form the store will trust. One file for each scheme; nothing else differs. */
export interface Signer {
  readonly scheme: Scheme
  /** How long a signature is taken at most, however long the policy lives. */
  readonly maxLifeSeconds?: number
  /** When what signs expires: no form lives longer. */
  readonly expires?: Date
  /** Fields that name the signature's scope; they go into the policy as conditions too, where the scheme can cover them. */
  scopeFields(now: Date): Fields
  /** The fields that carry the policy, who signed it, and the signature. */
  sign(policy: EncodedPolicy, now: Date): Fields
}

/** Finds the credential that an access key id stands for; of a temporary one, perhaps, by the security token that came with it. */
export type FindCredential = (accessKeyId: string, securityToken?: string) => Credential | undefined

/** The security token under this name, where there is one. An empty one means none. */
export function tokenField(name: string, { securityToken }: Credential): Fields {
  return securityToken ? { [name]: securityToken } : {}
}

/** Refuses a credential that no one may sign with: what an empty secret signs, anybody can. */
export function checkCredential({ accessKeyId, accessKeySecret }: Credential): void {
  if (accessKeyId === '') throw new TypeError('The access key id is empty.')
  if (accessKeySecret === '') throw new TypeError('The access key secret is empty.')
}

import type { Credential } from '../../sign/signer.ts'
import type { KeyPolicy } from './key-policy.ts'

/** A key pair that may sign, with what it may do. */
export interface StoreKey extends Credential {
  readonly name: string
  /** All of them must allow what it asks for; where there is none, it may do everything. */
  readonly policies: readonly KeyPolicy[]
}

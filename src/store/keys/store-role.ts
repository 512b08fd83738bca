import type { KeyPolicy } from './key-policy.ts'

/** What a temporary key may do, whoever asked for it. */
export interface StoreRole {
  /** In lower case, for upper and lower case are the same in it. */
  readonly name: string
  /** All of them must allow what is asked for; where there is none, the role may do everything. */
  readonly policies: readonly KeyPolicy[]
  /** How long a temporary key of this role may live at most. */
  readonly maxSessionSeconds: number
}

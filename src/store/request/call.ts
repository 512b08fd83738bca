import type { StoreRequest } from '../../http/exchange.ts'
import type { NotedRequest } from '../observe/noted-request.ts'
import type { Address } from './address.ts'

/** Who asks. Every key pair of the store stands for its one account, which owns every bucket. */
export type Caller =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'signed'
      readonly accessKeyId: string
      /** Without it, a temporary key is found no more. */
      readonly securityToken?: string
    }

/** A request that may be done: what came, where it points, who asks. */
export interface Call {
  readonly request: StoreRequest
  readonly address: Address
  readonly caller: Caller
  /** Where an operation notes what only it finds out: for log and metrics. */
  readonly about: NotedRequest
}

export interface BucketCall extends Call {
  readonly bucket: string
}

export interface ObjectCall extends BucketCall {
  readonly key: string
}

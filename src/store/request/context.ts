import type { FindCredential } from '../../sign/signer.ts'
import type { Blobs } from '../disk/blobs.ts'
import type { Catalog } from '../disk/catalog.ts'

/** All that an operation works with. Nothing in it belongs to one request. */
export interface StoreContext {
  readonly catalog: Catalog
  readonly blobs: Blobs
  readonly findCredential: FindCredential
  /** `cn-hangzhou`, as it stands in a V4 credential. */
  readonly region: string
  /** Suffixes below which a host's first label names the bucket. */
  readonly domains: readonly string[]
  /** Whether a field after the file is an error rather than ignored. */
  readonly strictForms: boolean
  readonly now: () => Date
}

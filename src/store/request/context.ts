import type { Callbacks } from '../callback/callbacks.ts'
import type { Blobs } from '../disk/blobs.ts'
import type { Catalog } from '../disk/catalog.ts'
import type { StoreKey } from '../keys/store-key.ts'
import type { Sts } from '../sts/open-sts.ts'

/** All that an operation works with. Nothing in it belongs to one request. */
export interface StoreContext {
  readonly catalog: Catalog
  readonly blobs: Blobs
  readonly callbacks: Callbacks
  /** The key of this id, if it may sign at this moment: keys come and go while the store runs. */
  readonly findCredential: (accessKeyId: string, securityToken?: string) => StoreKey | undefined
  /** Whether a security token is that of any key. */
  readonly knowsToken: (securityToken: string) => boolean
  /** `cn-hangzhou`, as it stands in a V4 credential. */
  readonly region: string
  /** Suffixes below which a host's first label names the bucket. */
  readonly domains: readonly string[]
  /** Hosts that stand for one bucket each. */
  readonly cnames: ReadonlyMap<string, string>
  /** Whether a field after the file is an error rather than ignored. */
  readonly strictForms: boolean
  /** Who gives temporary keys. */
  readonly sts: Sts
  readonly now: () => Date
}

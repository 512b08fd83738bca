import type { Admit } from './authorize.ts'
import type { Completion } from './completion/completion.ts'
import type { Storage } from './storage/storage.ts'
import type { UploadTokens } from './token/upload-token.ts'

/** All that an endpoint works with. Nothing in it belongs to one request. */
export interface IssuerContext {
  readonly storage: Storage
  readonly admit: Admit
  readonly tokens: UploadTokens
  readonly completion: Completion
  readonly now: () => Date
}

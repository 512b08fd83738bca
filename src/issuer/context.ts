import type { Admit, AdmitNext } from './authorize/admit.ts'
import type { CallbackRules } from './callback/callback-options.ts'
import type { Completion } from './completion/completion.ts'
import type { Limits } from './limits/limits.ts'
import type { NotedRequest } from './observe/watcher.ts'
import type { Storage } from './storage/storage.ts'
import type { StorageClient } from './storage/storage-client.ts'
import type { OpenSession } from './sts/sessions.ts'
import type { UploadTokens } from './token/upload-token.ts'

/** All that an endpoint works with. Nothing in it belongs to one request, but that `admit` knows where it came from. */
export interface IssuerContext {
  readonly storage: Storage
  /** This server's own requests to it. */
  readonly client: StorageClient
  /** Absent: the storage reports nothing. */
  readonly callback: CallbackRules | undefined
  /** Asks who is there, and counts it. For whatever lets something new be stored. */
  readonly admit: Admit
  /** Asks again who is there, for a step of an upload that has begun, which was counted then. */
  readonly admitAgain: Admit
  /** Counts one file more of a request that was let in. */
  readonly admitNext: AdmitNext
  /** Whatever lets something be stored counts it first, and says when it has ended. */
  readonly limits: Limits
  readonly openSession: OpenSession
  readonly tokens: UploadTokens
  readonly completion: Completion
  /** Where an endpoint notes what only it finds out of its request, for log and metrics. */
  readonly about: NotedRequest
  /** Told of what broke where it is no reason to fail the whole request. */
  readonly onFault: (error: unknown) => void
  readonly now: () => Date
}

/** What an endpoint does. `query` is the text after the `?`; `rest` what follows the `/` of an address that ends in `/*`. */
export type Work = (
  context: IssuerContext,
  request: Request,
  query: string | undefined,
  rest: string,
) => Response | Promise<Response>

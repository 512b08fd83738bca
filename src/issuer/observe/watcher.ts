import type { ErrorCode } from '../../base/errors.ts'
import type { CompletedUpload } from '../completion/completion.ts'

/** What is known of a request, for log and metrics: it grows as the request is understood. No secret may come into it. */
export interface NotedRequest {
  /** The address as the issuer's table names it; absent where there is none. */
  endpoint?: string
  route?: string
  /** The caller's id. */
  user?: string
  /** The key, or what keys begin with, that was given out. */
  key?: string
  error?: ErrorCode
  /** How many files it asks forms for, where it may ask for several; then no key is noted. */
  files?: number
  /** How many of them were refused, by the reason. */
  refused?: Map<ErrorCode, number>
}

export interface EndedRequest {
  readonly method: string
  /** Without its query, where tokens may stand. */
  readonly path: string
  readonly status: number
  readonly durationMs: number
  /** The client's, as far as proxies are told of. */
  readonly address: string | undefined
  readonly userAgent: string | undefined
  readonly about: Readonly<NotedRequest>
}

/** Told of what an issuer does. */
export interface IssuerWatcher {
  readonly requestEnded: (ended: EndedRequest) => void
  readonly uploadCompleted: (upload: CompletedUpload) => void
  /** It was reported before: by the other side, by somebody who asked once more, or by somebody who replays a callback. */
  readonly uploadRepeated: (upload: CompletedUpload) => void
  /** Every error that is answered as `internal-error`, and every other that has a cause. */
  readonly faultHappened: (error: unknown) => void
}

/** Passes on to several what happens; one that fails must not take the answers with it. */
export function tellAll(watchers: readonly Partial<IssuerWatcher>[]): IssuerWatcher {
  const tell = (what: (watcher: Partial<IssuerWatcher>) => void): void => {
    for (const watcher of watchers) {
      try {
        what(watcher)
      } catch (error) {
        console.error('postern: the log failed', error)
      }
    }
  }
  return {
    requestEnded: (ended) => tell((watcher) => watcher.requestEnded?.(ended)),
    uploadCompleted: (upload) => tell((watcher) => watcher.uploadCompleted?.(upload)),
    uploadRepeated: (upload) => tell((watcher) => watcher.uploadRepeated?.(upload)),
    faultHappened: (error) => tell((watcher) => watcher.faultHappened?.(error)),
  }
}

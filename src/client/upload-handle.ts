import type { PosternError } from '../base/errors.ts'
import type { UploadForm } from '../form/upload-form.ts'
import type { FileFacts, NamedBlob } from './transport.ts'

/**
 * Where an upload is:
 *
 * - `queued`: other files go first
 * - `preparing`: the issuer is asked for a form
 * - `sending`: bytes leave
 * - `finalising`: every byte has left; the store, then the application, have yet to say that it is kept
 * - `waiting`: the network is away, or something asked for patience; it goes on by itself
 * - `paused`, until `resume`
 * - `stored`, `failed`, `cancelled`: over
 */
export type UploadState =
  | 'queued'
  | 'preparing'
  | 'sending'
  | 'finalising'
  | 'waiting'
  | 'paused'
  | 'stored'
  | 'failed'
  | 'cancelled'

/** How much of the file is on its way. It never goes back. */
export interface Progress {
  readonly sentBytes: number
  readonly totalBytes: number
  /** Over the last seconds; absent until it is known. */
  readonly bytesPerSecond?: number
  readonly secondsLeft?: number
}

/** What became of the file. A browser sees `etag` and `crc64` of a form only where the bucket's CORS rule exposes those headers. */
export interface UploadedObject {
  readonly key: string
  /** The object's address: public only if the bucket is. */
  readonly url: string
  /** Bytes. */
  readonly size: number
  readonly etag: string | undefined
  /** CRC-64/XZ of the content, as a decimal number; OSS has it, S3 does not. */
  readonly crc64: string | undefined
  /** The address as the store itself writes it, where it does. */
  readonly location: string | undefined
  /** What the application answered, where it did: JSON. */
  readonly answer: unknown
}

/** Why an upload waits before it goes on by itself. */
export interface RetryNotice {
  readonly error: PosternError
  /** 1 for the first try after the first failure. */
  readonly attempt: number
  readonly delayMs: number
}

/** What an upload tells as it goes on. */
export interface UploadEvents {
  readonly state: UploadState
  readonly progress: Progress
  /** The form, before the file is sent with it. */
  readonly form: UploadForm
  readonly retry: RetryNotice
}

/** One file on its way. */
export interface Upload<File extends FileFacts = NamedBlob> {
  /** Names this upload in this page. */
  readonly id: string
  readonly file: File
  readonly state: UploadState
  readonly progress: Progress
  /** Why it failed; absent until it has. */
  readonly error: PosternError | undefined
  /** The object, once it is stored; rejects with a `PosternError` where it failed or was cancelled. It may be left unheard. */
  readonly done: Promise<UploadedObject>
  /** Stops sending; what the store has of a large file stays there. */
  pause(): void
  resume(): void
  /** Stops for good; what the store has of a large file is thrown away. */
  cancel(): void
  /** Hears of what happens; the function that it gives ends that. */
  on<Name extends keyof UploadEvents>(name: Name, listener: (event: UploadEvents[Name]) => void): () => void
}

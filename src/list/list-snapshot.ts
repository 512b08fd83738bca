import type { PosternError } from '../base/errors.ts'
import type { FileFacts, NamedBlob } from '../client/transport.ts'
import type { Progress, RetryNotice, UploadedObject, UploadState } from '../client/upload-handle.ts'

interface ListedFile<File> {
  /** The same through every retry. */
  readonly id: string
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly file: File
  /** Begins again with a retry. */
  readonly progress: Progress
}

/** One upload of a list at one moment. It never changes: where something has changed, another one takes its place. */
export type UploadSnapshot<File extends FileFacts = NamedBlob> = ListedFile<File> &
  (
    | {
        readonly state: 'stored'
        readonly object: UploadedObject
        readonly error: undefined
        readonly retry: undefined
      }
    | { readonly state: 'failed'; readonly object: undefined; readonly error: PosternError; readonly retry: undefined }
    | {
        readonly state: Exclude<UploadState, 'stored' | 'failed'>
        readonly object: undefined
        readonly error: undefined
        /** Why it waits, where `state` is `waiting` and the reason is known. */
        readonly retry: RetryNotice | undefined
      }
  )

/** An upload that is stored, with its object. */
export type StoredUpload<File extends FileFacts = NamedBlob> = Extract<UploadSnapshot<File>, { state: 'stored' }>

/** An upload that has failed, with its error. */
export type FailedUpload<File extends FileFacts = NamedBlob> = Extract<UploadSnapshot<File>, { state: 'failed' }>

/** A whole list, counted. */
export interface UploadTotals {
  /** Of all files but the cancelled ones, as is `totalBytes`. */
  readonly sentBytes: number
  readonly totalBytes: number
  /** How many go on by themselves: neither over nor paused. */
  readonly active: number
  readonly paused: number
  readonly stored: number
  readonly failed: number
}

/** A list at one moment. Uploads that have not changed are the same objects as before. */
export interface ListSnapshot<File extends FileFacts = NamedBlob> {
  /** In the order in which they came. */
  readonly uploads: readonly UploadSnapshot<File>[]
  readonly totals: UploadTotals
}

/** A list at one moment, of these uploads. */
export function listSnapshot<File extends FileFacts>(uploads: readonly UploadSnapshot<File>[]): ListSnapshot<File> {
  const totals = { sentBytes: 0, totalBytes: 0, active: 0, paused: 0, stored: 0, failed: 0 }
  for (const { state, progress } of uploads) {
    if (state === 'cancelled') continue
    totals.sentBytes += progress.sentBytes
    totals.totalBytes += progress.totalBytes
    totals[state === 'paused' || state === 'stored' || state === 'failed' ? state : 'active']++
  }
  return { uploads, totals }
}

/** A list without a file: what a server renders. */
export const EMPTY_LIST: ListSnapshot<never> = listSnapshot<never>([])

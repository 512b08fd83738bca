import type { Body, Meta, Uppy, UppyFile } from '@uppy/core'
import { PosternError } from '../base/errors.ts'
import type { Upload, UploadedObject } from '../client/upload-handle.ts'
import { fileOf, followUpload } from './follow-upload.ts'

/** What differs between the uploads of two plugins. */
export interface UploadManners<M extends Meta, B extends Body> {
  /** Puts a file into the queue; an error where it cannot be uploaded, in the words that are shown. */
  readonly begin: (file: UppyFile<M, B>) => Upload | Error
  /** Whether the store may keep some of a file whose upload has ended before it was whole. */
  readonly mayBeKept: (file: UppyFile<M, B>) => boolean
  readonly bodyOf: (object: UploadedObject) => B
  readonly errorOf: (error: PosternError) => Error
  /** What is said of a file that has left, and is not stored yet. */
  readonly finalising: () => string
}

/** The uploads of Uppy's files, by Uppy's ids. */
export interface FileUploads<M extends Meta, B extends Body> {
  /** Begins a file's upload. Where it runs already, it goes on. */
  readonly start: (file: UppyFile<M, B>) => void
  readonly isRunning: (id: string) => boolean
  /** Resolves once none of these runs. */
  readonly over: (ids: readonly string[]) => Promise<void>
  readonly pause: (id: string) => void
  readonly resume: (id: string) => void
  readonly pauseAll: () => void
  readonly resumeAll: () => void
  /** For those that Uppy is about to upload once more. */
  readonly forget: (files: readonly UppyFile<M, B>[]) => void
  /** For a file that Uppy has no more: what the store has of it is thrown away. */
  readonly remove: (file: UppyFile<M, B>) => void
  /** Cancels all that runs, and says so. */
  readonly end: () => void
}

interface Running {
  readonly upload: Upload
  readonly over: Promise<void>
  /** Nothing more of this upload concerns Uppy. */
  readonly leave: () => void
}

export function createFileUploads<M extends Meta, B extends Body>(
  uppy: Uppy<M, B>,
  { begin, mayBeKept, bodyOf, errorOf, finalising }: UploadManners<M, B>,
): FileUploads<M, B> {
  const running = new Map<string, Running>()
  /** What Uppy shows of those that failed. */
  const failures = new Map<string, string>()

  function show(id: string, error: Error): void {
    failures.set(id, error.message)
    uppy.emit('upload-error', fileOf(uppy, id), error)
  }

  function follow(id: string, upload: Upload): void {
    let leave = () => {}
    const left = new Promise<void>((resolve) => {
      leave = resolve
    })
    const isOurs = () => running.get(id)?.upload === upload
    const onStored = (object: UploadedObject) => {
      if (!isOurs()) return
      running.delete(id)
      uppy.emit('upload-success', fileOf(uppy, id), { status: 200, uploadURL: object.url, body: bodyOf(object) })
    }
    const onFailed = (error: PosternError) => {
      if (!isOurs()) return
      running.delete(id)
      show(id, errorOf(error))
    }
    running.set(id, { upload, over: left, leave })
    void followUpload(uppy, { id, upload, finalising: finalising() }, { onStored, onFailed }).finally(leave)
  }

  /** Cancels an upload without a word to Uppy. */
  function drop(id: string): void {
    const dropped = running.get(id)
    running.delete(id)
    dropped?.upload.cancel()
    dropped?.leave()
  }

  /** Who knows a file again can throw its parts away, and does so before anything is sent. */
  function discard(file: UppyFile<M, B>): void {
    const upload = begin(file)
    if (upload instanceof Error) return
    const stop = () => upload.cancel()
    upload.on('form', stop)
    upload.on('state', () => upload.state === 'sending' && stop())
  }

  return {
    start(file) {
      const { id } = file
      if (running.has(id)) return
      failures.delete(id)
      const upload = begin(file)
      if (upload instanceof Error) return show(id, upload)
      if (file.isPaused === true) upload.pause()
      follow(id, upload)
    },
    isRunning: (id) => running.has(id),
    async over(ids) {
      // One that failed may have been started again, in a batch of its own: every batch that holds it asks how it fared.
      for (;;) {
        const waiting = ids.flatMap((id) => running.get(id)?.over ?? [])
        if (waiting.length === 0) return
        await Promise.all(waiting)
      }
    },
    pause: (id) => running.get(id)?.upload.pause(),
    resume: (id) => running.get(id)?.upload.resume(),
    pauseAll() {
      for (const { upload } of running.values()) upload.pause()
    },
    resumeAll() {
      for (const { upload } of running.values()) upload.resume()
      // Uppy has just forgotten what failed, and would count it among the stored.
      for (const [id, error] of failures) if (fileOf(uppy, id)?.error === null) uppy.setFileState(id, { error })
    },
    forget(files) {
      for (const { id } of files) failures.delete(id)
    },
    remove(file) {
      failures.delete(file.id)
      if (running.has(file.id)) drop(file.id)
      else if (file.progress.uploadComplete !== true && mayBeKept(file)) discard(file)
    },
    end() {
      for (const id of [...running.keys()]) {
        drop(id)
        show(id, errorOf(new PosternError('upload-aborted', 'The uploader was removed from the page.')))
      }
      failures.clear()
    },
  }
}

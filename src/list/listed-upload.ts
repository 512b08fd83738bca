import type { FileFacts, NamedBlob } from '../client/transport.ts'
import type { RetryNotice, Upload, UploadedObject, UploadState } from '../client/upload-handle.ts'
import type { FailedUpload, StoredUpload, UploadSnapshot } from './list-snapshot.ts'

/** What is told as an upload ends. */
export interface ListEvents<File extends FileFacts = NamedBlob> {
  readonly onStored?: ((upload: StoredUpload<File>) => void) | undefined
  readonly onFailed?: ((upload: FailedUpload<File>) => void) | undefined
}

/** One file of a list: an upload, and after a retry the next one in its place. */
export class ListedUpload<File extends FileFacts> {
  readonly id: string
  readonly #begin: () => Upload<File>
  readonly #onChange: () => void
  readonly #events: ListEvents<File>
  #upload: Upload<File>
  #object: UploadedObject | undefined
  #retry: RetryNotice | undefined
  #snapshot: UploadSnapshot<File> | undefined

  constructor(begin: () => Upload<File>, onChange: () => void, events: ListEvents<File>) {
    this.#begin = begin
    this.#onChange = onChange
    this.#events = events
    this.#upload = begin()
    this.id = this.#upload.id
    this.#follow(this.#upload)
  }

  /** The same object until something changes. */
  get snapshot(): UploadSnapshot<File> {
    this.#snapshot ??= this.#take()
    return this.#snapshot
  }

  pause(): void {
    this.#upload.pause()
  }

  resume(): void {
    this.#upload.resume()
  }

  cancel(): void {
    if (!isOver(this.#upload.state)) this.#upload.cancel()
  }

  /** Begins again what failed or was cancelled. */
  retry(): void {
    const { state } = this.#upload
    if (state !== 'failed' && state !== 'cancelled') return
    this.#upload = this.#begin()
    this.#retry = undefined
    this.#changed()
    this.#follow(this.#upload)
  }

  #follow(upload: Upload<File>): void {
    upload.on('state', () => this.#changed())
    upload.on('progress', () => this.#changed())
    upload.on('retry', (notice) => {
      this.#retry = notice
      this.#changed()
    })
    upload.done.then(
      (object) => {
        this.#object = object
        this.#ended()
      },
      () => this.#ended(),
    )
  }

  #ended(): void {
    this.#changed()
    const { snapshot } = this
    if (snapshot.state === 'stored') this.#events.onStored?.(snapshot)
    if (snapshot.state === 'failed') this.#events.onFailed?.(snapshot)
  }

  #changed(): void {
    this.#snapshot = undefined
    this.#onChange()
  }

  #take(): UploadSnapshot<File> {
    const { file, state, progress, error } = this.#upload
    const facts = { id: this.id, name: file.name, size: file.size, file, progress }
    const none = { object: undefined, error: undefined, retry: undefined }
    if (state === 'failed' && error !== undefined) return { ...facts, ...none, state, error }
    if (state === 'stored' && this.#object !== undefined) return { ...facts, ...none, state, object: this.#object }
    // the object and the error are there a moment after the state: until then the store has yet to say
    if (state === 'stored' || state === 'failed') return { ...facts, ...none, state: 'finalising' }
    return { ...facts, ...none, state, retry: state === 'waiting' ? this.#retry : undefined }
  }
}

function isOver(state: UploadState): boolean {
  return state === 'stored' || state === 'failed' || state === 'cancelled'
}

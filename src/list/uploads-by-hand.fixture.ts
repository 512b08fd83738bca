import { PosternError } from '../base/errors.ts'
import type { FileFacts } from '../client/transport.ts'
import type { Upload, UploadEvents, UploadedObject, UploadState } from '../client/upload-handle.ts'
import type { UploadFileOptions } from '../client/uploader-options.ts'

type Listeners = { readonly [Name in keyof UploadEvents]: Set<(event: UploadEvents[Name]) => void> }

/** An upload that goes as far as a test says. */
export class UploadByHand implements Upload<FileFacts> {
  readonly id: string
  readonly file: FileFacts
  readonly options: UploadFileOptions | undefined
  state: UploadState = 'queued'
  progress
  error: PosternError | undefined
  readonly done: Promise<UploadedObject>
  readonly #listeners: Listeners = { state: new Set(), progress: new Set(), form: new Set(), retry: new Set() }
  #settle: { resolve: (object: UploadedObject) => void; reject: (error: PosternError) => void } | undefined

  constructor(id: string, file: FileFacts, options: UploadFileOptions | undefined) {
    this.id = id
    this.file = file
    this.options = options
    this.progress = { sentBytes: 0, totalBytes: file.size }
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    this.done.catch(() => undefined)
  }

  pause(): void {
    this.become('paused')
  }

  resume(): void {
    this.become('queued')
  }

  cancel(): void {
    this.fail(new PosternError('upload-aborted', 'It was cancelled.'), 'cancelled')
  }

  become(state: UploadState): void {
    this.state = state
    this.tell('state', state)
  }

  send(sentBytes: number): void {
    this.progress = { sentBytes, totalBytes: this.file.size }
    this.tell('progress', this.progress)
  }

  store(): void {
    this.become('stored')
    this.#settle?.resolve(objectOf(this.file))
  }

  fail(error = new PosternError('network-lost', 'The line is cut.'), state: 'failed' | 'cancelled' = 'failed'): void {
    if (state === 'failed') this.error = error
    this.become(state)
    this.#settle?.reject(error)
  }

  tell<Name extends keyof UploadEvents>(name: Name, event: UploadEvents[Name]): void {
    for (const listener of this.#listeners[name]) listener(event)
  }

  on<Name extends keyof UploadEvents>(name: Name, listener: (event: UploadEvents[Name]) => void): () => void {
    this.#listeners[name].add(listener)
    return () => void this.#listeners[name].delete(listener)
  }
}

function objectOf({ name, size }: FileFacts): UploadedObject {
  const url = `https://photos.example/${name}`
  return { key: name, url, size, etag: undefined, crc64: undefined, location: undefined, answer: undefined }
}

/** An uploader that remembers what it was given, in `begun`. */
export function uploaderByHand() {
  const begun: UploadByHand[] = []
  return {
    begun,
    upload(file: FileFacts, options?: UploadFileOptions): UploadByHand {
      const upload = new UploadByHand(`upload-${begun.length + 1}`, file, options)
      begun.push(upload)
      return upload
    },
  }
}

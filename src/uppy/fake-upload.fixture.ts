import { PosternError } from '../base/errors.ts'
import type { NamedBlob } from '../client/transport.ts'
import type { Progress, Upload, UploadEvents, UploadedObject, UploadState } from '../client/upload-handle.ts'

/** An upload that does what a test says, and remembers what it was told. */
export interface FakeUpload extends Upload {
  readonly told: string[]
  /** How many hear it. */
  readonly listeners: () => number
  readonly enter: (state: UploadState) => void
  readonly send: (sentBytes: number) => void
  readonly store: () => Promise<void>
  readonly fail: (error: PosternError) => Promise<void>
}

export const STORED: UploadedObject = {
  key: 'uploads/a.png',
  url: 'https://photos.example/uploads/a.png',
  size: 10,
  etag: '"e"',
  crc64: '1',
  location: undefined,
  answer: { saved: true },
}

let count = 0

export function fakeUpload(file: NamedBlob): FakeUpload {
  const told: string[] = []
  const heard = new Map<string, Set<(event: never) => void>>()
  let state: UploadState = 'queued'
  let progress: Progress = { sentBytes: 0, totalBytes: file.size }
  let error: PosternError | undefined
  const { promise, resolve, reject } = resolvers<UploadedObject>()
  promise.catch(() => {})

  function emit<Name extends keyof UploadEvents>(name: Name, event: UploadEvents[Name]): void {
    for (const listener of heard.get(name) ?? []) listener(event as never) // only `on` puts anything there
  }
  function enter(next: UploadState): void {
    state = next
    emit('state', next)
  }
  async function fail(failure: PosternError): Promise<void> {
    error = failure
    enter('failed')
    reject(failure)
    await settle()
  }
  return {
    id: `${++count}`,
    file,
    told,
    done: promise,
    enter,
    fail,
    get state() {
      return state
    },
    get progress() {
      return progress
    },
    get error() {
      return error
    },
    listeners: () => [...heard.values()].reduce((sum, { size }) => sum + size, 0),
    pause: () => void told.push('pause'),
    resume: () => void told.push('resume'),
    cancel() {
      told.push('cancel')
      if (state === 'cancelled') return
      enter('cancelled')
      reject(new PosternError('upload-aborted', 'The upload was cancelled.'))
    },
    on(name, listener) {
      const listeners = heard.get(name) ?? new Set()
      heard.set(name, listeners.add(listener))
      return () => listeners.delete(listener)
    },
    send(sentBytes) {
      progress = { sentBytes, totalBytes: file.size }
      emit('progress', progress)
    },
    async store() {
      enter('stored')
      resolve(STORED)
      await settle()
    },
  }
}

/** Lets what waits for promises go on. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve))
}

function resolvers<Value>() {
  let resolve = (_: Value) => {}
  let reject = (_: Error) => {}
  const promise = new Promise<Value>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  return { promise, resolve, reject }
}

import { PosternError } from '../base/errors.ts'
import { byForm } from './by-form.ts'
import { createStop } from './create-stop.ts'
import { aborted, noAnswer } from './no-answer.ts'
import { delayFor, isOffline, wait } from './patience.ts'
import { createProgressMeter } from './progress-meter.ts'
import type { Slots } from './slots.ts'
import type { FileFacts } from './transport.ts'
import type { Upload, UploadEvents, UploadedObject, UploadState } from './upload-handle.ts'
import type { UploadFileOptions } from './uploader-options.ts'
import type { Errand, Tools, Way } from './way.ts'

/** Nothing moves for so long: the connection is taken for lost. A store may need a while for its answer. */
const STALLED_MS = 60_000

interface UploadRules {
  readonly id: string
  /** The lowest goes first. */
  readonly rank: number
  readonly route: string | undefined
  readonly isLarge: boolean
  readonly retries: number
  readonly slots: Slots
}

type Listeners = { readonly [Name in keyof UploadEvents]: Set<(event: UploadEvents[Name]) => void> }

/** Whoever is asked to wait for longer had better be told. */
const LONGEST_WAIT_MS = 15 * 60_000

/** Starts an upload: the conductor, from the queue to the object. */
export function startUpload<File extends FileFacts>(
  file: File,
  { meta, signal, onProgress }: UploadFileOptions,
  rules: UploadRules,
  tools: Tools<File>,
): { readonly upload: Upload<File>; readonly errand: Errand<File> } {
  const { id, rank, retries, slots } = rules
  const meter = createProgressMeter(file.size)
  const listeners: Listeners = { state: new Set(), progress: new Set(), form: new Set(), retry: new Set() }
  let state: UploadState = 'queued'
  let failure: PosternError | undefined
  let stop = createStop(tools.transport)
  let wake = () => {}
  let stalled: ReturnType<typeof setTimeout> | undefined
  let isStalled = false
  let attempt = 0

  function emit<Name extends keyof UploadEvents>(name: Name, event: UploadEvents[Name]): void {
    for (const listener of [...listeners[name]]) {
      try {
        listener(event)
      } catch (error) {
        setTimeout(() => {
          throw error // theirs, and no reason to lose an upload
        })
      }
    }
  }

  const isIn = (...states: readonly UploadState[]): boolean => states.includes(state)

  function enter(next: UploadState): void {
    if (isIn(next, 'stored', 'failed', 'cancelled')) return
    state = next
    emit('state', next)
  }

  /** A step of an attempt; what the person wants goes before. */
  function step(next: UploadState): void {
    if (!stop.signal.aborted) enter(next)
  }

  function note(sentBytes: number): void {
    if (!meter.note(sentBytes)) return
    attempt = 0
    emit('progress', meter.progress)
  }

  const errand: Errand<File> = {
    file,
    needsForm: !rules.isLarge,
    asked: { name: file.name, size: file.size, type: file.type, meta },
    route: rules.route,
    onSent(sentBytes, isMoving) {
      if (stop.signal.aborted) return
      if (isMoving) {
        clearTimeout(stalled)
        stalled = setTimeout(() => {
          isStalled = true
          stop.abort()
        }, STALLED_MS)
      }
      note(sentBytes)
      if (sentBytes >= file.size) step('finalising')
    },
    onSending: () => step('sending'),
    onForm: (form) => emit('form', form),
  }
  let way: Way | undefined

  /** What large files need is loaded when one comes; where it cannot be had, a form does. */
  async function chooseWay(): Promise<Way> {
    const { sendBytes } = tools.transport
    if (!rules.isLarge || sendBytes === undefined) return byForm(errand, tools)
    try {
      return (await import('./by-parts.ts')).byParts(errand, tools, sendBytes)
    } catch (cause) {
      if (isOffline()) throw noAnswer('The code for large files could not be loaded.', undefined, cause)
      return byForm(errand, tools)
    }
  }

  async function attemptOnce(signal: AbortSignal): Promise<UploadedObject> {
    enter('queued')
    const leave = await slots.enter(rank, signal)
    try {
      step('preparing')
      way ??= await chooseWay()
      await way.send(signal)
    } finally {
      clearTimeout(stalled)
      leave()
    }
    if (meter.progress.sentBytes >= file.size) step('finalising') // else it is asked whether an earlier page has finished
    return await way.confirm(signal)
  }

  /** Whether it goes on after this, and after which wait. */
  async function recover(error: PosternError): Promise<void> {
    meter.rest()
    const waitsForNetwork = error.code === 'network-lost' && isOffline()
    if (error.retry === 'never' || (!waitsForNetwork && ++attempt > retries)) throw error
    const delayMs = delayFor(Math.max(1, attempt), error)
    if (delayMs > LONGEST_WAIT_MS) throw error
    if (error.retry === 'fresh-form') way?.renew()
    stop = createStop(tools.transport)
    enter('waiting')
    emit('retry', { error, attempt, delayMs })
    await wait(delayMs, stop.signal)
  }

  async function run(): Promise<UploadedObject> {
    for (;;) {
      while (isIn('paused')) await new Promise<void>((resolve) => (wake = resolve))
      if (isIn('cancelled')) throw aborted()
      stop = createStop(tools.transport)
      const { signal } = stop
      isStalled = false
      try {
        return await attemptOnce(signal)
      } catch (error) {
        if (isStalled && isIn('sending', 'finalising')) await recover(stallOf(file))
        else if (!signal.aborted) await recover(refusalOf(error)) // else whoever stopped it says how it goes on
      }
    }
  }

  async function conduct(): Promise<UploadedObject> {
    try {
      const object = await run()
      await way?.end(false)
      note(file.size)
      tools.pace.bytesPerSecond = meter.progress.bytesPerSecond ?? tools.pace.bytesPerSecond
      enter('stored')
      return object
    } catch (error) {
      failure = refusalOf(error)
      await way?.end(isIn('cancelled'))
      enter('failed')
      throw failure
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  function cancel(): void {
    enter('cancelled')
    stop.abort()
    wake()
  }

  if (onProgress !== undefined) listeners.progress.add(onProgress)
  signal?.addEventListener('abort', cancel)
  if (signal?.aborted === true) cancel()
  const done = Promise.resolve().then(conduct)
  done.catch(() => {}) // who hears events need not hear this too

  const upload: Upload<File> = {
    id,
    file,
    done,
    get state() {
      return state
    },
    get progress() {
      return meter.progress
    },
    get error() {
      return failure
    },
    pause() {
      enter('paused')
      if (isIn('paused')) stop.abort()
    },
    resume() {
      if (!isIn('paused')) return
      enter('queued')
      wake()
    },
    cancel,
    on(name, listener) {
      listeners[name].add(listener)
      return () => listeners[name].delete(listener)
    },
  }
  return { upload, errand }
}

/** Anything but a refusal is a fault of ours; it ends this upload only. */
function refusalOf(error: unknown): PosternError {
  if (error instanceof PosternError) return error
  return new PosternError('internal-error', String(error), {}, { cause: error, retry: 'never' })
}

function stallOf({ name }: FileFacts): PosternError {
  const detail = `Nothing of "${name}" has moved for ${STALLED_MS / 1000} seconds.`
  return new PosternError('network-lost', detail, {}, { retry: 'same-form' })
}

import { vi } from 'vitest'
import { type ErrorCode, PosternError } from '../base/errors.ts'
import { createUploader } from './create-uploader.ts'
import { createWorld, type World, type WorldOptions } from './issuer.fixture.ts'
import type { FileFacts } from './transport.ts'
import type { RetryNotice, Upload, UploadState } from './upload-handle.ts'
import type { Uploader, UploaderOptions, UploadMemory } from './uploader-options.ts'

type Options = Partial<UploaderOptions<string, FileFacts>>

/** An uploader in a world of its own, where nothing is remembered. */
export function openWorld(
  options: Options = {},
  worldOptions: WorldOptions = {},
): { readonly world: World; readonly uploader: Uploader<string, FileFacts> } {
  const world = createWorld(worldOptions)
  return { world, uploader: uploaderIn(world, options) }
}

/** A world in which every file goes in parts of ten bytes. */
export function openParts(
  options: Partial<UploaderOptions<string, FileFacts>> = {},
  worldOptions: WorldOptions = {},
): { readonly world: World; readonly uploader: Uploader<string, FileFacts> } {
  return openWorld({ partsFrom: 0, ...options }, worldOptions)
}

/** Numbers of the parts that were sent, in order. */
export const partsSent = (world: World): (number | undefined)[] => world.callsTo('put').map(({ part }) => part)

/** Another uploader in the same world: the page after a reload. */
export function uploaderIn({ transport }: World, options: Options = {}): Uploader<string, FileFacts> {
  return createUploader({ endpoint: 'https://app.example', transport, memory: false, ...options })
}

export function fileOf(name = 'a.png', size = 100): FileFacts {
  return { name, size, type: 'image/png' }
}

/** Timers and the date stand still until a test moves them; what waits for no timer goes on by itself. */
export function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: new Date('2026-11-24T12:00:00Z') })
}

/** Lets everything happen that waits for no timer; code that is loaded when it is needed among it. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
    if (round < 2) await vi.dynamicImportSettled()
  }
}

export async function pass(ms: number): Promise<void> {
  await settle()
  await vi.advanceTimersByTimeAsync(ms)
  await settle()
}

/** Lets time go by, as much as it needs, until an upload is over: the state it ended in, or the code of its error. */
export async function ending({ done }: Pick<Upload<FileFacts>, 'done'>): Promise<'stored' | ErrorCode> {
  let result: 'stored' | ErrorCode | undefined
  done.then(
    () => {
      result = 'stored'
    },
    (error) => {
      result = error instanceof PosternError ? error.code : 'internal-error'
    },
  )
  for (let step = 0; step < 1000; step++) {
    await settle()
    if (result !== undefined) return result
    await vi.advanceTimersToNextTimerAsync()
  }
  throw new Error('The upload does not end.')
}

/** What an upload told from here on. */
export interface Heard {
  readonly states: readonly UploadState[]
  /** Bytes. */
  readonly progress: readonly number[]
  readonly retries: readonly RetryNotice[]
}

export function hear(upload: Upload<FileFacts>): Heard {
  const states: UploadState[] = []
  const progress: number[] = []
  const retries: RetryNotice[] = []
  upload.on('state', (state) => states.push(state))
  upload.on('progress', ({ sentBytes }) => progress.push(sentBytes))
  upload.on('retry', (notice) => retries.push(notice))
  return { states, progress, retries }
}

/** What a page remembers, and what a test can look at. */
export function createMemory(): UploadMemory & { readonly items: ReadonlyMap<string, string> } {
  const items = new Map<string, string>()
  return {
    items,
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => items.set(name, value),
    removeItem: (name) => items.delete(name),
  }
}

import type { FileFacts, NamedBlob } from '../client/transport.ts'
import type { Uploader, UploadFileOptions } from '../client/uploader-options.ts'
import { EMPTY_LIST, type ListSnapshot, listSnapshot } from './list-snapshot.ts'
import { type ListEvents, ListedUpload } from './listed-upload.ts'
import { onceAFrame } from './once-a-frame.ts'

/** What can be done with the uploads of a list. None of these functions needs a `this`; an `id` that is not in the list does nothing. */
export interface UploadCommands<Routes extends string = string, File extends FileFacts = NamedBlob> {
  /** Begins to upload one file or many: what an `<input>`, a drop or a paste gives. Gives their ids. */
  readonly upload: (
    files: File | Iterable<File> | null | undefined,
    options?: UploadFileOptions<Routes>,
  ) => readonly string[]
  readonly pause: (id: string) => void
  readonly resume: (id: string) => void
  /** Stops for good. It stays in the list until it is removed or tried again. */
  readonly cancel: (id: string) => void
  /** Begins again what failed or was cancelled, under the same id. */
  readonly retry: (id: string) => void
  /** Takes it off the list, and cancels it unless it is over. */
  readonly remove: (id: string) => void
  readonly pauseAll: () => void
  readonly resumeAll: () => void
  readonly cancelAll: () => void
  readonly retryFailed: () => void
  /** Takes off the list what is stored or cancelled. What failed stays until it is tried again or removed. */
  readonly clear: () => void
}

/** A list of uploads that a framework can show. */
export interface UploadList<Routes extends string = string, File extends FileFacts = NamedBlob>
  extends UploadCommands<Routes, File> {
  /** The list as it is; the same object until it changes, and while somebody listens it changes only as they are told. */
  readonly snapshot: () => ListSnapshot<File>
  /** Hears of changes: of those that a command makes at once, of all others at most once a frame. The function that it gives ends that. */
  readonly subscribe: (listener: () => void) => () => void
}

/**
 * Keeps the uploads of one uploader as a list that a framework can show: immutable, with what can be done, told of at most once a frame.
 *
 * @example
 * const list = createUploadList(createUploader({ endpoint: 'https://app.example' }))
 * list.subscribe(() => show(list.snapshot()))
 * list.upload(input.files)
 *
 * @see docs/guide/vue-and-svelte.md
 */
export function createUploadList<Routes extends string = string, File extends FileFacts = NamedBlob>(
  uploader: Pick<Uploader<Routes, File>, 'upload'>,
  events: ListEvents<File> = {},
): UploadList<Routes, File> {
  const rows = new Map<string, ListedUpload<File>>()
  const listeners = new Set<() => void>()
  const frame = onceAFrame(publish)
  let current: ListSnapshot<File> = EMPTY_LIST
  let stale = false

  function changed(): void {
    stale = true
    if (listeners.size > 0) frame.ask()
  }

  function refresh(): void {
    if (!stale) return
    stale = false
    current = listSnapshot([...rows.values()].map((row) => row.snapshot))
  }

  function publish(): void {
    frame.cancel()
    if (!stale) return
    refresh()
    for (const listener of [...listeners]) listener()
  }

  function add(file: File, options: UploadFileOptions<Routes> | undefined): string {
    const row = new ListedUpload(() => uploader.upload(file, options), changed, events)
    rows.set(row.id, row)
    stale = true
    return row.id
  }

  /** A person who presses a button sees at once what it did. */
  const each = (ids: Iterable<string>, act: (row: ListedUpload<File>) => void): void => {
    for (const id of [...ids]) {
      const row = rows.get(id)
      if (row !== undefined) act(row)
    }
    publish()
  }

  function drop(row: ListedUpload<File>): void {
    row.cancel()
    rows.delete(row.id)
    stale = true
  }

  return {
    snapshot() {
      if (listeners.size === 0) refresh()
      return current
    },
    subscribe(listener) {
      if (listeners.size === 0) refresh()
      const own = () => listener() // the same function may listen twice
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    upload(files, options) {
      const ids = filesOf(files).map((file) => add(file, options))
      publish()
      return ids
    },
    pause: (id) => each([id], (row) => row.pause()),
    resume: (id) => each([id], (row) => row.resume()),
    cancel: (id) => each([id], (row) => row.cancel()),
    retry: (id) => each([id], (row) => row.retry()),
    remove: (id) => each([id], drop),
    pauseAll: () => each(rows.keys(), (row) => row.pause()),
    resumeAll: () => each(rows.keys(), (row) => row.resume()),
    cancelAll: () => each(rows.keys(), (row) => row.cancel()),
    retryFailed: () => each(rows.keys(), (row) => row.snapshot.state === 'failed' && row.retry()),
    clear: () =>
      each(rows.keys(), (row) => {
        if (row.snapshot.state === 'stored' || row.snapshot.state === 'cancelled') drop(row)
      }),
  }
}

/** A copy: a page may empty its `<input>`, and with it the list of its files, while they are uploaded. */
function filesOf<File extends FileFacts>(files: File | Iterable<File> | null | undefined): readonly File[] {
  if (files === null || files === undefined) return []
  return Symbol.iterator in files ? [...files] : [files]
}

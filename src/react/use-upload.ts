import { useEffect, useInsertionEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { FileFacts, NamedBlob } from '../client/transport.ts'
import type { UploaderOptions } from '../client/uploader-options.ts'
import { EMPTY_LIST, type ListSnapshot } from '../list/list-snapshot.ts'
import type { ListEvents } from '../list/listed-upload.ts'
import type { UploadCommands, UploadList } from '../list/upload-list.ts'
import { latestList } from './latest-list.ts'

/** The uploader's options, and what a component has to say of its own. They may be new objects with each render. */
export interface UseUploadOptions<Routes extends string = string, File extends FileFacts = NamedBlob>
  extends UploaderOptions<Routes, File>,
    ListEvents<File> {
  /**
   * What becomes of uploads as their component leaves the page: they `continue` to their end, and `onStored` or `onFailed` of
   * the last render hears of it; or `cancel`.
   */
  readonly whenUnmounted?: 'continue' | 'cancel'
}

/** A component's uploads, and what can be done with them; the functions are the same for every render. */
export interface UseUpload<Routes extends string = string, File extends FileFacts = NamedBlob>
  extends ListSnapshot<File>,
    UploadCommands<Routes, File> {}

/**
 * Uploads files, and renders as they go on: at most once a frame.
 *
 * @example
 * const { uploads, upload } = useUpload({ endpoint: 'https://app.example' })
 * return <input type="file" multiple onChange={({ target }) => upload(target.files)} />
 *
 * @see docs/guide/react.md
 */
export function useUpload<Routes extends string = string, File extends FileFacts = NamedBlob>(
  options: UseUploadOptions<Routes, File>,
): UseUpload<Routes, File> {
  const latest = useRef(options)
  useInsertionEffect(() => {
    latest.current = options
  })
  const [list] = useState(() => latestList(() => latest.current))
  useWhenUnmounted(() => {
    if (latest.current.whenUnmounted === 'cancel') list.cancelAll()
  })
  return useUploadList(list)
}

/**
 * Shows a list that lives longer than the component: one of `createUploadList`, made outside of it.
 *
 * @example
 * const list = createUploadList(createUploader({ endpoint: 'https://app.example' })) // in a module of its own
 * const { uploads, pauseAll } = useUploadList(list)
 *
 * @see docs/guide/react.md
 */
export function useUploadList<Routes extends string, File extends FileFacts>(
  list: UploadList<Routes, File>,
): UseUpload<Routes, File> {
  const now = useSyncExternalStore(list.subscribe, list.snapshot, () => EMPTY_LIST)
  return useMemo(() => {
    const { snapshot: _, subscribe: _subscribe, ...commands } = list
    return { ...commands, ...now }
  }, [list, now])
}

/** StrictMode, and a reload of the code in development, take a component off and put it back at once: that is not leaving. */
function useWhenUnmounted(leave: () => void): void {
  const isMounted = useRef(false)
  const left = useRef(leave)
  useEffect(() => {
    isMounted.current = true
    return () => {
      isMounted.current = false
      queueMicrotask(() => {
        if (!isMounted.current) left.current()
      })
    }
  }, [])
}

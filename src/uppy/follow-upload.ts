import type { Body, Meta, Uppy, UppyFile } from '@uppy/core'
import { PosternError } from '../base/errors.ts'
import type { Upload, UploadedObject } from '../client/upload-handle.ts'

/** How an upload ends, for Uppy. */
export interface Endings {
  readonly onStored: (object: UploadedObject) => void
  readonly onFailed: (error: PosternError) => void
}

/**
 * Tells Uppy how an upload goes on, until it is over: its progress, which never goes back, and that the store has yet to
 * answer once every byte has left. A file that Uppy no longer has is not uploaded any more.
 */
export async function followUpload<M extends Meta, B extends Body>(
  uppy: Uppy<M, B>,
  { id, upload, finalising }: { readonly id: string; readonly upload: Upload; readonly finalising: string },
  { onStored, onFailed }: Endings,
): Promise<void> {
  // Of an earlier page, where Golden Retriever has brought the file back: the store may have that much.
  let bytesUploaded = fileOf(uppy, id)?.progress.bytesUploaded || 0

  function fileOrEnd(): UppyFile<M, B> | undefined {
    const file = fileOf(uppy, id)
    if (file === undefined) upload.cancel()
    return file
  }

  function tellProgress(): void {
    const file = fileOrEnd()
    if (file === undefined) return
    const { sentBytes, totalBytes: bytesTotal } = upload.progress
    bytesUploaded = Math.max(bytesUploaded, sentBytes)
    const uploadStarted = file.progress.uploadStarted ?? Date.now()
    uppy.emit('upload-progress', file, { uploadStarted, bytesUploaded, bytesTotal })
  }

  function tellState(): void {
    if (upload.state === 'cancelled') return
    const file = fileOrEnd()
    if (file === undefined) return
    if (upload.state === 'finalising')
      uppy.emit('postprocess-progress', file, { mode: 'indeterminate', message: finalising })
    else if (upload.state !== 'stored') endProcessing(uppy, id)
  }

  const ends = [upload.on('progress', tellProgress), upload.on('state', tellState)]
  try {
    endProcessing(uppy, id)
    uppy.emit('postern:upload', fileOf(uppy, id), upload)
    tellProgress()
    onStored(await upload.done)
  } catch (error) {
    if (error instanceof PosternError) return onFailed(error)
    // A listener of the application's threw: that is for whoever opens the console.
    upload.cancel()
    onFailed(new PosternError('internal-error', String(error), {}, { cause: error }))
    throw error
  } finally {
    for (const end of ends) end()
  }
}

/** Uppy's type says that every id names a file; a file may have been removed. */
export function fileOf<M extends Meta, B extends Body>(uppy: Uppy<M, B>, id: string): UppyFile<M, B> | undefined {
  const { files } = uppy.getState()
  return Object.hasOwn(files, id) ? files[id] : undefined
}

/** Uppy has an event for the end of this that says more: that the file is complete. */
function endProcessing<M extends Meta, B extends Body>(uppy: Uppy<M, B>, id: string): void {
  const file = fileOf(uppy, id)
  if (file?.progress.postprocess === undefined) return
  const { postprocess: _, ...progress } = file.progress
  uppy.setFileState(id, { progress })
}

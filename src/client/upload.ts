import { createUploader } from './create-uploader.ts'
import type { FileFacts, NamedBlob } from './transport.ts'
import type { UploadedObject } from './upload-handle.ts'
import type { UploaderOptions, UploadFileOptions } from './uploader-options.ts'

/** What an uploader takes, and what an upload of it takes. */
export type UploadOptions<File extends FileFacts = NamedBlob> = Omit<UploaderOptions<string, File>, 'endpoint'> &
  UploadFileOptions

/**
 * Puts one file into the store. For more than one, make an uploader: it asks for many forms at once.
 *
 * @example
 * const { url } = await upload('https://app.example', file, { onProgress: ({ sentBytes }) => show(sentBytes) })
 *
 * @see docs/guide/browser.md
 */
export function upload<File extends FileFacts = NamedBlob>(
  endpoint: string,
  file: File,
  options: UploadOptions<File> = {},
): Promise<UploadedObject> {
  return createUploader<string, File>({ ...options, endpoint }).upload(file, options).done
}

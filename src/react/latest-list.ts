import type { FileFacts } from '../client/transport.ts'
import type { UploaderOptions } from '../client/uploader-options.ts'
import type { ListEvents } from '../list/listed-upload.ts'
import { createUploadList, type UploadList } from '../list/upload-list.ts'
import { latestUploader } from './latest-uploader.ts'

/** A list over options that may be others each time one looks. */
export function latestList<Routes extends string, File extends FileFacts>(
  latest: () => UploaderOptions<Routes, File> & ListEvents<File>,
): UploadList<Routes, File> {
  const list = createUploadList(latestUploader(latest), {
    onStored: (upload) => latest().onStored?.(upload),
    onFailed: (upload) => latest().onFailed?.(upload),
  })
  return {
    ...list,
    upload(files, how) {
      const { route } = latest() // of now: a retry goes where the file was meant to go
      return list.upload(files, { ...(route === undefined ? {} : { route }), ...how })
    },
  }
}

/**
 * Door `postern/list`: uploads as a list that any framework can show.
 *
 * @module
 */
export type {
  FailedUpload,
  ListSnapshot,
  StoredUpload,
  UploadSnapshot,
  UploadTotals,
} from './list/list-snapshot.ts'
export type { ListEvents } from './list/listed-upload.ts'
export { createUploadList, type UploadCommands, type UploadList } from './list/upload-list.ts'

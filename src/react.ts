/**
 * Door `postern/react`: the client as a hook.
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
export type { UploadCommands, UploadList } from './list/upload-list.ts'
export { type UseUpload, type UseUploadOptions, useUpload, useUploadList } from './react/use-upload.ts'

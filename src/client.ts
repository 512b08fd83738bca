/**
 * Door `postern/client`: upload from a browser.
 *
 * @module
 */
export { type ErrorCode, type Facts, PosternError, type Retry } from './base/errors.ts'
export { createUploader } from './client/create-uploader.ts'
export type { Answer, FileFacts, NamedBlob, PutRequest, Question, SendWatch, Transport } from './client/transport.ts'
export { type UploadOptions, upload } from './client/upload.ts'
export type {
  Progress,
  RetryNotice,
  Upload,
  UploadEvents,
  UploadedObject,
  UploadState,
} from './client/upload-handle.ts'
export type {
  AskIssuer,
  FormRequest,
  RequestForm,
  Uploader,
  UploaderOptions,
  UploadFileOptions,
  UploadMemory,
} from './client/uploader-options.ts'
export type { UploadForm } from './form/upload-form.ts'

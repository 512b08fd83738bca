/**
 * Door `postern/client`: upload from a browser.
 *
 * @module
 */
export { type ErrorCode, type Facts, PosternError, retryAfter } from './base/errors.ts'
export { readResponse, type UploadedObject } from './client/read-response.ts'
export { type FileFacts, type RequestOptions, requestForm, requestSignature } from './client/request-form.ts'
export { type RouteClient, routeClient } from './client/route-client.ts'
export { type NamedBlob, type Progress, type SendOptions, type StoreAnswer, sendForm } from './client/send-form.ts'
export { type UploadOptions, upload } from './client/upload.ts'
export { checkForm } from './form/check-form.ts'
export type { UploadForm } from './form/upload-form.ts'

/**
 * Door `postern/uppy`: Uppy's files, uploaded by the client.
 *
 * @module
 */
export { Postern, type PosternBody, type PosternOptions } from './uppy/postern.ts'

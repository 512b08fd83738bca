/** Names and values that a form sends, in the order they are sent. */
export type Fields = Readonly<Record<string, string>>

/** Fields as a store received them, by name in lower case: a `Map`, because the names come from outside. */
export type ReceivedFields = ReadonlyMap<string, string>

/**
 * All a browser needs to send one file: post `fields` to `url` as multipart/form-data, then the file, last, as `file`.
 *
 * `key` is the object's key when the issuer made it, absent when the front end writes it; `expiresAt` is ISO 8601;
 * `maxSize` is in bytes.
 */
export interface UploadForm {
  readonly method: 'POST'
  readonly url: string
  readonly fields: Fields
  readonly key?: string
  readonly expiresAt: string
  readonly maxSize?: number
}

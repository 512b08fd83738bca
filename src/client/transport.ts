import type { UploadForm } from '../form/upload-form.ts'

/** What the issuer is told of a file. A browser's `File` is one. */
export interface FileFacts {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** The media type, or an empty text where it is not known. */
  readonly type: string
}

/** A file as `<input type="file">` gives it, or any `Blob` with a name. */
export type NamedBlob = Blob & { readonly name: string }

/** An answer, unread: of the store or of the issuer. */
export interface Answer {
  /** The status of HTTP; 0 where a platform gives none. */
  readonly status: number
  /** Of the headers, those that the platform lets one see. */
  readonly headers: Pick<Headers, 'get'>
  readonly body: string
}

/** A request to the issuer. */
export interface Question {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** JSON. */
  readonly body?: string
  readonly signal: AbortSignal
}

/** Bytes for one presigned PUT: a part of an upload, or a whole file. */
export interface PutRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Which bytes of the file, from and up to. */
  readonly start: number
  readonly end: number
}

/** How a request goes on, and how it is stopped. */
export interface SendWatch {
  /** Called as the body leaves, with the bytes of it that have left and all of them. The body of a form is longer than its file. */
  readonly onSent: (sentBytes: number, totalBytes: number) => void
  readonly signal: AbortSignal
}

/**
 * How a platform sends: browsers by `XMLHttpRequest`, mini-programs by `wx.uploadFile`. Each function gives whatever answer
 * comes, and rejects with a `PosternError` where none does: `network-lost`, or what else the platform knows of the reason.
 */
export interface Transport<File extends FileFacts = NamedBlob> {
  /** Asks the issuer. */
  readonly ask: (question: Question) => Promise<Answer>
  /** Posts a form, its file last, named `file`. */
  readonly sendForm: (form: UploadForm, file: File, watch: SendWatch) => Promise<Answer>
  /** Puts bytes of a file. Absent where a platform cannot: then every file goes by a form. */
  readonly sendBytes?: (put: PutRequest, file: File, watch: SendWatch) => Promise<Answer>
  /** Some bytes of the file, by which it is known again after a reload. Absent where a platform cannot read it. */
  readonly readBytes?: (file: File, start: number, end: number) => Promise<Uint8Array>
  /** What stops a request, where the platform has no `AbortController`. */
  readonly createStop?: () => AbortController
}

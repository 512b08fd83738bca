import type { UploadForm } from '../form/upload-form.ts'
import type { FileFacts, NamedBlob, Transport } from './transport.ts'
import type { Progress, Upload } from './upload-handle.ts'

/** What the issuer is asked a form for. */
export interface FormRequest extends FileFacts {
  readonly meta?: Readonly<Record<string, string>> | undefined
}

/** Asks the issuer: GET, or POST with a body as JSON. Gives the JSON of its answer, or throws its problem as a `PosternError`. */
export type AskIssuer = (path: string, body?: object, signal?: AbortSignal) => Promise<unknown>

/** Asks for the form of one file where the issuer is none of ours. */
export type RequestForm = (ask: AskIssuer, file: FormRequest, route: string | undefined) => Promise<UploadForm>

type Headers = Readonly<Record<string, string>>

export interface UploaderOptions<Routes extends string = string, File extends FileFacts = NamedBlob> {
  /** The issuer's address; `https://app.example`, or `/uploader` on the page's own origin. */
  readonly endpoint: string
  /** Which of the issuer's routes; its `default` without. */
  readonly route?: Routes
  /** How many files are sent at once; 3. */
  readonly concurrency?: number
  /** Go with each request to the issuer: a token, say. A function is asked each time. */
  readonly headers?: Headers | (() => Headers | Promise<Headers>)
  /** Whether the issuer gets cookies: `'include'` where it has another origin. */
  readonly credentials?: RequestCredentials
  /** Bytes from which a file goes in parts; 64 MiB. `Infinity`: never. */
  readonly partsFrom?: number
  /** Parts of one file that are sent at once, at most; 6. */
  readonly partsAtOnce?: number
  /** How often in a row an upload is tried again without a byte of progress; 8. The network's absence does not count. */
  readonly retries?: number
  /** Where uploads in parts are remembered, to go on after a reload: `localStorage`. `false`: nowhere. */
  readonly memory?: UploadMemory | false
  /** How this platform sends: the browser's own way. */
  readonly transport?: Transport<File>
  /** Asks in place of the global `fetch`. */
  readonly fetch?: typeof fetch
  /** For an issuer that answers as the vendor's samples do: `requestSignature` of `postern/vendor`. Then no file goes in parts. */
  readonly requestForm?: RequestForm
}

/** What a page remembers from one load to the next: `localStorage` is one. */
export interface UploadMemory {
  getItem(name: string): string | null
  setItem(name: string, value: string): void
  removeItem(name: string): void
}

export interface UploadFileOptions<Routes extends string = string> {
  /** In place of the uploader's. */
  readonly route?: Routes
  /** User metadata for the object, by name in lower case, as far as the route takes it. */
  readonly meta?: Readonly<Record<string, string>>
  /** Cancels the upload. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

/** Uploads files, a few at a time. */
export interface Uploader<Routes extends string = string, File extends FileFacts = NamedBlob> {
  /** Puts a file into the queue. */
  readonly upload: (file: File, options?: UploadFileOptions<Routes>) => Upload<File>
  /** Those that are not over, in the order in which they came. */
  readonly uploads: readonly Upload<File>[]
}

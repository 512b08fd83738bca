/** What the operations ask of a client of the store. Each client fills it in with its own calls. */
export interface ObjectClient {
  /** Whether it signs `a/../b` and asks for `b`, as browsers and urllib (under ali-oss) do. */
  readonly foldsDotSegments: boolean
  put(key: string, content: Uint8Array, properties?: Properties): Promise<Answered>
  get(key: string, headers?: Headers): Promise<Fetched>
  head(key: string): Promise<Answered>
  list(query: ListQuery): Promise<ListedPage>
  listV2(query: ListQuery): Promise<ListedPage>
  copy(key: string, source: Source, meta?: Headers): Promise<Answered>
  delete(key: string): Promise<Answered>
  /** The keys that the answer names as deleted. */
  deleteMany(keys: readonly string[], quiet: boolean): Promise<readonly string[]>
  append(key: string, content: Uint8Array, position: number): Promise<Answered>
  /** A whole multipart upload, the way the client does it when it is left alone. */
  uploadInParts(key: string, content: Uint8Array, partSize: number, properties: Properties): Promise<Answered>
  initiate(key: string): Promise<string>
  uploadPart(upload: Upload, number: number, content: Uint8Array): Promise<Part>
  listParts(upload: Upload): Promise<readonly Part[]>
  /** Uploads what is not yet done, then completes. */
  resume(upload: Upload, content: Uint8Array, partSize: number, done: readonly Part[]): Promise<Answered>
  abort(upload: Upload): Promise<Answered>
  /** The ids of the uploads under way below a prefix. */
  listUploads(prefix: string): Promise<readonly string[]>
  putTags(key: string, tags: Headers): Promise<Answered>
  getTags(key: string): Promise<Headers>
  deleteTags(key: string): Promise<Answered>
  putAcl(key: string, acl: string): Promise<Answered>
  getAcl(key: string): Promise<string>
  putSymlink(key: string, target: string): Promise<Answered>
  getSymlink(key: string): Promise<string>
  /** A form for one key, good for a minute and for at most 100 bytes. */
  signForm(key: string): Promise<SignedForm>
  /** Sends a form as the client's surroundings do: `fetch` in a page, `-F` with curl. */
  postForm(form: SignedForm, content: Uint8Array): Promise<Fetched>
  /** A URL for one request, good for a minute; `headers` are those that the request will carry. */
  presign(method: 'GET' | 'PUT', key: string, headers?: Headers): Promise<string>
  /** Asks for a URL as somebody does who was only given the URL. */
  open(url: string, request?: OpenRequest): Promise<Fetched>
}

/** The calls above reject with an error that has these, where the store refuses. */
export interface Refused {
  readonly status: number
  readonly code: string
}

export type Headers = Readonly<Record<string, string>>

export interface Properties {
  readonly type?: string
  readonly meta?: Headers
  readonly headers?: Headers
}

export interface Answered {
  readonly status: number
  readonly headers: Headers
}

export interface Fetched extends Answered {
  readonly content: Uint8Array
}

export interface Source {
  readonly bucket: string
  readonly key: string
}

export interface Upload {
  readonly key: string
  readonly uploadId: string
}

export interface Part {
  readonly number: number
  readonly etag: string
}

export interface ListQuery {
  readonly prefix: string
  readonly delimiter?: string
  readonly maxKeys: number
  /** What the page before gave as `next`. */
  readonly after?: string
}

export interface ListedPage {
  readonly keys: readonly string[]
  readonly prefixes: readonly string[]
  readonly next: string | undefined
}

export interface SignedForm {
  readonly url: string
  readonly fields: Headers
}

export interface OpenRequest {
  readonly method?: string
  readonly headers?: Headers
  readonly body?: Uint8Array
}

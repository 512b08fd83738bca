/**
 * A request as the store reads it: nothing decoded, nothing rewritten.
 *
 * A `Request`'s URL would turn `a/../b` into `b`, and a signature over the raw target could not be checked any more.
 */
export interface StoreRequest {
  readonly method: string
  /** The request target as it stood on the request line, but for scheme and host: `/bucket/a%2Fb?acl`. */
  readonly target: string
  /** By name in lower case; a repeated header is joined with `, `. */
  readonly headers: ReadonlyMap<string, string>
  /** The body as it streams. Asking for its first chunk is what answers `Expect: 100-continue`. */
  readonly body: AsyncIterable<Uint8Array>
  /** The peer's address, without port. */
  readonly clientAddress: string
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
}

/** What the store answers. `content-length` is set from the body where it is text or bytes. */
export interface StoreResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>
  /** Never sent: for logs and metrics. */
  readonly about?: AboutRequest
}

/** What a store found out about a request that the socket under it cannot know. */
export interface AboutRequest {
  readonly requestId: string
  /** `put-object`; absent where the request was refused before that was clear. */
  readonly operation?: string
  readonly bucket?: string
  readonly key?: string
  /** Who asked; absent where the request was refused before that was clear. */
  readonly caller?: { readonly kind: 'anonymous' } | { readonly kind: 'signed'; readonly accessKeyId: string }
  readonly error?: RefusedWith
}

/** Why a request was refused: our name for it, and the protocol's two. */
interface RefusedWith {
  readonly reason: string
  readonly code: string
  readonly ec?: string
}

export type StoreHandler = (request: StoreRequest) => Promise<StoreResponse>

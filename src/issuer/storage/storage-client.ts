/** An object as the storage describes it. */
export interface StoredObject {
  readonly key: string
  /** Bytes. */
  readonly size: number
  readonly type: string
  /** Without its quotes. */
  readonly etag: string
}

/** One piece of a multipart/form-data body. Its content streams; it must be read, or left by asking for the next entry. */
export interface Entry {
  /** The field's name, as sent. */
  readonly name: string
  /** The `filename` parameter as sent, or absent. Never a path of ours. */
  readonly filename?: string
  /** Whether the entry carries `filename*`, which OSS does not understand. */
  readonly hasExtendedFilename: boolean
  /** The entry's own Content-Type, or absent. */
  readonly contentType?: string
  /** All its headers, by name in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly content: AsyncIterable<Uint8Array>
}

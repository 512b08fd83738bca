/** What a request points at, decoded: the text that its signature covers is made from this. */
export interface RequestAddress {
  readonly method: string
  readonly bucket?: string
  readonly key?: string
  /** Names and values, percent-decoded once, in the order they came; a parameter without `=` has the value `""`. */
  readonly query: readonly (readonly [string, string])[]
}

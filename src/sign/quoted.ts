/** What a peer sent, fit to stand in a sentence: in quotes, and cut where it is long. */
export function quoted(value: string): string {
  return `"${clipped(value, 100)}"`
}

/** The beginning of a text that may be of any length. */
export function clipped(value: string, maxLength: number): string {
  return value.length <= maxLength ? value : `${value.slice(0, maxLength)}…`
}

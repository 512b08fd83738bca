import { readUtf8 } from '../../base/bytes.ts'

/**
 * The text that a header gives percent-encoded, or `undefined` where that is no UTF-8. A `+` is a space: the one official
 * client that sends it, the Go SDK v1, means that, and all others write a plus as `%2B`.
 */
export function readUrlEncoded(text: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined
  const bytes = Buffer.from(text.replaceAll('+', ' ')).toString('latin1')
  const decoded = bytes.replaceAll(/%(..)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
  return readUtf8(Buffer.from(decoded, 'latin1'))
}

/** A key as a header can carry it: all but its slashes percent-encoded. */
export function urlEncoded(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/')
}

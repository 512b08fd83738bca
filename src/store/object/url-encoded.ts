import { readUtf8 } from '../../base/bytes.ts'

/**
 * A header's value, percent-decoded, or `undefined` where that is no UTF-8. A `+` is a space: the one official client that
 * sends it, the Go SDK v1, means that, and all others write a plus as `%2B`.
 */
export function readUrlEncoded(value: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(value)) return undefined
  const decoded = value
    .replaceAll('+', ' ')
    .replaceAll(/%(..)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
  return readUtf8(Buffer.from(decoded, 'latin1'))
}

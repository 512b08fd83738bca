import { quoted } from './phrase.ts'

/** A temporary key's token stands in policies as a condition; whoever reads a message or a log must not find it there. */
const SECRET_FIELDS = new Set(['x-oss-security-token', 'x-amz-security-token'])

/** The value for a message: in quotes, and hidden where the field is secret. */
export function shownValue(field: string, value: string, write: (value: string) => string = quoted): string {
  return write(SECRET_FIELDS.has(field.toLowerCase()) ? '***' : value)
}

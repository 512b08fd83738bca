import { base64, utf8 } from '../base/bytes.ts'

/** Those of Uppy's metadata that the object shall have: names in lower case, nothing that is empty. */
export function objectMeta(
  meta: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const entries = fields
    .map((name) => [name.toLowerCase(), inAscii(textOf(Object.hasOwn(meta, name) ? meta[name] : undefined))] as const)
    .filter(([, value]) => value !== '')
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value).trim()
}

/** People type any letters; a header holds ASCII, so these are written as in mail, as with Uppy's own uploader. RFC 2047 */
function inAscii(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? value : `=?UTF-8?B?${base64(utf8(value))}?=`
}

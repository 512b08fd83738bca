import { isUtf8 } from 'node:buffer'

/** UTF-8 bytes → text, or `undefined` where they are not UTF-8. `readUtf8` of base does the same in a browser, but costs more on short text. */
export function utf8Text(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}

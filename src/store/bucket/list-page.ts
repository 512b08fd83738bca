/** What is asked of a page of keys. All texts are well-formed: their order is that of their UTF-8. */
export interface PageAsked {
  /** Only keys that begin so. */
  readonly prefix: string
  /** Keys that go on behind the prefix up to this text are shown as one common prefix. */
  readonly delimiter?: string | undefined
  /** Only what is greater is shown, be it a key or a common prefix. */
  readonly after?: string | undefined
  /** How many lines at most. */
  readonly limit: number
}

/** A line of a page: an object under its key, or what the keys of several begin with. */
export type PageLine<Listed> =
  | { readonly kind: 'object'; readonly key: string; readonly object: Listed }
  | { readonly kind: 'common-prefix'; readonly key: string }

export interface Page<Listed> {
  readonly lines: readonly PageLine<Listed>[]
  /** Whether more would follow; then the last line's key is where the next page begins. */
  readonly isTruncated: boolean
}

/** What there is from a position on, by the bytes of its key, in their order. Objects that no line shows are not looked at. */
export type Seek<Listed> = (from: Uint8Array) => Iterable<{ readonly key: Uint8Array; readonly object: Listed }>

/**
 * A page of keys. It costs what it shows: what stands below a common prefix is never walked through, however much it is.
 *
 * @see docs/spec/object-api.md section 5, ListObjects
 */
export function listPage<Listed>(seek: Seek<Listed>, asked: PageAsked): Page<Listed> {
  const { prefix, after, limit } = asked
  const lines: PageLine<Listed>[] = []
  let isTruncated = false

  /** Adds lines from a position on; gives the position behind a common prefix, or nothing where the page ends. */
  function addLines(from: Uint8Array): Uint8Array | undefined {
    for (const entry of seek(from)) {
      const key = keyText(entry.key)
      if (!key.startsWith(prefix)) return undefined
      if (key === after) continue
      isTruncated = lines.length === limit
      if (isTruncated) return undefined
      const common = commonPrefix(key, asked)
      if (common !== undefined) {
        lines.push({ kind: 'common-prefix', key: common })
        return behind(common)
      }
      lines.push({ kind: 'object', key, object: entry.object })
    }
    return undefined
  }

  for (let from: Uint8Array | undefined = firstPosition(asked); from !== undefined; ) from = addLines(from)
  return { lines, isTruncated }
}

function keyText(bytes: Uint8Array): string {
  return (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes)).toString()
}

function firstPosition(asked: PageAsked): Uint8Array {
  const prefix = Buffer.from(asked.prefix)
  if (asked.after === undefined) return prefix
  const common = commonPrefix(asked.after, asked)
  if (common !== undefined) return behind(common) // it is not greater than `after`, which begins with it
  const after = Buffer.from(asked.after)
  return Buffer.compare(after, prefix) > 0 ? after : prefix
}

/** What a key is shown as together with others, if it is. */
export function commonPrefix(
  key: string,
  { prefix, delimiter }: Pick<PageAsked, 'prefix' | 'delimiter'>,
): string | undefined {
  if (delimiter === undefined || !key.startsWith(prefix)) return undefined
  const at = key.indexOf(delimiter, prefix.length)
  return at === -1 ? undefined : key.slice(0, at + delimiter.length)
}

/** The first position behind all keys that begin so. The last byte can always be raised: UTF-8 has none above 0xF4. */
export function behind(prefix: string): Uint8Array {
  const bytes = Buffer.from(prefix)
  const last = bytes.length - 1
  bytes.writeUInt8(bytes.readUInt8(last) + 1, last)
  return bytes
}

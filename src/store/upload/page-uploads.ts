import { behind, commonPrefix } from '../bucket/list-page.ts'
import type { Catalog } from '../disk/catalog.ts'
import type { UploadRecord } from '../disk/records.ts'

export interface UploadQuery {
  readonly prefix: string
  /** Keys that are the same up to this, behind the prefix, are listed as one. */
  readonly delimiter?: string | undefined
  /** Where the page before ended: behind this key, or behind this upload of it; a common prefix counts as a key. */
  readonly after: { readonly key: string; readonly id: string }
  readonly max: number
}

export interface UploadPage {
  readonly uploads: readonly UploadRecord[]
  readonly prefixes: readonly string[]
  readonly isTruncated: boolean
  /** Where this page ends; '' where it is empty. */
  readonly next: UploadQuery['after']
}

/** A page of a bucket's uploads, in the order of their keys' UTF-8, then of their ids. */
export function pageUploads(catalog: Catalog, bucket: string, query: UploadQuery): UploadPage {
  const uploads: UploadRecord[] = []
  const prefixes: string[] = []
  let next = { key: '', id: '' }
  for (const entry of entries(catalog, bucket, query)) {
    if (uploads.length + prefixes.length === query.max) return { uploads, prefixes, isTruncated: true, next }
    if (typeof entry === 'string') prefixes.push(entry)
    else uploads.push(entry)
    next = typeof entry === 'string' ? { key: entry, id: '' } : { key: entry.key, id: entry.id }
  }
  return { uploads, prefixes, isTruncated: false, next }
}

/** Uploads, and common prefixes in their place: of those under one, only the first is read. */
function* entries(catalog: Catalog, bucket: string, query: UploadQuery): Generator<UploadRecord | string> {
  for (let from: Position | undefined = startOf(query); from !== undefined; ) {
    const found: Iterable<UploadRecord> = catalog.uploads(bucket, from)
    from = undefined
    for (const upload of found) {
      if (!upload.key.startsWith(query.prefix)) return
      const common = commonPrefix(upload.key, query)
      if (common === undefined) yield upload
      else {
        if (!query.after.key.startsWith(common)) yield common // else it is not greater than that key
        from = { key: behind(common) }
        break
      }
    }
  }
}

interface Position {
  readonly key: Uint8Array
  readonly id?: string
}

function startOf({ prefix, after }: UploadQuery): Position {
  const [first, marker] = [Buffer.from(prefix), Buffer.from(after.key)]
  if (Buffer.compare(marker, first) < 0 || after.key === '') return { key: first }
  return { key: marker, id: after.id === '' ? BEHIND_IDS : `${after.id.slice(0, ID_DIGITS)}\0` }
}

const ID_DIGITS = 32
/** Ids are hexadecimal digits. */
const BEHIND_IDS = 'G'

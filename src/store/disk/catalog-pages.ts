import { type FileHandle, open } from 'node:fs/promises'

/**
 * Whether a catalog's file ends before a page that is in use: LMDB would read behind the end, and that ends the process.
 * Most files are as long as they say, and are not looked through. A shorter one may be whole: what a transaction takes
 * and gives up again is never written.
 *
 * @see https://github.com/kriszyp/lmdb/blob/data-v1/libraries/liblmdb/mdb.c MDB_meta, MDB_page_header, MDB_node
 */
export async function isCutShort(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const meta = await readMeta(file)
    if (meta === undefined) return true
    const pages = Math.floor(size / meta.pageBytes)
    return meta.lastPage >= pages && !(await hasAllPages(file, meta, pages))
  } finally {
    await file.close()
  }
}

interface Meta {
  readonly pageBytes: number
  readonly lastPage: number
  readonly transaction: number
  /** The trees of the free pages, and of all else. */
  readonly roots: readonly number[]
}

const HEADER_BYTES = 24
const META = { pageBytes: 48, freeRoot: 88, mainRoot: 136, lastPage: 144, transaction: 152, end: 160 } as const

/** The newer of the first two pages counts. */
async function readMeta(file: FileHandle): Promise<Meta | undefined> {
  const first = metaOf(await read(file, 0, META.end))
  const second = first && metaOf(await read(file, first.pageBytes, META.end))
  if (first === undefined || second === undefined) return undefined
  return first.transaction > second.transaction ? first : second
}

function metaOf(bytes: Buffer): Meta | undefined {
  if (bytes.length < META.end) return undefined
  return {
    pageBytes: bytes.readUInt32LE(META.pageBytes),
    lastPage: pageNumber(bytes, META.lastPage),
    transaction: pageNumber(bytes, META.transaction),
    roots: [pageNumber(bytes, META.freeRoot), pageNumber(bytes, META.mainRoot)],
  }
}

async function hasAllPages(file: FileHandle, { pageBytes, roots }: Meta, pages: number): Promise<boolean> {
  const open = roots.filter(isPage)
  let left = pages // no page is named twice, unless they are damaged
  for (let page = open.pop(); page !== undefined; page = open.pop()) {
    if (page >= pages || left-- === 0) return false
    const named = namedBy(await read(file, page * pageBytes, pageBytes))
    if (named === undefined || named.lastOfValues >= pages) return false
    open.push(...named.pages)
  }
  return true
}

const FLAGS_AT = 18
const LOWER_AT = 20
const BRANCH = 1
const LEAF = 2

/** What a page names: pages of its tree, and pages that hold a value alone. `undefined` where it is no page of a tree. */
function namedBy(page: Buffer): { readonly pages: readonly number[]; readonly lastOfValues: number } | undefined {
  const kind = page.readUInt16LE(FLAGS_AT) & (BRANCH | LEAF)
  if (kind !== BRANCH && kind !== LEAF) return undefined
  const nodes = Array.from({ length: page.readUInt16LE(LOWER_AT) / 2 }, (_, index) =>
    page.subarray(HEADER_BYTES + page.readUInt16LE(HEADER_BYTES + 2 * index)),
  )
  if (kind === BRANCH) return { pages: nodes.map((node) => node.readUIntLE(0, 6)), lastOfValues: 0 }
  const values = nodes.map(nodeValue)
  return {
    pages: values.map(({ flags, data }) => (flags & TREE ? pageNumber(data, ROOT_AT) : NO_PAGE)).filter(isPage),
    lastOfValues: Math.max(0, ...values.map(({ flags, data }) => (flags & ALONE ? lastPageOf(data) : 0))),
  }
}

/** Flags of a leaf's node: its value has pages of its own; its value is another tree. */
const ALONE = 1
const TREE = 2
const ROOT_AT = 40

function nodeValue(node: Buffer): { readonly flags: number; readonly data: Buffer } {
  return { flags: node.readUInt16LE(4), data: node.subarray(8 + node.readUInt16LE(6)) }
}

function lastPageOf(data: Buffer): number {
  return pageNumber(data, 0) + pageNumber(data, 16) - 1
}

/** The root of an empty tree. */
const NO_PAGE = Number(2n ** 64n - 1n)

function isPage(page: number): boolean {
  return page !== NO_PAGE
}

function pageNumber(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at))
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

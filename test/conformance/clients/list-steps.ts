import { expect } from 'vitest'
import { inByteOrder, LIST_PREFIX, LISTED } from './keys.ts'
import type { ListedPage, ListQuery } from './object-client.ts'
import type { Steps } from './steps.ts'

/** 2,500 keys, all of them and by folder, page by page, with both versions of the call. */
export const list: Steps = async ({ client }) => {
  const folders = new Set(LISTED.map(folderOf).filter((folder) => folder !== LIST_PREFIX))
  const direct = LISTED.filter((key) => folderOf(key) === LIST_PREFIX)
  for (const [index, call] of [client.list, client.listV2].entries()) {
    const all = await pages(call, { prefix: LIST_PREFIX, maxKeys: 1000 })
    expect(all.map(({ keys }) => keys.length)).toEqual([1000, 1000, 500])
    expect(all.flatMap(({ keys }) => keys)).toEqual(inByteOrder(LISTED))

    const byFolder = await pages(call, { prefix: LIST_PREFIX, delimiter: '/', maxKeys: 60 })
    expect(byFolder.map(({ keys, prefixes }) => keys.length + prefixes.length)).toEqual([60, 60, 28])
    expect(byFolder.flatMap(({ keys }) => keys)).toEqual(inByteOrder(direct))
    expect(byFolder.flatMap(({ prefixes }) => prefixes)).toEqual(inByteOrder(folders))

    for (const folder of [...folders].slice(0, 12).filter((_, at) => at % 2 === index)) {
      const inside = await pages(call, { prefix: folder, delimiter: '/', maxKeys: 1000 })
      expect(inside).toEqual([{ keys: inByteOrder(LISTED.filter((key) => folderOf(key) === folder)), prefixes: [] }])
    }
  }
}

/** Up to the last `/`, the slash included. */
function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1)
}

async function pages(
  call: (query: ListQuery) => Promise<ListedPage>,
  query: ListQuery,
): Promise<Omit<ListedPage, 'next'>[]> {
  const listed: Omit<ListedPage, 'next'>[] = []
  let after: string | undefined
  do {
    const { next, ...page } = await call({ ...query, ...(after !== undefined && { after }) })
    listed.push(page)
    after = next
  } while (after !== undefined && listed.length < 100) // where a page leads to itself, the test ends all the same
  return listed
}

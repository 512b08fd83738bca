import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { launchBrowser } from './browser.ts'
import { openClientSite } from './client-site.ts'
import { visit } from './visitor.ts'

/** One file that fits into no memory: docs/guide/large-files.md */

const MIB = 1024 * 1024
const GIB = 1024 * MIB
/** Not /tmp, which is memory on many machines. */
const ROOMY = '/var/tmp'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test('a file of 2 GiB goes in parts, and takes none of the browser’s memory', { timeout: 240_000 }, async () => {
  const folder = await mkdtemp(join(ROOMY, 'postern-large-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'film.mp4')
  await makeSparse(path, 2 * GIB)
  const site = await openClientSite({ data: join(folder, 'store') })
  const visitor = await visit(browser, site)
  const before = await residentBytes(browser)
  const upload = await visitor.choose(path)
  let most = 0
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      most = Math.max(most, await residentBytes(browser))
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  })()
  const key = await upload.key().finally(() => {
    isOver = true
  })
  await watching
  expect(await site.objects()).toEqual(new Map([[key, 2 * GIB]]))
  expect(site.store.of('part').reduce((sum, { bytes }) => sum + bytes, 0)).toBe(2 * GIB)
  expect(most - before).toBeLessThan(256 * MIB)
})

/** A file with a byte at its end, and nothing that takes room on the disk before. */
async function makeSparse(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'w')
  await file.write('x', bytes - 1)
  await file.close()
}

/** What all of the browser's processes hold. */
async function residentBytes(of: Browser): Promise<number> {
  const session = await of.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const sizes = await Promise.all(processInfo.map(({ id }) => residentBytesOf(id)))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** A process that has just ended holds nothing. */
async function residentBytesOf(id: number): Promise<number> {
  const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '')
  return Number(/^RssAnon:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
}

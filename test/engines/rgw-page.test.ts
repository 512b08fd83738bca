import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listen } from '../../src/http/listen.ts'
import type { HttpServer } from '../../src/http/server.ts'
import { launchBrowser, openTab } from '../e2e/browser.ts'
import { chooseFiles, resultOf, startUpload } from '../e2e/page.ts'
import { buildTestPage } from '../e2e/site.ts'
import { openRgwBucket, type RgwBucket } from './rgw.ts'

const MIB = 1024 * 1024
const ADDRESSING = ['path', 'host'] as const

let browser: Browser
let rgw: RgwBucket
let folder: string
const servers: HttpServer[] = []

beforeAll(async () => {
  browser = await launchBrowser()
  rgw = await openRgwBucket()
  folder = await mkdtemp(join(tmpdir(), 'postern-files-'))
})
afterAll(async () => {
  await browser?.close()
  for (const server of servers) await server.close()
  await rm(folder, { recursive: true })
})

/** The page and its issuer, on an origin of their own; the bucket's name in the path, or in the host's name. */
async function openSite(addressing: (typeof ADDRESSING)[number]): Promise<string> {
  const { url, bucket } = rgw.storage()
  const inHost = `http://${bucket}.localhost:${new URL(url).port}/`
  const storage = rgw.storage(addressing === 'host' ? { url: inHost } : {})
  const routes = { default: { maxSize: 60 * MIB, minSize: 0 } }
  const page = await buildTestPage('uploads')
  const server = await listen(rgw.issuer({ storage, routes, page }))
  servers.push(server)
  await rgw.allow(server.url)
  return server.url
}

test.each(ADDRESSING)(
  'files go from the page straight into Ceph RGW, byte for byte, with the bucket in the %s',
  async (addressing) => {
    const origin = await openSite(addressing)
    const { page, complaints } = await openTab(browser)
    const files = [
      { name: 'empty.txt', content: randomBytes(0) },
      { name: 'one.bin', content: randomBytes(1) },
      { name: '照片 "1" 100%.png', content: randomBytes(2000) },
      { name: 'large.bin', content: randomBytes(20 * MIB) },
    ]
    for (const file of files) await writeFile(join(folder, file.name), file.content)
    await page.goto(origin)
    await chooseFiles(
      page,
      files.map(({ name }) => join(folder, name)),
    )
    await startUpload(page)
    for (const { name, content } of files) {
      const result = resultOf(page, name)
      await result.getByText('Stored').waitFor()
      const kept = await rgw.read((await result.getByRole('link').textContent()) ?? '')
      expect(kept.status).toBe(200)
      expect(kept.body.equals(content)).toBe(true)
    }
    expect(complaints).toEqual([])
  },
)

test('a file that Ceph RGW refuses is told on the page with the reason', async () => {
  const origin = await openSite('path')
  await rgw.allow(origin)
  const { page } = await openTab(browser)
  await page.route('**/uploads', async (route) => {
    if (route.request().method() !== 'POST') return await route.continue() // the rules of the route
    const answer = await route.fetch()
    const form = await answer.json()
    await route.fulfill({ json: { ...form, fields: { ...form.fields, 'x-amz-signature': '0'.repeat(64) } } })
  })
  await page.goto(origin)
  await chooseFiles(page, [{ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') }])
  await startUpload(page)
  const row = resultOf(page, 'a.txt')
  await row.getByText('Failed', { exact: true }).waitFor()
  await row.locator('summary').click()
  await row.getByText(/\((?:SignatureDoesNotMatch|AccessDenied)\)$/).waitFor()
})

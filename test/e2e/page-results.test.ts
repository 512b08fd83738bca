import { randomBytes } from 'node:crypto'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, openTab, type Tab } from './browser.ts'
import { chooseFiles, resultOf, startUpload } from './page.ts'
import { openPageSite } from './page-site.ts'
import { buildTestPage, type Site } from './site.ts'

const MIB = 1024 * 1024
const NINE = { name: 'nine.txt', mimeType: 'text/plain', buffer: Buffer.from('123456789') }

let browser: Browser
let site: Site

beforeAll(async () => {
  browser = await launchBrowser()
  site = await openPageSite(await buildTestPage('uploads'), {
    default: { prefix: 'uploads/', maxSize: 100 * MIB },
    pictures: { prefix: 'pictures/', types: ['image/*', 'application/pdf'], maxSize: '5MB' },
  })
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
})

async function openPage(path = '/', options: Parameters<typeof openTab>[1] = {}): Promise<Tab> {
  const tab = await openTab(browser, options)
  await tab.page.goto(`${site.origin}${path}`)
  await tab.page.locator('.uppy-Dashboard').waitFor()
  return tab
}

test('before one chooses, the page says what the route takes', async () => {
  const { page } = await openPage()
  await page.getByText('Up to 100 MiB a file; every type but web pages and scripts.').waitFor()
})

test('the address of the page names another route, whose rules it tells and whose keys it makes', async () => {
  const { page, complaints } = await openPage('/?route=pictures')
  await page.getByText('Up to 5 MiB a file; images and PDF.').waitFor()
  expect(await page.locator('input[type=file]').first().getAttribute('accept')).toMatch(
    /^image\/\*, ?application\/pdf$/,
  )
  await chooseFiles(page, [{ name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF') }])
  await startUpload(page)
  expect(await resultOf(page, 'a.pdf').getByRole('link').textContent()).toMatch(/^pictures\//)
  expect(complaints).toEqual([])
})

test('a route that does not exist is said to be none', async () => {
  const { page } = await openPage('/?route=none')
  await page.getByRole('alert').filter({ hasText: '"none"' }).waitFor()
})

test('a large file is held against its object, too, and no script but the page’s own runs for it', async () => {
  const { page, complaints, origins } = await openPage()
  const workers: string[] = []
  page.on('worker', (worker) => workers.push(worker.url()))
  await chooseFiles(page, [{ name: 'large.bin', mimeType: '', buffer: randomBytes(20 * MIB) }])
  await startUpload(page)
  await resultOf(page, 'large.bin').getByText('verified: the same as your file').waitFor()
  expect(workers.map((url) => new URL(url).origin)).toEqual([site.origin])
  expect([...origins].sort()).toEqual([site.origin, new URL(site.bucketUrl).origin].sort())
  expect(complaints).toEqual([])
})

test('what is stored and is not the file is told loudly', async () => {
  const { page } = await openPage()
  await damage(page, { crc64: '1' })
  await chooseFiles(page, [NINE])
  await startUpload(page)
  const result = resultOf(page, NINE.name)
  await result.getByText('What is stored is not your file').waitFor()
  expect(await page.getByRole('heading', { name: 'Results' }).textContent()).toContain('1 failed')
  expect(await result.getByText('Stored', { exact: true }).count()).toBe(0)
  expect(await result.getByText('verified').count()).toBe(0)
  await page.getByRole('log').getByText('nine.txt: what is stored is not your file.').waitFor()
})

test('a storage that gives no checksum is said to give none', async () => {
  const { page } = await openPage()
  await damage(page, {})
  await chooseFiles(page, [NINE])
  await startUpload(page)
  await resultOf(page, NINE.name).getByText('the storage gave no checksum').waitFor()
})

/** The store says another CRC-64 of what it keeps, or none. */
async function damage(page: Tab['page'], { crc64 }: { crc64?: string }) {
  await page.route(`${site.bucketUrl}**`, async (route) => {
    const response = await route.fetch()
    const { 'x-oss-hash-crc64ecma': _, ...headers } = response.headers()
    await route.fulfill({ response, headers: { ...headers, ...(crc64 && { 'x-oss-hash-crc64ecma': crc64 }) } })
  })
  await page.route('**/uploads/complete', async (route) => {
    const response = await route.fetch()
    const { crc64: _, ...object } = await response.json()
    await route.fulfill({ response, json: { ...object, ...(crc64 && { crc64 }) } })
  })
}

test('link and key can be copied', async () => {
  const { page, complaints } = await openPage('/', { permissions: ['clipboard-read', 'clipboard-write'] })
  await chooseFiles(page, [NINE])
  await startUpload(page)
  const result = resultOf(page, NINE.name)
  const link = result.getByRole('link')
  const copied = () => page.evaluate(() => navigator.clipboard.readText())
  await result.getByRole('button', { name: 'Copy link' }).click()
  await result.getByRole('button', { name: 'Copied' }).waitFor()
  expect(await copied()).toBe(await link.getAttribute('href'))
  await result.getByRole('button', { name: 'Copy key' }).click()
  await expect.poll(copied).toBe(await link.textContent())
  expect(complaints).toEqual([])
})

test('an upload can be paused and goes on', async () => {
  const { page } = await openPage()
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  const limit = (uploadThroughput: number) =>
    session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    })
  await limit(MIB)
  await chooseFiles(page, [{ name: 'slow.bin', mimeType: '', buffer: randomBytes(3 * MIB) }])
  await startUpload(page)
  const bar = page.locator('.uppy-StatusBar')
  await page.getByText(/Uploading: [1-9]\d?%/).waitFor()
  await bar.getByRole('button', { name: 'Pause' }).click()
  await bar.getByText(/^Paused/).waitFor()
  await page.getByRole('log').getByText('Paused.').waitFor()
  await limit(-1)
  await bar.getByRole('button', { name: 'Resume' }).click()
  await resultOf(page, 'slow.bin').getByText('verified').waitFor()
})

test('the preview of a photo that was taken sideways stands upright', async () => {
  const { page } = await openPage()
  const photo = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(400, 100)
    const context = canvas.getContext('2d')
    context?.fillRect(0, 0, 400, 100)
    const jpeg = await canvas.convertToBlob({ type: 'image/jpeg' })
    return [...new Uint8Array(await jpeg.arrayBuffer())]
  })
  await chooseFiles(page, [{ name: 'sideways.jpg', mimeType: 'image/jpeg', buffer: turned(Buffer.from(photo)) }])
  const preview = page.locator('.uppy-Dashboard-Item-previewImg')
  await preview.waitFor()
  await expect
    .poll(() => preview.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0))
    .toBe(true)
  const { width, height } = await preview.evaluate(({ naturalWidth, naturalHeight }: HTMLImageElement) => ({
    width: naturalWidth,
    height: naturalHeight,
  }))
  expect(height / width).toBeCloseTo(4, 1)
})

/** A JPEG that says of itself, in EXIF, that it is to be turned by a quarter: orientation 6. */
function turned(jpeg: Buffer): Buffer {
  const tiff = Buffer.from('4d4d002a00000008000101120003000000010006000000000000', 'hex')
  const payload = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff])
  const head = Buffer.from([0xff, 0xe1, (payload.length + 2) >> 8, (payload.length + 2) & 0xff])
  return Buffer.concat([jpeg.subarray(0, 2), head, payload, jpeg.subarray(2)])
}

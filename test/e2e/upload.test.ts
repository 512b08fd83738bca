import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createIssuer } from '../../src/issuer/create-issuer.ts'
import { oss } from '../../src/issuer/storage/oss.ts'
import { launchBrowser, openTab } from './browser.ts'
import { addFiles, chooseFiles, resultOf, startUpload } from './page.ts'
import { BUCKET, buildTestPage, CREDENTIAL, openSite, REGION, type Site } from './site.ts'

const MIB = 1024 * 1024
let browser: Browser
let site: Site
let folder: string

beforeAll(async () => {
  const page = await buildTestPage('uploads')
  browser = await launchBrowser()
  folder = await mkdtemp(join(tmpdir(), 'postern-files-'))
  site = await openSite(async ({ bucketUrl }) =>
    createIssuer({
      storage: oss({ bucket: BUCKET, url: bucketUrl, region: REGION, credential: CREDENTIAL }),
      routes: { default: { prefix: 'uploads/', minSize: 0, maxSize: 60 * MIB } },
      authorize: 'public',
      page,
    }),
  )
})

afterAll(async () => {
  await browser?.close()
  await site?.close()
  await rm(folder, { recursive: true })
})

/** Compares what the store keeps with what was sent; without a diff, because one of 50 MiB helps nobody. */
async function expectStored(key: string, sent: Buffer) {
  const { status, body } = await site.read(key)
  expect(status).toBe(200)
  expect(body.length).toBe(sent.length)
  expect(body.equals(sent)).toBe(true)
}

test('files of all sizes and names go from the page to the store at once, byte for byte', async () => {
  const { page, complaints, origins } = await openTab(browser)
  const files = [
    { name: 'empty.txt', content: randomBytes(0) },
    { name: 'one.bin', content: randomBytes(1) },
    { name: 'large.bin', content: randomBytes(50 * MIB) },
    { name: '照片.png', content: randomBytes(1000) },
    { name: '😀 emoji & ümlaut.txt', content: randomBytes(2000) },
    { name: `"quoted" 'name'.txt`, content: randomBytes(3000) },
    { name: '100% #1 ?x=y;.txt', content: randomBytes(4000) },
  ]
  for (const file of files) await writeFile(join(folder, file.name), file.content)

  await page.goto(site.origin)
  await chooseFiles(
    page,
    files.map(({ name }) => join(folder, name)),
  )
  await startUpload(page)

  for (const { name, content: sent } of files) {
    const result = resultOf(page, name)
    await result.getByText('Stored').waitFor()
    const key = await result.getByRole('link').textContent()
    expect(key).toMatch(/^uploads\/\d{4}\/\d\d\/\d\d\/[0-9a-f-]{36}\.(txt|bin|png)$/)
    await expectStored(key ?? '', sent)
  }
  expect(complaints).toEqual([])
  expect([...origins].sort()).toEqual([site.origin, new URL(site.bucketUrl).origin].sort())
})

test('the result shows size, type, ETag, the CRC-64 held against the file, and a link to the object', async () => {
  const { page, complaints } = await openTab(browser)
  await page.goto(site.origin)
  await chooseFiles(page, [{ name: 'nine.txt', mimeType: 'text/plain', buffer: Buffer.from('123456789') }])
  await startUpload(page)

  const result = resultOf(page, 'nine.txt')
  await result.getByText('Stored').waitFor()
  const text = await result.textContent()
  expect(text).toContain('9 bytes')
  expect(text).toContain('text/plain')
  expect(text).toContain('25F9E794323B453885F5181F1B624D0B') // MD5 of 123456789
  expect(text).toContain('11051210869376104954') // CRC-64/XZ of 123456789, the check value of its catalogue entry
  const link = result.getByRole('link')
  expect(await link.getAttribute('href')).toBe(`${site.bucketUrl}${await link.textContent()}`)
  await result.getByText('verified: the same as your file').waitFor()
  await expect.poll(() => page.getByRole('log').textContent()).toBe('Uploading 1 file.nine.txt: stored.')
  expect(complaints).toEqual([])
})

test('a name that climbs out of its folder is only a name', async () => {
  const { page, complaints } = await openTab(browser)
  await page.goto(site.origin)
  await addFiles(page, ['../../../etc/"passwd"\\..\\x.txt'], 'text/plain', 'content')
  await startUpload(page)
  const result = page.locator('.rows > li')
  await result.getByText('Stored').waitFor()
  const key = await result.getByRole('link').textContent()
  expect(key).toMatch(/^uploads\/\d{4}\/\d\d\/\d\d\/[0-9a-f-]{36}\.txt$/)
  await expectStored(key ?? '', Buffer.from('content'))
  expect(complaints).toEqual([])
})

test('progress is shown as the file leaves', async () => {
  const { page } = await openTab(browser)
  const session = await page.context().newCDPSession(page)
  await page.goto(site.origin)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: 4 * MIB,
  })
  await chooseFiles(page, [{ name: 'slow.bin', mimeType: '', buffer: randomBytes(6 * MIB) }])
  await startUpload(page)
  await page.getByText(/Uploading: [1-9]\d?%/).waitFor()
  await resultOf(page, 'slow.bin').getByText('Stored').waitFor()
})

test('an upload can be cancelled while it is on its way', async () => {
  const { page } = await openTab(browser)
  let posted = 0
  await page.route(`${site.bucketUrl}**`, () => {
    posted++ // never answered
  })
  await page.goto(site.origin)
  await chooseFiles(page, [{ name: 'unwanted.txt', mimeType: 'text/plain', buffer: Buffer.from('x') }])
  await startUpload(page)
  await expect.poll(() => posted).toBe(1)
  await page.getByRole('button', { name: 'Cancel', exact: true }).first().click()
  await page.getByRole('button', { name: 'browse files' }).waitFor()
  expect(await page.locator('.rows > li').count()).toBe(0)
})

test('everything can be done from the keyboard', async () => {
  const { page, complaints } = await openTab(browser)
  const chooser = page.waitForEvent('filechooser') // first: Chromium learns of it while the page loads
  await page.goto(site.origin)
  await tabTo(page, 'browse files')
  await page.keyboard.press('Enter')
  await (await chooser).setFiles([{ name: 'typed.txt', mimeType: 'text/plain', buffer: Buffer.from('typed') }])
  await tabTo(page, 'Upload 1 file')
  await page.keyboard.press('Enter')
  await resultOf(page, 'typed.txt').getByText('Stored').waitFor()
  const key = await resultOf(page, 'typed.txt').getByRole('link').textContent()
  await tabTo(page, key ?? '')
  await expectStored(key ?? '', Buffer.from('typed'))
  expect(complaints).toEqual([])
})

test('the page asks for everything with a policy that forbids inline code and foreign hosts', async () => {
  const response = await fetch(site.origin)
  const policy = response.headers.get('content-security-policy') ?? ''
  expect(policy).toContain(`connect-src 'self' ${new URL(site.bucketUrl).origin}`)
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toContain('unsafe')
})

/** Presses Tab until the element with this name has the focus. */
async function tabTo(page: Page, name: string) {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab')
    const focused = page.locator(':focus')
    if ((await focused.count()) === 0) continue
    const label = (await focused.getAttribute('aria-label')) ?? (await focused.textContent())
    if (label?.trim() === name) return
  }
  throw new Error(`Tab never reaches "${name}".`)
}

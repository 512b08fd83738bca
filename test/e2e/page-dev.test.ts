import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, openTab } from './browser.ts'
import { chooseFiles, resultOf, startUpload } from './page.ts'
import { openPageSite } from './page-site.ts'
import { buildTestPage, type Site } from './site.ts'

const FILE = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('notes') }

let browser: Browser
let site: Site

beforeAll(async () => {
  browser = await launchBrowser()
  site = await openPageSite(await buildTestPage('dev'), { default: { prefix: 'uploads/' } })
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
})

test('the pane of the bucket is empty at first, and shows each upload when it has ended', async () => {
  const { page, complaints } = await openTab(browser)
  await page.goto(site.origin)
  await page.getByText('The bucket is empty.').waitFor()
  await chooseFiles(page, [FILE])
  await startUpload(page)
  const result = resultOf(page, FILE.name)
  await result.getByText('Stored').waitFor()
  const key = (await result.getByRole('link').textContent()) ?? ''
  const row = page.getByRole('table', { name: 'In the bucket' }).getByRole('row').filter({ hasText: key })
  await row.waitFor()
  expect(await row.textContent()).toContain('5 bytes')
  expect(await row.getByRole('link').getAttribute('href')).toBe(`${site.bucketUrl}${key}`)
  expect(complaints).toEqual([])
})

test('the pane of the form shows what was sent, and what its policy allows, in sentences', async () => {
  const { page, complaints } = await openTab(browser)
  await page.goto(site.origin)
  await page.getByText('The form of the next upload appears here').waitFor()
  await chooseFiles(page, [FILE])
  await startUpload(page)
  const pane = page.locator('.form-pane')
  await pane.getByText(site.bucketUrl).waitFor()
  await pane.getByText('The bucket must be "photos".').waitFor()
  await pane.getByText('The content type must be "text/plain".').waitFor()
  await pane.getByText('Fields, in the order they are sent').click()
  await pane.getByText('x-oss-signature', { exact: true }).waitFor()
  await pane.getByText('The policy as it is signed').click()
  expect(await pane.locator('pre').textContent()).toContain('"conditions"')
  for (const value of await pane.locator('dd').allTextContents()) expect(value.length).toBeLessThan(120)
  expect(complaints).toEqual([])
})

test('a hundred objects are shown, and more are when they are asked for', async () => {
  const { page } = await openTab(browser)
  const object = (at: number) => ({
    key: `k${at}`,
    size: 1,
    modified: '2026-11-24T12:00:00.000Z',
    url: `${site.bucketUrl}k${at}`,
  })
  await page.route('**/dev/objects?limit=*', (route) => {
    const limit = Number(new URL(route.request().url()).searchParams.get('limit'))
    const objects = Array.from({ length: Math.min(limit, 150) }, (_, at) => object(at))
    return route.fulfill({ json: { objects, total: 150, isComplete: true } })
  })
  await page.goto(site.origin)
  await page.getByText('the newest 100 of 150').waitFor()
  await page.getByRole('button', { name: 'Show more' }).click()
  await page.getByText('150 in all').waitFor()
  expect(await page.getByRole('row').count()).toBe(151)
  expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0)
})

test('when postern dev has stopped, the pane says that it can’t read the list', async () => {
  const { page } = await openTab(browser)
  await page.goto(site.origin)
  const bucket = page.locator('.bucket-pane')
  await bucket.locator('.card').waitFor()
  await page.route('**/dev/objects?limit=*', (route) => route.abort())
  await bucket.getByRole('button', { name: 'Refresh' }).click()
  await page.getByText('Is postern dev still running?').waitFor()
})

test('a page of postern serve loads none of it, and asks for none of it', async () => {
  const served = await openPageSite(await buildTestPage('uploads'), { default: {} })
  try {
    const { page } = await openTab(browser)
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(served.origin)
    await page.getByText(/^Up to/).waitFor()
    expect(asked.filter((url) => /panes|\/dev\//.test(url))).toEqual([])
    expect(await page.getByText('Behind the page').count()).toBe(0)
  } finally {
    await served.close()
  }
})

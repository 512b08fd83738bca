import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, openTab } from './browser.ts'
import { chooseFiles } from './page.ts'
import { openPageSite } from './page-site.ts'
import { buildTestPage, type Site } from './site.ts'

const FILE = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('notes') }

let browser: Browser
let site: Site

beforeAll(async () => {
  browser = await launchBrowser()
  site = await openPageSite(await buildTestPage('uploads'), {
    default: { types: ['text/plain', 'image/*'], maxSize: 1024 },
  })
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
})

async function openIn(locale: string) {
  const tab = await openTab(browser, { locale })
  const loaded: string[] = []
  tab.page.on('request', (request) => loaded.push(new URL(request.url()).pathname))
  await tab.page.goto(site.origin)
  await tab.page.locator('.uppy-Dashboard').waitFor()
  return { ...tab, loaded }
}

test('who reads Simplified Chinese gets a Chinese page, from its rules to what became of the file', async () => {
  const { page, complaints } = await openIn('zh-CN')
  await page.getByText('单个文件不超过 1 KiB；支持纯文本和图片。').waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
  expect(await page.title()).toBe('上传文件')
  await chooseFiles(page, [FILE, { ...FILE, name: 'large.txt', buffer: Buffer.alloc(1025) }])
  await page.getByRole('alert').filter({ hasText: '未添加 large.txt' }).waitFor()
  await page.getByRole('button', { name: '上传 1 个文件' }).click()
  await page.getByText('已校验：与本地文件一致').waitFor()
  await page.getByRole('log', { name: '动态' }).getByText('notes.txt：已存储。').waitFor()
  expect(complaints).toEqual([])
})

test('a refusal is told in Chinese, too; its details stay as the store wrote them', async () => {
  const { page } = await openIn('zh-CN')
  await page.route('**/uploads', async (route) => {
    if (route.request().method() !== 'POST') return route.fallback()
    const response = await route.fetch()
    const form = await response.json()
    await route.fulfill({ response, json: { ...form, fields: { ...form.fields, 'x-oss-signature': '0'.repeat(64) } } })
  })
  await chooseFiles(page, [FILE])
  await page.getByRole('button', { name: '上传 1 个文件' }).click()
  const reason = page.locator('.reason')
  await reason.waitFor()
  expect(await reason.textContent()).toMatch(/\p{Script=Han}/u)
  await page.getByText('详细信息', { exact: true }).click()
  await page.getByText('signature-mismatch').waitFor()
})

test('where only the Dashboard knows a language, each says which it speaks', async () => {
  const { page } = await openIn('de-DE')
  expect(await page.locator('html').getAttribute('lang')).toBe('en')
  expect(await page.locator('#dashboard').getAttribute('lang')).toBe('de')
  await page.getByRole('button', { name: 'durchsuchen' }).waitFor()
})

test('a language is loaded only by who reads it, from the page’s own origin', async () => {
  const languages = /\/(?:zh|de|es|fr|it|ja|ko|pl|pt|ru|tr|vi)[_-]/i
  const { loaded, origins } = await openIn('en-US')
  expect(loaded.filter((path) => languages.test(path))).toEqual([])
  expect([...origins]).toEqual([site.origin])
  const { loaded: inJapanese } = await openIn('ja-JP')
  expect(inJapanese.filter((path) => languages.test(path))).toHaveLength(1)
})

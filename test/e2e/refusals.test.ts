import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createIssuer } from '../../src/issuer/create-issuer.ts'
import { createPresetIssuer } from '../../src/issuer/presets.ts'
import { oss } from '../../src/issuer/storage/oss.ts'
import { launchBrowser, openTab, type Tab } from './browser.ts'
import { chooseFiles, chooseMore, resultOf, startUpload } from './page.ts'
import { BUCKET, buildTestPage, CREDENTIAL, openSite, REGION, type Site } from './site.ts'

const SMALL = { name: 'small.txt', mimeType: 'text/plain', buffer: Buffer.from('ten bytes.') }

let browser: Browser
let site: Site
let tab: Tab

beforeAll(async () => {
  browser = await launchBrowser()
  const page = await buildTestPage('uploads')
  site = await openSite(async ({ bucketUrl }) =>
    createIssuer({
      storage: oss({ bucket: BUCKET, url: bucketUrl, region: REGION, credential: CREDENTIAL }),
      routes: { default: { prefix: 'uploads/', maxSize: 10, types: ['text/plain', 'image/*'] } },
      authorize: 'public',
      page,
    }),
  )
})

beforeEach(async () => {
  tab = await openTab(browser)
  await tab.page.goto(site.origin)
})

/** What a refusal leaves in the console: Chromium's own lines, and Uppy's. */
const EXPECTED = /^Failed to load resource: |^\[Uppy\] | blocked by CORS policy: /

afterEach(async () => {
  expect(tab.complaints.filter((text) => !EXPECTED.test(text))).toEqual([])
  await tab.page.context().close()
  await site.allow(site.origin)
})

afterAll(async () => {
  await browser?.close()
  await site?.close()
})

/** What the page says of a file that it could not upload. */
async function failureOf(page: Page, file: typeof SMALL): Promise<string> {
  await chooseFiles(page, [file])
  await startUpload(page)
  const result = resultOf(page, file.name)
  await result.getByText('Failed', { exact: true }).waitFor()
  return (await result.textContent()) ?? ''
}

/** Changes the issuer's answer on its way to the page. */
async function tamper(page: Page, change: (fields: Record<string, string>) => Record<string, string>) {
  await page.route('**/uploads', async (route) => {
    if (route.request().method() !== 'POST') return route.fallback()
    const response = await route.fetch()
    const form = await response.json()
    await route.fulfill({ response, json: { ...form, fields: change(form.fields) } })
  })
}

/** Waits until the page knows them. */
async function rulesOf(page: Page) {
  await page.getByText('Up to 10 bytes a file').waitFor()
}

/** Counts what reaches the store. */
function countPosts(page: Page): { posts: number } {
  const seen = { posts: 0 }
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().startsWith(site.bucketUrl)) seen.posts++
  })
  return seen
}

/** What the page says of a file that it does not even add. */
async function noticeOf(page: Page, file: typeof SMALL): Promise<string> {
  await chooseFiles(page, [file])
  const notice = page.getByRole('alert').filter({ hasText: file.name })
  await notice.waitFor()
  expect(await page.getByRole('button', { name: /^Upload \d+ file/ }).count()).toBe(0)
  return (await notice.textContent()) ?? ''
}

test('a file that is too large is refused as it is chosen, and the page says how large it may be', async () => {
  await rulesOf(tab.page)
  const text = await noticeOf(tab.page, { ...SMALL, buffer: Buffer.from('ten bytes..') })
  expect(text).toContain('The file is too large')
  expect(text).toMatch(/11 bytes.*\b10\b/)
})

test('an empty file is refused as it is chosen, where the route wants a byte', async () => {
  await rulesOf(tab.page)
  expect(await noticeOf(tab.page, { ...SMALL, buffer: Buffer.alloc(0) })).toContain('The file is too small')
})

test('a file of another type is refused as it is chosen, and the page says that the type is the reason', async () => {
  await rulesOf(tab.page)
  const text = await noticeOf(tab.page, { name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF') })
  expect(text).toContain('This type of file is not allowed')
  expect(text).toContain('application/pdf')
})

test('the file that is refused does not hold back what is chosen with it; the next choice takes the reason away', async () => {
  await rulesOf(tab.page)
  await chooseFiles(tab.page, [{ ...SMALL, name: 'long.txt', buffer: Buffer.alloc(11) }, SMALL])
  await tab.page.getByRole('alert').filter({ hasText: 'long.txt' }).waitFor()
  await chooseMore(tab.page, [{ ...SMALL, name: 'other.txt' }])
  await tab.page.getByRole('button', { name: 'Upload 2 files' }).waitFor()
  expect(await tab.page.getByRole('alert').textContent()).toBe('')
})

test('a file that is there already is refused by the Dashboard, in its own words', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'postern-twice-'))
  try {
    await writeFile(`${folder}/twice.txt`, 'twice')
    await chooseFiles(tab.page, `${folder}/twice.txt`)
    await chooseMore(tab.page, `${folder}/twice.txt`)
    await tab.page.getByRole('alert').filter({ hasText: 'duplicate' }).waitFor()
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('where the rules are not known the issuer refuses, with the same reason, before a byte is sent', async () => {
  await tab.page.route('**/uploads', (route) =>
    route.request().method() === 'GET' ? route.fulfill({ status: 200, json: {} }) : route.fallback(),
  )
  await tab.page.reload()
  const seen = countPosts(tab.page)
  const text = await failureOf(tab.page, { ...SMALL, buffer: Buffer.from('ten bytes..') })
  expect(text).toContain('The file is too large')
  expect(text).toMatch(/11 bytes.*\b10\b/)
  expect(seen.posts).toBe(0)
})

test('a policy that somebody widened is refused, because its signature is another', async () => {
  await tamper(tab.page, (fields) => {
    const policy = Buffer.from(fields['policy'] ?? '', 'base64')
      .toString()
      .replace('"content-length-range",1,10]', '"content-length-range",1,99]')
    expect(policy).toContain('99')
    return { ...fields, policy: Buffer.from(policy).toString('base64') }
  })
  const text = await failureOf(tab.page, SMALL)
  expect(text).toContain('The upload form is not valid')
  expect(text).toContain('signature-mismatch')
})

test('a key outside what the policy pins is found out before a byte is sent', async () => {
  const seen = countPosts(tab.page)
  await tamper(tab.page, (fields) => ({ ...fields, key: 'elsewhere/a.txt' }))
  const text = await failureOf(tab.page, SMALL)
  expect(text).toContain('This file is not allowed')
  expect(text).toContain('it is “elsewhere/a.txt”')
  expect(seen.posts).toBe(0)
})

test('a prefix that the vendor-shaped answer does not allow is found out too', async () => {
  const page = await buildTestPage('signature')
  const preset = await openSite(async ({ hostUrl }) =>
    createPresetIssuer('java', { credential: CREDENTIAL, bucket: BUCKET, endpoint: 'localhost', hostUrl, page }),
  )
  try {
    await tab.page.route('**/get_post_signature_for_oss_upload', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), dir: 'another-user/' } })
    })
    await tab.page.goto(preset.origin)
    const text = await failureOf(tab.page, SMALL)
    expect(text).toContain('This file is not allowed')
    expect(text).toContain('must begin with “user-dir-prefix/”')
  } finally {
    await preset.close()
  }
})

test('a bucket without a CORS rule for the page is told from a store that is down', async () => {
  await site.allow('http://another.example')
  const text = await failureOf(tab.page, SMALL)
  expect(text).toContain('The storage does not take files from this page')
  expect(text).toMatch(new RegExp(`no CORS rule that allows POST from ${site.origin}`))
})

test('while a store is down the page says that it tries again, and once it is back the file is stored', async () => {
  await tab.page.route(`${site.bucketUrl}**`, (route) => route.abort('connectionrefused'))
  await chooseFiles(tab.page, [SMALL])
  await startUpload(tab.page)
  const patience = tab.page.getByRole('status').filter({ hasText: 'Trying again' })
  await patience.waitFor()
  await tab.page.unroute(`${site.bucketUrl}**`)
  await resultOf(tab.page, SMALL.name).getByText('Stored').waitFor()
  expect(await patience.count()).toBe(0)
})

test('without a network the page says so, and goes on by itself when there is one', async () => {
  await chooseFiles(tab.page, [SMALL])
  const context = tab.page.context()
  await context.setOffline(true)
  await tab.page.getByRole('status').filter({ hasText: 'You are offline' }).waitFor()
  await startUpload(tab.page)
  await context.setOffline(false)
  await resultOf(tab.page, SMALL.name).getByText('Stored').waitFor()
  expect(await tab.page.getByRole('status').filter({ hasText: 'You are offline' }).count()).toBe(0)
})

test('a file that failed is tried again by the Dashboard’s button, and its row is replaced', async () => {
  await tamper(tab.page, (fields) => ({ ...fields, key: 'elsewhere/a.txt' }))
  await failureOf(tab.page, SMALL)
  await tab.page.unroute('**/uploads')
  await tab.page.locator('.uppy-StatusBar').getByRole('button', { name: 'Retry upload' }).click()
  await resultOf(tab.page, SMALL.name).getByText('Stored').waitFor()
  expect(await resultOf(tab.page, SMALL.name).count()).toBe(1)
})

test('a file that changed after it was chosen is asked for again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'postern-changed-'))
  try {
    await writeFile(`${folder}/changed.txt`, 'before')
    await chooseFiles(tab.page, `${folder}/changed.txt`)
    await writeFile(`${folder}/changed.txt`, 'after..')
    await startUpload(tab.page)
    const result = resultOf(tab.page, 'changed.txt')
    await result.getByText('Failed', { exact: true }).waitFor()
    expect(await result.textContent()).toContain('Choose it again')
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('what the store says is text to the page, never markup', async () => {
  await tab.page.route(`${site.bucketUrl}**`, (route) =>
    route.fulfill({
      status: 403,
      headers: { 'access-control-allow-origin': '*', 'content-type': 'application/xml' },
      body: '<Error><Code>&lt;img src=x onerror=alert(1)&gt;</Code><Message>&lt;b&gt;bold&lt;/b&gt;</Message></Error>',
    }),
  )
  expect(await failureOf(tab.page, SMALL)).toContain('<b>bold</b>')
  expect(await tab.page.locator('.rows img, .rows b').count()).toBe(0)
})

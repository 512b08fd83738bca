import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { UploadForm } from '../../src/form/upload-form.ts'
import { listen } from '../../src/http/listen.ts'
import type { HttpServer } from '../../src/http/server.ts'
import { createIssuer } from '../../src/issuer/create-issuer.ts'
import type { Handler } from '../../src/issuer/handler.ts'
import { createPresetIssuer } from '../../src/issuer/presets.ts'
import { oss } from '../../src/issuer/storage/oss.ts'
import { createForm, type FormGrant } from '../../src/sign/create-form.ts'
import { ossV1 } from '../../src/sign/oss-v1.ts'
import { ossV4 } from '../../src/sign/oss-v4.ts'
import { launchBrowser, openTab } from './browser.ts'
import { BUCKET, CREDENTIAL, openSite, REGION, type Site } from './site.ts'

const FILENAME = '$' + '{filename}' // in two pieces, so that it does not look like a template that lacks its backticks
const PHOTO = { name: '照片 "1".png', mimeType: 'image/png', buffer: Buffer.alloc(1024, 'p') }

let browser: Browser
const closers: (() => Promise<void>)[] = []

beforeAll(async () => {
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  for (const close of closers) await close()
})

function html(body: string): Response {
  return new Response(body, { headers: { 'content-type': 'text/html; charset=utf-8' } })
}

function fixture(name: string): Promise<string> {
  return readFile(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
}

async function site(application: Parameters<typeof openSite>[0]): Promise<Site> {
  const opened = await openSite(application)
  closers.push(opened.close)
  return opened
}

/** A front end served beside the issuer that it asks, as the vendor's sample servers do. */
async function frontEnd(name: string, issuer: Handler): Promise<Handler> {
  const text = await fixture(name)
  return async (request) => (new URL(request.url).pathname === '/' ? html(text) : issuer(request))
}

function goPreset(hostUrl: string): Handler {
  return createPresetIssuer('go', { credential: CREDENTIAL, bucket: BUCKET, endpoint: 'localhost', hostUrl })
}

/** A third origin, neither the application's nor the store's. */
async function thirdOrigin(pages: () => Record<string, string>): Promise<HttpServer> {
  const server = await listen(async (request) => html(pages()[new URL(request.url).pathname] ?? ''))
  closers.push(server.close)
  return server
}

async function send(page: Page, file: typeof PHOTO): Promise<string> {
  await page.getByLabel('File').setInputFiles(file)
  await page.getByRole('button', { name: 'Upload' }).click()
  const output = page.locator('output:not(:empty)')
  await output.waitFor()
  return (await output.textContent()) ?? ''
}

test('the front end for V1 answers uploads, and is refused where the policy says so', async () => {
  const opened = await site(async ({ hostUrl }) => frontEnd('front-end-v1.html', goPreset(hostUrl)))
  const { page, complaints } = await openTab(browser)
  await page.goto(opened.origin)
  expect(await send(page, PHOTO)).toBe('200 ')
  expect(complaints).toEqual([])
  const kept = await opened.read(`user-dir-prefix/${PHOTO.name}`)
  expect(kept.body.equals(PHOTO.buffer)).toBe(true)
  expect(kept.headers['content-type']).toBe('image/png')

  await page.reload()
  expect(await send(page, { ...PHOTO, buffer: Buffer.alloc(1023) })).toMatch(/^400 .*<Code>EntityTooSmall<\/Code>/s)
})

test('a browser can read a refusal that comes long before its file has left', async () => {
  const opened = await site(async ({ hostUrl }) => frontEnd('front-end-v1.html', goPreset(hostUrl)))
  const { page } = await openTab(browser)
  await page.goto(opened.origin)
  const said = await send(page, { ...PHOTO, buffer: Buffer.alloc(40 * 1024 * 1024) })
  expect(said).toMatch(/^400 .*<Code>EntityTooLarge<\/Code>/s)
})

test('a front end that writes its keys elsewhere is refused by the store', async () => {
  const opened = await site(async ({ hostUrl }) => frontEnd('front-end-v1.html', goPreset(hostUrl)))
  const { page } = await openTab(browser)
  await page.route('**/get_post_signature_for_oss_upload', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...(await response.json()), dir: 'another-user/' } })
  })
  await page.goto(opened.origin)
  expect(await send(page, PHOTO)).toMatch(/^403 .*Policy Condition failed: \[.*starts-with/s)
  expect((await opened.read(`another-user/${PHOTO.name}`)).status).toBe(404)
})

test('the front end for V4 answers uploads into a folder of its own, and only allowed types', async () => {
  const opened = await site(async ({ bucketUrl }) =>
    frontEnd(
      'front-end-v4.html',
      createIssuer({
        storage: oss({ bucket: BUCKET, url: bucketUrl, region: REGION, credential: CREDENTIAL }),
        routes: { default: { answer: 'v4', types: ['image/png'] } },
        authorize: 'public',
      }),
    ),
  )
  const { page } = await openTab(browser)
  await page.goto(opened.origin)
  const said = await send(page, PHOTO)
  expect(said).toMatch(/^200 uploads\/\d{4}\/\d\d\/\d\d\/[0-9a-f-]{36}\/照片 "1"\.png $/)
  const kept = await opened.read(said.slice(4, -1))
  expect(kept.body.equals(PHOTO.buffer)).toBe(true)

  await page.reload()
  const refused = await send(page, { ...PHOTO, name: 'a.pdf', mimeType: 'application/pdf' })
  expect(refused).toMatch(/^403 .*<Code>AccessDenied<\/Code>.*Policy Condition failed/s)
})

/** A grant for a form that a person fills in by hand: the store puts the file's name into the key. */
function grantOf(url: string, fields: Record<string, string>): FormGrant {
  return { url, bucket: BUCKET, keyPrefix: 'by-hand/', fields, minSize: 0, maxSize: 2000, expiresInSeconds: 600 }
}

async function plainForm({ url, fields }: UploadForm): Promise<string> {
  const inputs = Object.entries({ key: `by-hand/${FILENAME}`, ...fields }).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  )
  return (await fixture('plain-form.html')).replace('{{url}}', escaped(url)).replace('{{fields}}', inputs.join('\n'))
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}

const signers = [
  { scheme: 'oss-v1', signer: ossV1(CREDENTIAL) },
  { scheme: 'oss-v4', signer: ossV4(CREDENTIAL, REGION) },
]

test.each(signers)(
  'a plain HTML form signed with $scheme uploads from any origin, without a script',
  async ({ signer }) => {
    const opened = await site(async () => async () => html(''))
    const form = createForm(grantOf(opened.bucketUrl, { success_action_status: '201' }), signer, new Date())
    const text = await plainForm(form)
    const third = await thirdOrigin(() => ({ '/': text }))
    const { page } = await openTab(browser, { javaScriptEnabled: false })
    await page.goto(third.url)
    await page.getByLabel('File').setInputFiles(PHOTO)
    const answered = page.waitForResponse((response) => response.request().method() === 'POST')
    await page.getByRole('button', { name: 'Upload' }).click()
    expect((await answered).status()).toBe(201)
    const kept = await opened.read('by-hand/照片 %221%22.png') // as Chromium sends a quote
    expect(kept.body.equals(PHOTO.buffer)).toBe(true)
  },
)

test('a plain HTML form can go on to a page of its own', async () => {
  const opened = await site(async () => async () => html(''))
  const pages: Record<string, string> = { '/thanks': '<h1>Thanks</h1>' }
  const third = await thirdOrigin(() => pages)
  const grant = grantOf(opened.bucketUrl, { success_action_redirect: `${third.url}/thanks` })
  pages['/'] = await plainForm(createForm(grant, ossV4(CREDENTIAL, REGION), new Date()))
  const { page } = await openTab(browser)
  await page.goto(third.url)
  await page.getByLabel('File').setInputFiles({ ...PHOTO, name: 'plain.png' })
  await page.getByRole('button', { name: 'Upload' }).click()
  await page.getByRole('heading', { name: 'Thanks' }).waitFor()
  expect((await opened.read('by-hand/plain.png')).status).toBe(200)
})

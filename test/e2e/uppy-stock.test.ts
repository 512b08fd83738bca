import { build } from 'esbuild'
import type { Browser } from 'playwright'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { CompletedUpload } from '../../src/issuer/completion/completion.ts'
import { createIssuer } from '../../src/issuer/create-issuer.ts'
import type { Handler } from '../../src/issuer/handler.ts'
import { oss } from '../../src/issuer/storage/oss.ts'
import { signRequest } from '../../src/sign/sign-request.ts'
import { launchBrowser, openTab, type Tab } from './browser.ts'
import type { Order, Outcome } from './fixtures/uppy-page.ts'
import { BUCKET, CREDENTIAL, openSite, REGION, type Site } from './site.ts'

const MIB = 1024 * 1024
/** Uppy's own words where a bucket's form answer has no Location; OSS's never has one. */
const NO_LOCATION = 'Could not read the Location header'

let browser: Browser
let site: Site
let script: string
let withoutForms = false
const uploaded: CompletedUpload[] = []

beforeAll(async () => {
  script = await bundle()
  browser = await launchBrowser()
  const issuers = new Map<'with forms' | 'without', Handler>()
  site = await openSite(async () => async (request, peer) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/') return html('<!doctype html><title>Uppy</title><script src="/uppy.js"></script>')
    if (pathname === '/favicon.ico') return new Response(null, { status: 204 })
    if (pathname === '/uppy.js') return new Response(script, { headers: { 'content-type': 'text/javascript' } })
    const issuer = issuers.get(withoutForms ? 'without' : 'with forms')
    return issuer === undefined ? expect.fail('nobody listens yet') : await issuer(request, peer)
  })
  const storage = oss({ bucket: BUCKET, url: site.bucketUrl, region: REGION, credential: CREDENTIAL })
  const options = {
    routes: {
      default: { maxSize: '50MB' },
      small: { prefix: 'small/', maxSize: 6 * MIB },
      films: { prefix: 'films/' },
    },
    authorize: 'public',
    callback: { url: `${site.origin}/callback`, keyUrls: [site.store.callbackKeyUrl()] },
    onUploaded(upload: CompletedUpload) {
      uploaded.push(upload)
      return { saved: upload.key }
    },
  } as const
  issuers.set('with forms', createIssuer({ storage, ...options }))
  issuers.set('without', createIssuer({ storage: { ...storage, takesForms: false }, ...options }))
  await site.store.setCors(BUCKET, {
    rules: [{ origins: [site.origin], methods: ['POST', 'PUT'], headers: ['*'], exposed: ['ETag'] }],
    varyAlways: false,
  })
})
afterEach(() => {
  uploaded.length = 0
  withoutForms = false
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
})

/** The published packages, as they are. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['test/e2e/fixtures/uppy-page.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    logLevel: 'warning',
  })
  return outputFiles[0]?.text ?? ''
}

function html(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'text/html; charset=utf-8' } })
}

async function upload(order: Order): Promise<{ outcome: Outcome; tab: Tab; asked: string[] }> {
  const tab = await openTab(browser)
  const asked: string[] = []
  tab.page.on('response', (response) => {
    const { origin, pathname } = new URL(response.url())
    if (origin === site.origin) asked.push(`${response.request().method()} ${pathname} ${response.status()}`)
  })
  await tab.page.goto(site.origin)
  const outcome = await tab.page.evaluate((given) => globalThis.uploadWithUppy(given), order)
  return { outcome, tab, asked }
}

/** The bytes that the page has made. */
function filled(length: number): Buffer {
  const numbers = new Uint32Array(Math.ceil(length / 4))
  for (let at = 0; at < numbers.length; at++) numbers[at] = at * 2_654_435_761
  return Buffer.from(numbers.buffer, 0, length)
}

async function expectStored(key: unknown, length: number, type: string) {
  const { status, headers, body } = await site.read(String(key))
  expect(status).toBe(200)
  expect(headers['content-type']).toBe(type)
  expect(body.equals(filled(length))).toBe(true)
}

/** The uploads that have begun and not ended, as the bucket lists them. */
async function openUploads(): Promise<string> {
  const address = { method: 'GET', bucket: BUCKET, query: [['uploads', '']] } as const
  const headers = signRequest(address, {}, CREDENTIAL, { scheme: 'oss-v4', region: REGION }, new Date())
  return await (await fetch(`${site.bucketUrl}?uploads`, { headers })).text()
}

test('files in one piece go by a form, end where their key says, and are reported by the storage', async () => {
  const files = [
    { name: '照片 "1" 100%.png', type: 'image/png', bytes: 2000 },
    { name: 'one.bin', type: 'application/octet-stream', bytes: 1 },
  ]
  const { outcome, tab } = await upload({ options: { shouldUseMultipart: false }, meta: { caption: '夏天' }, files })
  expect(outcome.errors).toEqual([])
  expect(outcome.uploaded).toHaveLength(2)
  for (const [index, { key, name }] of outcome.uploaded.entries()) {
    expect(name).toBe(files[index]?.name)
    await expectStored(key, files[index]?.bytes ?? 0, files[index]?.type ?? '')
  }
  expect(uploaded).toHaveLength(2)
  expect(uploaded.map(({ key, size }) => ({ key, size }))).toEqual(
    expect.arrayContaining(outcome.uploaded.map(({ key }, index) => ({ key, size: files[index]?.bytes }))),
  )
  const { headers } = await site.read(String(outcome.uploaded[0]?.key))
  expect(headers['x-oss-meta-caption']).toBe(`=?UTF-8?B?${Buffer.from('夏天').toString('base64')}?=`)
  expect(headers['x-oss-meta-name']).toBeUndefined()
  expect(tab.complaints.filter((text) => !text.includes(NO_LOCATION))).toEqual([])
})

test('where the storage takes no forms, a file in one piece goes by PUT', async () => {
  withoutForms = true
  const files = [{ name: 'cat.png', type: 'image/png', bytes: 3000 }]
  const { outcome, tab } = await upload({ options: { shouldUseMultipart: false }, files })
  expect(outcome.errors).toEqual([])
  const [{ key, uploadURL } = {}] = outcome.uploaded
  await expectStored(key, 3000, 'image/png')
  expect(uploadURL).toBe(`${site.bucketUrl}${key}`)
  expect(tab.complaints).toEqual([])
})

test('a large file goes in parts, is put together, and the application hears of it', async () => {
  const bytes = 12 * MIB + 1
  const files = [{ name: 'film.mp4', type: 'video/mp4', bytes }]
  const { outcome, tab, asked } = await upload({
    options: { shouldUseMultipart: true },
    meta: { route: 'films' },
    files,
  })
  expect(outcome.errors).toEqual([])
  const [{ key, uploadURL, body } = {}] = outcome.uploaded
  expect(key).toMatch(/^films\//)
  await expectStored(key, bytes, 'video/mp4')
  expect(uploadURL).toBe(`${site.bucketUrl}${key}`)
  expect(body).toMatchObject({ key, answer: { saved: key } })
  expect(uploaded).toEqual([expect.objectContaining({ key, size: bytes, route: 'films', type: 'video/mp4' })])
  expect(asked.filter((line) => line.startsWith('GET /s3/multipart/'))).toHaveLength(3)
  expect(tab.complaints).toEqual([])
})

test('a small file goes in parts too: in one, whose type Uppy would send if it were not told another', async () => {
  const files = [{ name: 'cat.png', type: 'image/png', bytes: 1000 }]
  const { outcome } = await upload({ options: { shouldUseMultipart: true }, files })
  expect(outcome.errors).toEqual([])
  await expectStored(outcome.uploaded[0]?.key, 1000, 'image/png')
})

test('a paused upload goes on with the parts that are missing', async () => {
  const bytes = 16 * MIB
  const files = [{ name: 'film.mp4', type: 'video/mp4', bytes }]
  const { outcome, asked } = await upload({ options: { shouldUseMultipart: true, limit: 1 }, files, act: 'pause' })
  expect(outcome.errors).toEqual([])
  await expectStored(outcome.uploaded[0]?.key, bytes, 'video/mp4')
  expect(asked.some((line) => /^GET \/s3\/multipart\/[^/]+ 200$/.test(line))).toBe(true)
})

test('a cancelled upload leaves nothing in the storage', async () => {
  const files = [{ name: 'film.mp4', type: 'video/mp4', bytes: 16 * MIB }]
  const order = { options: { shouldUseMultipart: true, limit: 1 }, files, act: 'cancel' } as const
  const { outcome, tab, asked } = await upload(order)
  expect(outcome.uploaded).toEqual([])
  await expect.poll(() => asked.at(-1)).toMatch(/^DELETE \/s3\/multipart\/[^/]+ 200$/)
  await expect.poll(openUploads, { timeout: 10_000 }).not.toContain('<Upload>')
  expect(uploaded).toEqual([])
  expect(tab.complaints).toEqual([])
})

test.each([
  { what: 'type', file: { name: 'a.html', type: 'text/html', bytes: 10 }, says: 'text/html is not among the types' },
  {
    what: 'route',
    file: { name: 'a.png', type: 'image/png', bytes: 10 },
    meta: { route: 'none' },
    says: 'no route "none"',
  },
])('people read why a $what is refused, in one piece and in parts', async ({ file, meta = {}, says }) => {
  for (const shouldUseMultipart of [false, true]) {
    const { outcome } = await upload({ options: { shouldUseMultipart }, meta, files: [file] })
    expect(outcome.uploaded).toEqual([])
    expect(outcome.errors).toEqual([expect.stringContaining(says)])
  }
})

test('a file whose size nobody has told is refused where the route ends, and nothing of it is kept', async () => {
  const files = [{ name: 'film.mp4', type: 'video/mp4', bytes: 6 * MIB + 1 }]
  const { outcome } = await upload({ options: { shouldUseMultipart: true }, meta: { route: 'small' }, files })
  expect(outcome.errors).toEqual([expect.stringContaining('6291456 are allowed here')])
  expect(await openUploads()).not.toContain('<Upload>')
})

test('a size that the page tells is judged before a byte is sent', async () => {
  const files = [{ name: 'film.mp4', type: 'video/mp4', bytes: 10 }]
  const meta = { route: 'small', size: `${6 * MIB + 1}` }
  const { outcome, asked } = await upload({ options: { shouldUseMultipart: true }, meta, files })
  expect(outcome.errors).toEqual([expect.stringContaining('6291456 are allowed here')])
  expect(asked.at(-1)).toBe('POST /s3/multipart 400')
})

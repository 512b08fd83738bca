import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { get, testIssuer, testStorage } from './issuer.fixture.ts'
import { readPage } from './page.ts'

let dir = ''

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'postern-page-'))
  await writeFile(join(dir, 'index.html'), '<main data-kind="uploads"></main>')
  await writeFile(join(dir, 'page.js'), 'start()')
  await writeFile(join(dir, 'page.css'), 'main { color: red }')
  await writeFile(join(dir, 'de-ABCD1234.js'), 'say("hallo")')
  for (const name of ['secret.txt', 'secret.js.map', 'page.d.ts']) await writeFile(join(dir, name), 'secret')
})
afterAll(() => rm(dir, { recursive: true }))

const files: { path: string; type: string; text: string }[] = [
  { path: '/', type: 'text/html; charset=utf-8', text: '<main data-kind="uploads"></main>' },
  { path: '/page.js', type: 'text/javascript; charset=utf-8', text: 'start()' },
  { path: '/de-ABCD1234.js', type: 'text/javascript; charset=utf-8', text: 'say("hallo")' },
  { path: '/page.css', type: 'text/css; charset=utf-8', text: 'main { color: red }' },
]

test.each(files)('the page has $path', async ({ path, type, text }) => {
  const response = await get(testIssuer({ page: await readPage(dir, 'uploads') }), path)
  expect(response.headers.get('content-type')).toBe(type)
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect(response.headers.get('referrer-policy')).toBe('no-referrer')
  expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin')
  expect(await response.text()).toBe(text)
})

test('the page runs no script but its own, sits in no frame, and sends to the storage', async () => {
  const storage = testStorage({ url: 'http://127.0.0.1:9000/photos/' })
  const response = await get(testIssuer({ page: await readPage(dir, 'uploads'), storage }), '/')
  const policy = response.headers.get('content-security-policy')?.split('; ')
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self'")
  expect(policy).toContain("connect-src 'self' http://127.0.0.1:9000")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).toContain("require-trusted-types-for 'script'")
  expect(policy?.join()).not.toMatch(/unsafe|\*/)
})

test.each(['signature', 'dev'] as const)('the page learns that it is of the kind %s', async (kind) => {
  expect((await readPage(dir, kind)).html).toBe(`<main data-kind="${kind}"></main>`)
})

const keeping: { path: string; kept: string }[] = [
  { path: '/', kept: 'no-store' }, // it says where files go, which may be elsewhere tomorrow
  { path: '/de-ABCD1234.js', kept: 'public, max-age=31536000, immutable' },
  { path: '/page.js', kept: 'no-store' },
]

test.each(keeping)('what is named by its content is kept by browsers, nothing else: $path', async ({ path, kept }) => {
  const response = await get(testIssuer({ page: await readPage(dir, 'uploads') }), path)
  expect(response.headers.get('cache-control')).toBe(kept)
})

const codings: { accepted: string; coding: string | null }[] = [
  { accepted: 'gzip, deflate, br', coding: 'gzip' },
  { accepted: 'br;q=1.0, gzip;q=0.8', coding: 'gzip' },
  { accepted: 'identity', coding: null },
  { accepted: 'gzip;q=0', coding: null },
  { accepted: 'gzip; q=0.0, identity', coding: null },
  { accepted: 'xgzip', coding: null },
]

test.each(codings)('to whoever accepts "$accepted" a file goes as $coding', async ({ accepted, coding }) => {
  const issuer = testIssuer({ page: await readPage(dir, 'uploads') })
  const response = await issuer(new Request('http://app.local/page.js', { headers: { 'accept-encoding': accepted } }))
  expect(response.headers.get('content-encoding')).toBe(coding)
  expect(response.headers.get('vary')).toContain('accept-encoding')
  const bytes = new Uint8Array(await response.arrayBuffer())
  expect((coding === null ? Buffer.from(bytes) : gunzipSync(bytes)).toString()).toBe('start()')
})

test.each([
  '/secret.txt',
  '/secret.js.map',
  '/page.d.ts',
  '/page',
  '/index.html',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
])('no other file is served: %s', async (path) => {
  expect((await get(testIssuer({ page: await readPage(dir, 'uploads') }), path)).status).toBe(404)
})

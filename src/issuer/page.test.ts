import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { get, testIssuer, testStorage } from './issuer.fixture.ts'
import { readPage } from './page.ts'

let dir = ''

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'postern-page-'))
  await writeFile(join(dir, 'index.html'), '<main data-ask="uploads"></main>')
  await writeFile(join(dir, 'page.js'), 'start()')
  await writeFile(join(dir, 'page.css'), 'main { color: red }')
  await writeFile(join(dir, 'secret.txt'), 'secret')
})
afterAll(() => rm(dir, { recursive: true }))

const files: { path: string; type: string; text: string }[] = [
  { path: '/', type: 'text/html; charset=utf-8', text: '<main data-ask="uploads"></main>' },
  { path: '/page.js', type: 'text/javascript; charset=utf-8', text: 'start()' },
  { path: '/page.css', type: 'text/css; charset=utf-8', text: 'main { color: red }' },
]

test.each(files)('the page has $path', async ({ path, type, text }) => {
  const response = await get(testIssuer({ page: await readPage(dir, 'uploads') }), path)
  expect(response.headers.get('content-type')).toBe(type)
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect(response.headers.get('referrer-policy')).toBe('no-referrer')
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
  expect(policy?.join()).not.toMatch(/unsafe|\*/)
})

test('the page can ask as the vendor front ends do', async () => {
  expect((await readPage(dir, 'signature')).html).toBe('<main data-ask="signature"></main>')
})

test.each(['/secret.txt', '/index.html', '/..%2fsecret.txt', '/%2e%2e/secret.txt'])(
  'no other file is served: %s',
  async (path) => {
    expect((await get(testIssuer({ page: await readPage(dir, 'uploads') }), path)).status).toBe(404)
  },
)

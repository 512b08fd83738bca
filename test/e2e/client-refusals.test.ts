import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { launchBrowser } from './browser.ts'
import { expectStored, openClientSite } from './client-site.ts'
import { visit } from './visitor.ts'

/** What no patience helps against: the upload fails at once, and says what is wrong and where. */

const MIB = 1024 * 1024
const PHOTO = { name: 'photo.jpg', type: 'image/jpeg', bytes: 1000 }
const FILM = { name: 'film.mp4', type: 'video/mp4', bytes: 12 * MIB }
const IN_PARTS = { partsFrom: MIB, partsAtOnce: 1 }

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test.each([
  { what: 'for another origin', bucketAllows: ['http://another.example'], file: PHOTO, method: 'POST' },
  { what: 'for another origin', bucketAllows: ['http://another.example'], file: FILM, method: 'PUT' },
  { what: 'at all', bucketAllows: [], file: PHOTO, method: 'POST' },
])(
  'a bucket without a CORS rule $what is named, with the page’s origin: $method',
  async ({ bucketAllows, file, method }) => {
    const site = await openClientSite({ bucketAllows })
    const visitor = await visit(browser, site, { uploader: IN_PARTS })
    const { code, detail } = await (await visitor.begin(file)).failure()
    expect(code).toBe('cors-forbidden')
    expect(detail).toContain(site.bucketUrl.replace(/\/$/, ''))
    expect(detail).toContain(site.origin)
    expect(detail).toContain(method)
  },
)

test('an issuer that does not list the page’s origin is named', async () => {
  const site = await openClientSite({ issuerAllows: ['http://another.example'] })
  const visitor = await visit(browser, site)
  const { code, detail } = await (await visitor.begin(PHOTO)).failure()
  expect(code).toBe('cors-forbidden')
  expect(detail).toContain(site.issuer.url)
  expect(detail).toContain(site.origin)
})

test.each(['store', 'issuer'] as const)(
  'a Content-Security-Policy that leaves out the %s is found out, and says which address to add',
  async (left) => {
    const site = await openClientSite({
      policy: (addresses) => `connect-src ${left === 'store' ? addresses.issuer : addresses.store}`,
    })
    const visitor = await visit(browser, site)
    const { code, detail } = await (await visitor.begin(PHOTO)).failure()
    expect(code).toBe('csp-blocked')
    expect(detail).toContain(site[left].url)
    expect(detail).toContain('connect-src')
  },
)

test('a page that came by https reaches a store by http on no other machine, and says so', async () => {
  const site = await openClientSite({ isSecure: true, storeHost: 'store.example' })
  const visitor = await visit(browser, site)
  const { code, detail } = await (await visitor.begin(PHOTO)).failure()
  expect(code).toBe('mixed-content')
  expect(detail).toContain('http://store.example')
  const complaint = visitor.page.waitForEvent('console', (message) => message.text().includes('Mixed Content'))
  await visitor.page.evaluate(() => fetch('http://store.example/').catch(() => {}))
  await complaint // so Chromium sees it
})

test.each(['127.0.0.1', 'localhost', 'photos.localhost'])(
  'a page that came by https reaches a store on this machine: http://%s',
  async (storeHost) => {
    const site = await openClientSite({ isSecure: true, storeHost })
    const visitor = await visit(browser, site)
    const upload = await visitor.begin(PHOTO)
    await expectStored(site, [{ ...PHOTO, key: await upload.key() }])
  },
)

test.each([
  { what: 'a form', file: PHOTO },
  { what: 'parts', file: FILM },
])('a file that is changed after it was chosen is to be chosen again: by $what', async ({ file }) => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: IN_PARTS })
  const path = await fileOf(file.name, file.bytes)
  const upload = await visitor.choose(path, () => writeFile(path, Buffer.alloc(file.bytes, 'other')))
  const { code, detail } = await upload.failure()
  expect(code).toBe('file-unreadable')
  expect(detail).toContain(file.name)
  expect(site.store.of('form')).toEqual([])
  expect(site.store.of('part')).toEqual([])
})

test('a file that is changed in mid-upload is to be chosen again, and what it was becomes no object', async () => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: IN_PARTS })
  const path = await fileOf(FILM.name, FILM.bytes)
  const held = site.store.holdAnswer({ kind: 'part' })
  const upload = await visitor.choose(path)
  await held.reached
  await writeFile(path, Buffer.alloc(FILM.bytes, 'other'))
  held.release()
  expect(await upload.failure()).toMatchObject({ code: 'file-unreadable' })
  expect([...(await site.objects()).keys()]).toEqual([])
})

test('an upload that gets no further ends after as many tries as it was given', async () => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: { retries: 2 } })
  site.store.cut({ kind: 'form', times: 100 }, 0)
  const upload = await visitor.begin(PHOTO)
  expect(await upload.failure()).toMatchObject({ code: 'network-lost' })
  expect(await upload.retries()).toEqual(['network-lost', 'network-lost'])
})

async function fileOf(name: string, bytes: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-changed-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, name)
  await writeFile(path, Buffer.alloc(bytes, 'first'))
  const hourAgo = Date.now() / 1000 - 3600
  await utimes(path, hourAgo, hourAgo) // a change is seen by size and time, and two writes in one tick of the system's clock have one time
  return path
}

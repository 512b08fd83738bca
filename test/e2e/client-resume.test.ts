import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium } from 'playwright'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { CHROMIUM, launchBrowser } from './browser.ts'
import { type ClientSite, expectStored, openClientSite } from './client-site.ts'
import { madeUpBytes } from './made-up-bytes.ts'
import { type Visitor, visit } from './visitor.ts'

/** A page that is loaded again, that crashes, or that is open twice: what the store has of a large file is not sent again. */

const MIB = 1024 * 1024
/** Four parts, as the issuer cuts it. */
const FILM = { name: 'film.mp4', type: 'video/mp4', bytes: 32 * MIB }
const IN_PARTS = { partsFrom: MIB, partsAtOnce: 1 }

let browser: Browser
let folder: string
let path: string

beforeAll(async () => {
  browser = await launchBrowser()
  folder = await mkdtemp(join(tmpdir(), 'postern-film-'))
  path = join(folder, FILM.name)
  await writeFile(path, madeUpBytes(FILM))
})
afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true })
})

/** The page, when two parts of the film have arrived and the third is on its way. */
async function visitHalfWay(site: ClientSite, context: BrowserContext): Promise<Visitor> {
  const visitor = await visit(browser, site, { uploader: IN_PARTS, context })
  const held = site.store.hold({ kind: 'part', where: ({ partNumber }) => partNumber === 3 }, MIB)
  await visitor.choose(path)
  await held.reached
  return visitor
}

function numbersOf(site: ClientSite): number[] {
  return site.store.of('part').map(({ partNumber }) => partNumber)
}

async function newContext(): Promise<BrowserContext> {
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  return context
}

test('after a reload in mid-upload the same file is chosen again, and only the missing parts are sent', async () => {
  const site = await openClientSite()
  const visitor = await visitHalfWay(site, await newContext())
  await visitor.reload()
  const upload = await visitor.choose(path)
  await expectStored(site, [{ ...FILM, key: await upload.key() }])
  expect(numbersOf(site)).toEqual([1, 2, 3, 3, 4])
  expect(site.issuer.of('/uploads/multipart')).toHaveLength(1)
  expect(await site.openUploads()).toEqual([])
})

test('after a crash of the page the same', async () => {
  const site = await openClientSite()
  const context = await newContext()
  const { page } = await visitHalfWay(site, context)
  const crashed = page.waitForEvent('crash')
  const session = await context.newCDPSession(page)
  session.send('Page.crash').catch(() => {}) // nobody is left to answer
  await crashed
  await page.close()
  const visitor = await visit(browser, site, { uploader: IN_PARTS, context })
  const upload = await visitor.choose(path)
  await expectStored(site, [{ ...FILM, key: await upload.key() }])
  expect(numbersOf(site)).toEqual([1, 2, 3, 3, 4])
})

test('after the browser was closed and opened again the same', async () => {
  const site = await openClientSite()
  const profile = await mkdtemp(join(tmpdir(), 'postern-profile-'))
  const open = () => chromium.launchPersistentContext(profile, CHROMIUM)
  const first = await open()
  await visitHalfWay(site, first)
  await first.close()
  const second = await open()
  onTestFinished(async () => {
    await second.close()
    await rm(profile, { recursive: true, force: true })
  })
  const visitor = await visit(browser, site, { uploader: IN_PARTS, context: second })
  const upload = await visitor.choose(path)
  await expectStored(site, [{ ...FILM, key: await upload.key() }])
  expect(numbersOf(site)).toEqual([1, 2, 3, 3, 4])
})

test('an upload that the storage has thrown away meanwhile is begun again', async () => {
  const site = await openClientSite()
  const visitor = await visitHalfWay(site, await newContext())
  await visitor.reload()
  await site.stopStore()
  const in8Days = new Date(Date.now() + 8 * 24 * 60 * 60 * 1000)
  await site.startStore(() => in8Days)
  await expect.poll(site.openUploads).toEqual([]) // the embedded store keeps what nobody works on for seven days
  await site.stopStore()
  await site.startStore()
  const upload = await visitor.choose(path)
  await expectStored(site, [{ ...FILM, key: await upload.key() }])
  expect(numbersOf(site)).toEqual([1, 2, 3, 1, 2, 3, 4])
})

test('a page that is loaded again before it has heard that its parts are put together finds the object, and makes no other', async () => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: IN_PARTS })
  const held = site.issuer.holdAnswer({ kind: '/uploads/multipart/complete' })
  await visitor.choose(path)
  await held.reached
  await visitor.reload()
  held.release()
  const upload = await visitor.choose(path)
  await expectStored(site, [{ ...FILM, key: await upload.key() }])
  expect(numbersOf(site)).toEqual([1, 2, 3, 4])
})

test('an issuer that was restarted with another tokenSecret knows no upload of before: it is begun again', async () => {
  const site = await openClientSite()
  const visitor = await visitHalfWay(site, await newContext())
  await site.restartIssuer()
  await visitor.reload()
  const upload = await visitor.choose(path)
  await expectStored(site, [{ ...FILM, key: await upload.key() }])
  expect(await site.openUploads()).toHaveLength(1) // nobody can name it any more: the storage throws it away
})

test('another file of the same name and size, in mid-upload of the first, is another upload', async () => {
  const site = await openClientSite()
  const visitor = await visitHalfWay(site, await newContext())
  await visitor.reload()
  const other = { ...FILM, bytes: FILM.bytes - 1 }
  const upload = await visitor.begin(other)
  await expectStored(site, [{ ...other, key: await upload.key() }])
  expect(await site.openUploads()).toHaveLength(1) // the first can go on
})

test.each([
  { what: 'small', file: { name: 'photo.jpg', type: 'image/jpeg', bytes: 1000 } },
  { what: 'large', file: { ...FILM, bytes: 12 * MIB } },
])(
  'the same $what file chosen twice at once, and a third time after, makes three objects that disturb none',
  async ({ file }) => {
    const site = await openClientSite()
    const visitor = await visit(browser, site, { uploader: IN_PARTS })
    const uploads = await visitor.beginAll([file, file])
    const keys = await Promise.all(uploads.map((upload) => upload.key()))
    keys.push(await (await visitor.begin(file)).key())
    await expectStored(
      site,
      keys.map((key) => ({ ...file, key })),
    )
    expect(await site.openUploads()).toEqual([])
  },
)

test('two tabs that go on with the same upload make one object of it, and both end as stored', async () => {
  const site = await openClientSite()
  const context = await newContext()
  const first = await visitHalfWay(site, context)
  await first.reload()
  const second = await visit(browser, site, { uploader: IN_PARTS, context })
  const thirds = () => site.store.of('part').filter(({ partNumber }) => partNumber === 3).length
  const before = thirds()
  const held = site.store.hold({ kind: 'part', where: ({ partNumber }) => partNumber === 3, times: 2 }, MIB)
  const [one, two] = await Promise.all([first.choose(path), second.choose(path)])
  await expect.poll(thirds).toBe(before + 2)
  held.release()
  const key = await one.key()
  expect(await two.key()).toBe(key)
  await expectStored(site, [{ ...FILM, key }])
  expect(await site.openUploads()).toEqual([])
})

test('where the page may remember nothing, a reload begins anew', async () => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: { ...IN_PARTS, memory: false } })
  const held = site.store.hold({ kind: 'part', where: ({ partNumber }) => partNumber === 2 }, MIB)
  await visitor.choose(path)
  await held.reached
  await visitor.reload()
  const upload = await visitor.choose(path)
  await expectStored(site, [{ ...FILM, key: await upload.key() }])
  expect(numbersOf(site)).toEqual([1, 2, 1, 2, 3, 4])
})

import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './browser.ts'
import { expectStored, openClientSite } from './client-site.ts'
import { visit } from './visitor.ts'

/** Something was done, and its answer was lost: trying again makes no second object, and the upload ends as stored. */

const MIB = 1024 * 1024
const PHOTO = { name: 'photo.jpg', type: 'image/jpeg', bytes: MIB }
/** Two parts, as the issuer cuts it. */
const FILM = { name: 'film.mp4', type: 'video/mp4', bytes: 12 * MIB }
const IN_PARTS = { partsFrom: 2 * MIB }
const FAILED = { status: 500, headers: { 'content-type': 'text/plain' }, body: 'The application broke.' }

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test.each([
  { hasCallback: false, who: 'the page' },
  { hasCallback: true, who: 'the store' },
])(
  'a form whose answer is lost is not sent again: the issuer knows of its object; reported by $who',
  async ({ hasCallback }) => {
    const site = await openClientSite({ hasCallback })
    const visitor = await visit(browser, site)
    site.store.endReuse()
    site.store.loseAnswer({ kind: 'form' })
    const upload = await visitor.begin(PHOTO)
    const { object } = await upload.outcome()
    expect(object?.answer).toEqual({ heard: object?.key })
    await expectStored(site, [{ ...PHOTO, key: await upload.key() }])
    expect(site.store.of('form')).toHaveLength(1)
    expect(site.issuer.of('/uploads')).toHaveLength(1)
  },
)

test('a form that Chromium sends a second time, because a connection broke that it had used before, makes one object', async () => {
  const site = await openClientSite()
  const visitor = await visit(browser, site)
  site.store.loseAnswer({ kind: 'form' })
  const upload = await visitor.begin(PHOTO)
  await expectStored(site, [{ ...PHOTO, key: await upload.key() }])
  expect(site.store.of('form').map(({ status }) => status)).toEqual([undefined, 409]) // it exists: nobody else made it
  expect(await upload.retries()).toEqual([])
})

test('a store that cannot reach the application has the file: the page reports it, and hears what the application says', async () => {
  const site = await openClientSite({ hasCallback: true })
  const visitor = await visit(browser, site)
  site.issuer.refuse({ kind: '/callback', times: 3 }, FAILED)
  const upload = await visitor.begin(PHOTO)
  const { object } = await upload.outcome()
  expect(object?.answer).toEqual({ heard: object?.key })
  await expectStored(site, [{ ...PHOTO, key: await upload.key() }])
  expect(site.store.of('form').map(({ status }) => status)).toEqual([203])
})

test.each([
  { what: 'the issuer’s answer on a form', kind: '/uploads', file: PHOTO },
  { what: 'the issuer’s answer on an upload that is complete', kind: '/uploads/complete', file: PHOTO },
  { what: 'the issuer’s answer on the signatures of parts', kind: '/uploads/multipart/parts', file: FILM },
  { what: 'the issuer’s answer on parts that are put together', kind: '/uploads/multipart/complete', file: FILM },
])('$what is lost: it is asked again, and the file is stored once', async ({ kind, file }) => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: IN_PARTS })
  site.issuer.endReuse()
  site.issuer.loseAnswer({ kind })
  const upload = await visitor.begin(file)
  const { object } = await upload.outcome()
  expect(object?.answer).toEqual({ heard: object?.key })
  await expectStored(site, [{ ...file, key: await upload.key() }])
  expect(site.issuer.of(kind).length).toBeGreaterThan(1)
  expect(await site.openUploads()).toEqual([])
})

test.each([
  { what: 'on a part', kind: 'part', sentAgain: 1 },
  { what: 'to the issuer, on parts that are put together', kind: 'complete', sentAgain: 0 },
  { what: 'to the issuer, on what it has', kind: 'HEAD', sentAgain: 0 },
])('the store’s answer $what is lost: the file is stored once', async ({ kind, sentAgain }) => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: IN_PARTS })
  site.store.loseAnswer({ kind })
  const upload = await visitor.begin(FILM)
  await expectStored(site, [{ ...FILM, key: await upload.key() }])
  expect(site.store.of('part').length).toBeLessThanOrEqual(2 + sentAgain)
  expect(await site.openUploads()).toEqual([])
})

test('a multipart upload whose beginning nobody hears of stays until the storage throws it away; the file is stored once', async () => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: IN_PARTS })
  site.issuer.loseAnswer({ kind: '/uploads/multipart' })
  const upload = await visitor.begin(FILM)
  const key = await upload.key()
  await expectStored(site, [{ ...FILM, key }])
  const left = await site.openUploads()
  expect(left).toHaveLength(1) // it has no part, and no name that the page could know
  expect(left).not.toContain(key)
})

test('both answers of a form are lost, the store’s and then the issuer’s: the file is stored once', async () => {
  const site = await openClientSite()
  const visitor = await visit(browser, site)
  for (const server of [site.store, site.issuer]) server.endReuse()
  site.store.loseAnswer({ kind: 'form' })
  site.issuer.loseAnswer({ kind: '/uploads/complete', times: 2 })
  const upload = await visitor.begin(PHOTO)
  await expectStored(site, [{ ...PHOTO, key: await upload.key() }])
  expect(site.store.of('form')).toHaveLength(1)
})

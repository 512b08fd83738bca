import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './browser.ts'
import { expectStored, openClientSite } from './client-site.ts'
import { visit } from './visitor.ts'

/** A network that comes and goes, a store and an issuer that do: an upload waits, goes on, and makes one object. */

const MIB = 1024 * 1024
const FAST = 1024 * MIB
const PHOTO = { name: 'photo.jpg', type: 'image/jpeg', bytes: 8 * MIB }
/** Three parts, as the issuer cuts it. */
const FILM = { name: 'film.mp4', type: 'video/mp4', bytes: 24 * MIB }
const BUSY = { status: 503, headers: { 'access-control-allow-origin': '*' } }
const IN_PARTS = { partsFrom: MIB, partsAtOnce: 1 }

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test('the network goes while a form is sent, and comes back: the upload waits, and the file is stored once', async () => {
  const site = await openClientSite()
  const visitor = await visit(browser, site)
  const held = site.store.hold({ kind: 'form' }, MIB)
  const upload = await visitor.begin(PHOTO)
  await held.reached
  await visitor.setNetwork('offline')
  site.store.setAway(true)
  await upload.until('waiting')
  site.store.setAway(false)
  await visitor.setNetwork(FAST)
  await expectStored(site, [{ ...PHOTO, key: await upload.key() }])
  expect(await upload.retries()).toEqual(['network-lost'])
  expect(site.store.of('form')).toHaveLength(2) // without a network, nothing was tried
})

test('the network goes while parts are sent, and comes back: only what is missing is sent again', async () => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: IN_PARTS })
  const held = site.store.hold({ kind: 'part', where: ({ partNumber }) => partNumber === 2 }, MIB)
  const upload = await visitor.begin(FILM)
  await held.reached
  await visitor.setNetwork('offline')
  site.store.setAway(true)
  await upload.until('waiting')
  held.release()
  site.store.setAway(false)
  await visitor.setNetwork(FAST)
  await expectStored(site, [{ ...FILM, key: await upload.key() }])
  expect(site.store.of('part').map(({ partNumber }) => partNumber)).toEqual([1, 2, 2, 3])
  expect(await site.openUploads()).toEqual([])
})

test('a file that is chosen without a network is stored once there is one', async () => {
  const site = await openClientSite()
  const visitor = await visit(browser, site)
  await visitor.setNetwork('offline')
  const upload = await visitor.begin(PHOTO)
  await upload.until('waiting')
  await visitor.setNetwork(FAST)
  await expectStored(site, [{ ...PHOTO, key: await upload.key() }])
  expect(site.store.of('form')).toHaveLength(1)
})

test('a connection that breaks while a form is sent is tried again with the same form', async () => {
  const site = await openClientSite()
  const visitor = await visit(browser, site)
  site.store.cut({ kind: 'form', times: 2 }, MIB)
  const upload = await visitor.begin(PHOTO)
  await expectStored(site, [{ ...PHOTO, key: await upload.key() }])
  expect(new Set(await upload.retries())).toEqual(new Set(['network-lost']))
  expect(site.issuer.of('/uploads')).toHaveLength(1)
})

test('connections that break while parts are sent cost those parts and no other', async () => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: IN_PARTS })
  site.store.cut({ kind: 'part', where: ({ partNumber }) => partNumber === 2, times: 2 }, 5 * MIB)
  const upload = await visitor.begin(FILM)
  await expectStored(site, [{ ...FILM, key: await upload.key() }])
  expect(site.store.of('part').map(({ partNumber }) => partNumber)).toEqual([1, 2, 2, 2, 3])
  expect(site.issuer.of('/uploads/multipart')).toHaveLength(1)
})

test('a store that answers 503 for a while is asked for patience, by a form and by parts', async () => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: { partsFrom: 9 * MIB } })
  site.store.refuse({ kind: 'form', times: 2 }, BUSY)
  site.store.refuse({ kind: 'part', times: 4 }, BUSY)
  const [photo, film] = await visitor.beginAll([PHOTO, FILM])
  const keys = [await photo?.key(), await film?.key()]
  await expectStored(site, [
    { ...PHOTO, key: keys[0] ?? '' },
    { ...FILM, key: keys[1] ?? '' },
  ])
  expect(await photo?.states()).toContain('waiting')
  expect(await film?.states()).toContain('waiting')
})

test('a gateway before the store that answers 502 without CORS, as gateways do, is no missing CORS rule', async () => {
  const site = await openClientSite()
  const visitor = await visit(browser, site)
  const first = await visitor.begin({ ...PHOTO, name: 'first.jpg' })
  const key = await first.key() // the rule is there: this page has used it
  for (const kind of ['preflight', 'form', 'HEAD', 'POST']) site.store.refuse({ kind }, { status: 502 })
  const upload = await visitor.begin(PHOTO)
  await expectStored(site, [
    { ...PHOTO, name: 'first.jpg', key },
    { ...PHOTO, key: await upload.key() },
  ])
  expect(await upload.states()).toContain('waiting')
})

test('an issuer that answers 503 for a while is asked again', async () => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: { partsFrom: 9 * MIB } })
  for (const kind of ['/uploads', '/uploads/complete', '/uploads/multipart', '/uploads/multipart/parts'])
    site.issuer.refuse({ kind }, BUSY)
  const [photo, film] = await visitor.beginAll([PHOTO, FILM])
  const keys = [await photo?.key(), await film?.key()]
  await expectStored(site, [
    { ...PHOTO, key: keys[0] ?? '' },
    { ...FILM, key: keys[1] ?? '' },
  ])
  expect(site.store.of('form')).toHaveLength(1) // what was stored was only reported again
  expect(await site.openUploads()).toEqual([])
})

test.each([
  {
    where: 'in its problem',
    body: JSON.stringify({ code: 'too-many-requests', detail: 'Wait.', RetryAfterSeconds: '2' }),
  },
  { where: 'in a header alone', body: '<h1>Too many requests</h1>' },
])('an issuer that answers 429 is not asked again before the time that it tells $where', async ({ body }) => {
  const site = await openClientSite()
  const visitor = await visit(browser, site)
  const exposed = { 'access-control-expose-headers': 'Retry-After', 'retry-after': '2' }
  site.issuer.refuse({ kind: '/uploads' }, { status: 429, headers: { ...BUSY.headers, ...exposed }, body })
  const upload = await visitor.begin(PHOTO)
  await expectStored(site, [{ ...PHOTO, key: await upload.key() }])
  const { told } = await upload.history()
  const waits = told.flatMap((event) => (event.what === 'retry' ? [event.delayMs] : []))
  expect(waits).toHaveLength(1)
  expect(waits[0]).toBeGreaterThanOrEqual(2000)
})

test.each([
  { what: 'a form', file: PHOTO, kind: 'form' },
  { what: 'parts', file: FILM, kind: 'part' },
])(
  'the store is restarted while $what is sent: the upload goes on, and the file is stored once',
  async ({ file, kind }) => {
    const site = await openClientSite()
    const visitor = await visit(browser, site, { uploader: { ...IN_PARTS, partsFrom: 9 * MIB } })
    const isSecond = ({ partNumber }: { partNumber: number }) => partNumber === 2
    const held = site.store.hold({ kind, ...(kind === 'part' && { where: isSecond }) }, MIB)
    const upload = await visitor.begin(file)
    await held.reached
    await site.stopStore()
    await upload.until('waiting')
    await site.startStore()
    held.release()
    await expectStored(site, [{ ...file, key: await upload.key() }])
    if (kind === 'part') expect(site.store.of('part').filter(({ partNumber }) => partNumber === 1)).toHaveLength(1)
  },
)

test('the issuer is restarted while parts are sent: with its tokenSecret, the upload goes on', async () => {
  const site = await openClientSite({ tokenSecret: '32 bytes that every issuer shares' })
  const visitor = await visit(browser, site, { uploader: IN_PARTS })
  const held = site.store.hold({ kind: 'part', where: ({ partNumber }) => partNumber === 2 }, MIB)
  const upload = await visitor.begin(FILM)
  await held.reached
  await site.restartIssuer()
  held.release()
  await expectStored(site, [{ ...FILM, key: await upload.key() }])
  expect(site.store.of('part').map(({ partNumber }) => partNumber)).toEqual([1, 2, 3])
})

test.each([
  { what: 'a form', file: PHOTO, kind: 'form' },
  { what: 'parts', file: FILM, kind: 'part' },
])('a connection on which nothing moves for a minute is taken for lost: $what', async ({ file, kind }) => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: { ...IN_PARTS, partsFrom: 20 * MIB } })
  await visitor.page.clock.install()
  const held = site.store.hold({ kind }, MIB)
  const upload = await visitor.begin(file)
  await held.reached
  // Minute by minute: what is in the browser's buffers still moves in the first ones.
  await expect
    .poll(async () => {
      await visitor.page.clock.fastForward(61_000)
      return await upload.states()
    })
    .toContain('waiting')
  held.release()
  await expectStored(site, [{ ...file, key: await upload.key() }])
  expect(await upload.retries()).toEqual(['network-lost'])
})

import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './browser.ts'
import { expectStored } from './client-site.ts'
import type { DashboardHistory } from './fixtures/uppy-dashboard-page.ts'
import type { MadeUp } from './made-up-bytes.ts'
import { openUppySite, visitDashboard } from './uppy-site.ts'

/** Uppy's Dashboard over our uploader, as a person uses it. */

const MIB = 1024 * 1024
/** Three parts, as the issuer cuts it. */
const FILM = { name: 'film.mp4', type: 'video/mp4', bytes: 24 * MIB }
const IN_PARTS = { partsFrom: MIB, partsAtOnce: 1 }
const SECOND_PART = { kind: 'part', where: ({ partNumber }: { partNumber: number }) => partNumber === 2 }

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

function stored(files: readonly MadeUp[], histories: readonly DashboardHistory[]) {
  return files.map((file) => {
    const key = histories.find(({ name }) => name === file.name)?.key
    return { ...file, key: key ?? expect.fail(`${file.name} has no key`) }
  })
}

test('many files at once are stored, each told of from its start to its end', async () => {
  const site = await openUppySite()
  const { choose, press, completed, histories, complaints } = await visitDashboard(browser, site)
  const files = Array.from({ length: 60 }, (_, at) => ({ name: `照片 ${at}.png`, type: 'image/png', bytes: 1000 + at }))
  await choose(...files)
  await press(/^Upload 60 files$/)
  expect(await completed()).toEqual([{ stored: 60, failed: 0 }])
  const told = await histories()
  await expectStored(site, stored(files, told))
  expect(new Set(told.map(({ steps }) => steps.join(' ')))).toEqual(new Set(['start finalising stored']))
  expect(site.issuer.of('/uploads').length).toBeLessThan(10)
  expect(complaints).toEqual([])
})

test('the Dashboard pauses a large file and goes on with the parts that are missing', async () => {
  const site = await openUppySite()
  const { choose, press, completed, histories, complaints } = await visitDashboard(browser, site, {
    uploader: IN_PARTS,
  })
  const held = site.store.hold(SECOND_PART, MIB)
  await choose(FILM)
  await press(/^Upload 1 file$/)
  await held.reached
  await press(/^Pause$/)
  held.release()
  await press(/^Resume$/)
  expect(await completed()).toEqual([{ stored: 1, failed: 0 }])
  await expectStored(site, stored([FILM], await histories()))
  expect(site.store.of('part').map(({ partNumber }) => partNumber)).toEqual([1, 2, 2, 3])
  expect(complaints).toEqual([])
})

test('one file of several is paused; the others are stored meanwhile', async () => {
  const site = await openUppySite()
  const visitor = await visitDashboard(browser, site, { uploader: { ...IN_PARTS, concurrency: 2 } })
  const held = site.store.hold(SECOND_PART, MIB)
  const photos = [1, 2, 3].map((at) => ({ name: `${at}.png`, type: 'image/png', bytes: 5000 }))
  await visitor.choose(FILM, ...photos)
  await visitor.press(/^Upload 4 files$/)
  await held.reached
  const row = visitor.page.locator('.uppy-Dashboard-Item').filter({ hasText: FILM.name })
  await row.getByRole('button', { name: 'Pause upload' }).click()
  held.release()
  await expect.poll(() => site.completed.length, { timeout: 20_000 }).toBe(3)
  await row.getByRole('button', { name: 'Resume upload' }).click()
  expect(await visitor.completed()).toEqual([{ stored: 4, failed: 0 }])
  await expectStored(site, stored([FILM, ...photos], await visitor.histories()))
})

test('a file that is refused says why, and is stored when it is tried again', async () => {
  const site = await openUppySite()
  const visitor = await visitDashboard(browser, site)
  site.store.refuse({ kind: 'form' }, { status: 403, headers: { 'access-control-allow-origin': '*' }, body: DENIED })
  const photo = { name: 'photo.png', type: 'image/png', bytes: 3000 }
  await visitor.choose(photo)
  await visitor.press(/^Upload 1 file$/)
  expect(await visitor.completed()).toEqual([{ stored: 0, failed: 1 }])
  await visitor.page.locator('.uppy-StatusBar').getByRole('button', { name: 'Retry upload' }).click()
  expect(await visitor.completed(2)).toEqual([
    { stored: 0, failed: 1 },
    { stored: 1, failed: 0 },
  ])
  await expectStored(site, stored([photo], await visitor.histories()))
})

const DENIED = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Not today.</Message></Error>'

test('a retry of a large file sends what the store does not have', async () => {
  const site = await openUppySite()
  const visitor = await visitDashboard(browser, site, { uploader: IN_PARTS })
  const refusal = { status: 400, headers: { 'access-control-allow-origin': '*' }, body: DENIED }
  site.store.refuse(SECOND_PART, refusal)
  await visitor.choose(FILM)
  await visitor.press(/^Upload 1 file$/)
  expect(await visitor.completed()).toEqual([{ stored: 0, failed: 1 }])
  await visitor.page.locator('.uppy-Dashboard-Item').getByRole('button', { name: 'Retry upload' }).click()
  await expect.poll(() => site.completed.length, { timeout: 20_000 }).toBe(1)
  await expect.poll(async () => (await visitor.histories())[0]?.steps.at(-1)).toBe('stored')
  await expectStored(site, stored([FILM], await visitor.histories()))
  expect(site.store.of('part').map(({ partNumber }) => partNumber)).toEqual([1, 2, 2, 3])
})

test.each([
  { what: 'cancelled', press: /^Cancel$/ },
  { what: 'removed', press: /^Remove file$/ },
])('a large file that is $what leaves nothing in the store', async ({ press }) => {
  const site = await openUppySite()
  const visitor = await visitDashboard(browser, site, { uploader: IN_PARTS })
  const held = site.store.hold(SECOND_PART, MIB)
  await visitor.choose(FILM)
  await visitor.press(/^Upload 1 file$/)
  await held.reached
  expect(await site.openUploads()).toHaveLength(1)
  await visitor.press(press)
  held.release()
  await expect.poll(site.openUploads, { timeout: 10_000 }).toEqual([])
  expect(await visitor.completed()).toEqual([{ stored: 0, failed: 0 }])
  expect(site.completed).toEqual([])
  expect((await site.objects()).size).toBe(0)
})

test('a file that is cancelled the moment before it is sent is not sent', async () => {
  const site = await openUppySite()
  const visitor = await visitDashboard(browser, site)
  await visitor.page.evaluate(() => globalThis.dashboard.cancelAtForm())
  await visitor.choose({ name: 'photo.png', type: 'image/png', bytes: 3000 })
  await visitor.press(/^Upload 1 file$/)
  expect(await visitor.completed()).toEqual([{ stored: 0, failed: 0 }])
  await visitor.page.waitForTimeout(500) // for what must not come
  expect(site.store.of('form')).toEqual([])
})

test('a large file that failed and is removed leaves nothing in the store', async () => {
  const site = await openUppySite()
  const visitor = await visitDashboard(browser, site, { uploader: IN_PARTS })
  const refusal = { status: 400, headers: { 'access-control-allow-origin': '*' }, body: DENIED }
  site.store.refuse(SECOND_PART, refusal)
  await visitor.choose(FILM)
  await visitor.press(/^Upload 1 file$/)
  await visitor.completed()
  expect(await site.openUploads()).toHaveLength(1)
  await visitor.press(/^Remove file$/)
  await expect.poll(site.openUploads, { timeout: 10_000 }).toEqual([])
  expect(site.store.of('part').map(({ partNumber }) => partNumber)).toEqual([1, 2])
  expect(site.completed).toEqual([])
})

test('a plugin that is removed in mid-upload leaves nothing in the store, and no file counts as stored', async () => {
  const site = await openUppySite()
  const visitor = await visitDashboard(browser, site, { uploader: IN_PARTS })
  const held = site.store.hold(SECOND_PART, MIB)
  await visitor.choose(FILM)
  await visitor.press(/^Upload 1 file$/)
  await held.reached
  await visitor.page.evaluate(() => globalThis.dashboard.removePlugin())
  held.release()
  expect(await visitor.completed()).toEqual([{ stored: 0, failed: 1 }])
  await expect.poll(site.openUploads, { timeout: 10_000 }).toEqual([])
})

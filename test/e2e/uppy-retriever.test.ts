import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { launchBrowser } from './browser.ts'
import { expectStored } from './client-site.ts'
import type { MadeUp } from './made-up-bytes.ts'
import { type DashboardVisitor, openUppySite, visitDashboard } from './uppy-site.ts'

/** Golden Retriever brings back the files of a page that was left; our client knows what the store has of them. */

const MIB = 1024 * 1024
/** Two parts, as the issuer cuts it; Golden Retriever keeps files of 10 MiB at most. */
const CLIP = { name: 'clip.mp4', type: 'video/mp4', bytes: 9 * MIB }
/** Of a larger one it keeps no more than that it was there. */
const FILM = { name: 'film.mp4', type: 'video/mp4', bytes: 24 * MIB }
const SECOND_PART = { kind: 'part', where: ({ partNumber }: { partNumber: number }) => partNumber === 2 }

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

/** Somebody whose page is loaded again when the store has the first part of this file. */
async function reloadedInMidUpload(file: MadeUp, ...others: readonly MadeUp[]) {
  const site = await openUppySite()
  const uploader = { partsFrom: MIB, partsAtOnce: 1 }
  const visitor = await visitDashboard(browser, site, { uploader, retrieves: true })
  const held = site.store.hold(SECOND_PART, 1000)
  await visitor.choose(file, ...others)
  await visitor.press(/^Upload \d files?$/)
  await held.reached
  await expect.poll(() => site.completed.length, { timeout: 20_000 }).toBe(others.length)
  await visitor.page.waitForTimeout(1000) // it notes what it knows of the files twice a second, and says nothing of that
  onTestFinished(held.release) // not before: what the page had sent of the part might arrive after all
  await visitor.reload()
  return { site, visitor }
}

async function keyOf(visitor: DashboardVisitor, name: string): Promise<string> {
  const found = (await visitor.histories()).find((history) => history.name === name)
  return found?.key ?? expect.fail(`${name} has no key: ${JSON.stringify(found)}`)
}

test('after a reload the file is back, and only the parts that are missing are sent', async () => {
  const { site, visitor } = await reloadedInMidUpload(CLIP)
  await visitor.press(/^Upload 1 file$/)
  expect(await visitor.completed()).toEqual([{ stored: 1, failed: 0 }])
  await expectStored(site, [{ ...CLIP, key: await keyOf(visitor, CLIP.name) }])
  expect(site.store.of('part').map(({ partNumber }) => partNumber)).toEqual([1, 2, 2])
  expect(await site.openUploads()).toEqual([])
})

test('a file too large to be kept is chosen again, and only the parts that are missing are sent', async () => {
  const { site, visitor } = await reloadedInMidUpload(FILM)
  await visitor.choose(FILM)
  await visitor.press(/^Upload 1 file$/)
  expect(await visitor.completed()).toEqual([{ stored: 1, failed: 0 }])
  await expectStored(site, [{ ...FILM, key: await keyOf(visitor, FILM.name) }])
  expect(site.store.of('part').map(({ partNumber }) => partNumber)).toEqual([1, 2, 2, 3])
})

test('what was stored before the reload is not sent again', async () => {
  const photo = { name: 'photo.png', type: 'image/png', bytes: 3000 }
  const { site, visitor } = await reloadedInMidUpload(CLIP, photo)
  await visitor.press(/^Upload \d files?$/)
  await visitor.completed()
  expect(site.store.of('form')).toHaveLength(1)
  expect(site.completed).toHaveLength(2)
})

test('a file that is brought back and thrown away leaves nothing in the store', async () => {
  const { site, visitor } = await reloadedInMidUpload(CLIP)
  expect(await site.openUploads()).toHaveLength(1)
  await visitor.press(/^Remove file$/)
  await expect.poll(site.openUploads, { timeout: 10_000 }).toEqual([])
  expect(site.store.of('part').map(({ partNumber }) => partNumber)).toEqual([1, 2])
})

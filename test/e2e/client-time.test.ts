import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './browser.ts'
import { expectStored, openClientSite } from './client-site.ts'
import { visit } from './visitor.ts'

/** Forms and signatures that grow old, and browsers whose clock is wrong. */

const MIB = 1024 * 1024
const PHOTO = { name: 'photo.jpg', type: 'image/jpeg', bytes: MIB }
/** Three parts, as the issuer cuts it. */
const FILM = { name: 'film.mp4', type: 'video/mp4', bytes: 24 * MIB }
const HOUR_MS = 60 * 60 * 1000
const ONE_AT_A_TIME = { concurrency: 1, partsFrom: 2 * MIB, partsAtOnce: 1 }

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test('a form that grows old in the queue is asked for again before it is sent', async () => {
  const expiresIn = 3
  const site = await openClientSite({ route: { expiresIn } })
  const visitor = await visit(browser, site, { uploader: ONE_AT_A_TIME })
  const held = site.store.holdAnswer({ kind: 'form' })
  const files = ['a', 'b', 'c'].map((name) => ({ ...PHOTO, name: `${name}.jpg` }))
  const uploads = await visitor.beginAll(files) // one request for all three forms
  await held.reached
  const asked = Date.now()
  await expect.poll(() => Date.now(), { timeout: 10_000 }).toBeGreaterThan(asked + expiresIn * 1000)
  held.release()
  const keys = await Promise.all(uploads.map((upload) => upload.key()))
  await expectStored(
    site,
    files.map((file, at) => ({ ...file, key: keys[at] ?? '' })),
  )
  expect(site.store.of('form').map(({ status }) => status)).toEqual([200, 200, 200]) // none was refused
  expect(await Promise.all(uploads.map((upload) => upload.retries()))).toEqual([[], [], []])
})

test('a form that the store finds too old is replaced by a fresh one, and the file is stored once', async () => {
  let ahead = 0
  const site = await openClientSite({ ahead: () => ahead })
  const visitor = await visit(browser, site, { uploader: ONE_AT_A_TIME })
  const held = site.store.holdAnswer({ kind: 'form' })
  const files = ['a', 'b'].map((name) => ({ ...PHOTO, name: `${name}.jpg` }))
  const uploads = await visitor.beginAll(files)
  await held.reached
  ahead = HOUR_MS // what the browser cannot know: nothing that it has heard says so
  held.release()
  const keys = await Promise.all(uploads.map((upload) => upload.key()))
  await expectStored(
    site,
    files.map((file, at) => ({ ...file, key: keys[at] ?? '' })),
  )
  expect(site.store.of('form').map(({ status }) => status)).toEqual([200, 403, 200])
  expect(await uploads[1]?.retries()).toEqual(['policy-expired'])
})

test('a signature of a part that the store finds too old is replaced by a fresh one', async () => {
  let ahead = 0
  const site = await openClientSite({ ahead: () => ahead })
  const visitor = await visit(browser, site, { uploader: ONE_AT_A_TIME })
  const held = site.store.holdAnswer({ kind: 'part' })
  const upload = await visitor.begin(FILM)
  await held.reached
  ahead = HOUR_MS
  held.release()
  await expectStored(site, [{ ...FILM, key: await upload.key() }])
  expect(site.store.of('part').filter(({ status }) => status === 200)).toHaveLength(3)
})

test.each([2, -2])(
  'a clock that is %i hours off is no matter: the server’s counts, by a form and by parts',
  async (hoursAhead) => {
    const site = await openClientSite()
    const visitor = await visit(browser, site, { uploader: ONE_AT_A_TIME, hoursAhead })
    const [photo, film] = await visitor.beginAll([PHOTO, FILM])
    const keys = [await photo?.key(), await film?.key()]
    await expectStored(site, [
      { ...PHOTO, key: keys[0] ?? '' },
      { ...FILM, key: keys[1] ?? '' },
    ])
    expect(site.store.of('form')).toHaveLength(1)
    expect(site.store.of('part')).toHaveLength(3)
    expect(site.issuer.of('/uploads')).toHaveLength(1)
  },
)

import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { UploadState } from '../../src/client.ts'
import { launchBrowser } from './browser.ts'
import { type ClientSite, expectStored, openClientSite } from './client-site.ts'
import type { Struck } from './faulty-proxy.ts'
import { type Visitor, type VisitorsUpload, visit } from './visitor.ts'

/** What a person does to an upload: pause, resume, cancel, close the page. */

const MIB = 1024 * 1024
const FAST = 1024 * MIB
/** By a form, and more than the buffers on its way can hold. */
const PHOTO = { name: 'photo.tif', type: 'image/tiff', bytes: 18 * MIB }
/** Three parts, as the issuer cuts it. */
const FILM = { name: 'film.mp4', type: 'video/mp4', bytes: 21 * MIB }

const ONE_AT_A_TIME = { concurrency: 1, partsFrom: 20 * MIB, partsAtOnce: 1 }
const SECOND_PART = { kind: 'part', where: ({ partNumber }) => partNumber === 2 } satisfies Struck

/** Brings an upload into a state, where it stays until the test says otherwise. Gives what lets it go. */
type Bring = (site: ClientSite, visitor: Visitor) => Promise<{ upload: VisitorsUpload; letGo: () => void }>

const heldInIssuer =
  (file: typeof PHOTO, kind: string): Bring =>
  async ({ issuer }, visitor) => {
    const held = issuer.hold({ kind }, 0)
    const upload = await visitor.begin(file)
    await held.reached
    return { upload, letGo: held.release }
  }

const heldInStore =
  (file: typeof PHOTO, struck: Struck, afterBytes: number): Bring =>
  async ({ store }, visitor) => {
    const held = store.hold(struck, afterBytes)
    const upload = await visitor.begin(file)
    await held.reached
    return { upload, letGo: held.release }
  }

const heldAnswer =
  (file: typeof PHOTO, where: 'issuer' | 'store', kind: string): Bring =>
  async (site, visitor) => {
    const held = site[where].holdAnswer({ kind })
    const upload = await visitor.begin(file)
    await held.reached
    return { upload, letGo: held.release }
  }

const behindAnother =
  (file: typeof PHOTO): Bring =>
  async ({ store }, visitor) => {
    const held = store.hold({ kind: 'form' }, 0)
    const [first, upload = expect.fail()] = await visitor.beginAll([{ ...PHOTO, name: 'first.jpg' }, file])
    await held.reached
    return {
      upload,
      letGo() {
        held.release()
        void first?.cancel()
      },
    }
  }

const withoutNetwork =
  (bring: Bring): Bring =>
  async (site, visitor) => {
    const brought = await bring(site, visitor)
    await visitor.setNetwork('offline')
    site.store.setAway(true)
    await brought.upload.until('waiting')
    return {
      ...brought,
      letGo() {
        brought.letGo()
        site.store.setAway(false)
        void visitor.setNetwork(FAST)
      },
    }
  }

const paused =
  (bring: Bring): Bring =>
  async (site, visitor) => {
    const brought = await bring(site, visitor)
    await brought.upload.pause()
    return brought
  }

const sendingForm = heldInStore(PHOTO, { kind: 'form' }, MIB)
const sendingPart = heldInStore(FILM, SECOND_PART, MIB)

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

interface Case {
  readonly what: string
  readonly state: UploadState
  readonly bring: Bring
}

const CANCELLED: readonly Case[] = [
  { what: 'a form', state: 'queued', bring: behindAnother(PHOTO) },
  { what: 'a form', state: 'preparing', bring: heldInIssuer(PHOTO, '/uploads') },
  { what: 'a form', state: 'sending', bring: sendingForm },
  { what: 'a form', state: 'finalising', bring: heldInStore({ ...PHOTO, bytes: 1000 }, { kind: 'form' }, 100) },
  { what: 'a form', state: 'waiting', bring: withoutNetwork(sendingForm) },
  { what: 'a form', state: 'paused', bring: paused(sendingForm) },
  { what: 'parts', state: 'queued', bring: behindAnother(FILM) },
  { what: 'parts', state: 'preparing', bring: heldAnswer(FILM, 'issuer', '/uploads/multipart') },
  { what: 'parts', state: 'sending', bring: sendingPart },
  { what: 'parts', state: 'finalising', bring: heldInIssuer(FILM, '/uploads/multipart/complete') },
  { what: 'parts', state: 'waiting', bring: withoutNetwork(sendingPart) },
  { what: 'parts', state: 'paused', bring: paused(sendingPart) },
]

test.each(CANCELLED)(
  'cancelled while $state, by $what, an upload leaves nothing behind',
  async ({ what, state, bring }) => {
    const site = await openClientSite()
    const visitor = await visit(browser, site, { uploader: ONE_AT_A_TIME })
    const { upload, letGo } = await bring(site, visitor)
    await upload.until(state)
    await upload.cancel()
    expect((await upload.history()).state).toBe('cancelled')
    letGo()
    expect(await upload.failure()).toMatchObject({ code: 'upload-aborted' })
    await expect.poll(site.openUploads, { timeout: 10_000 }).toEqual([])
    expect([...(await site.objects()).keys()]).toEqual([])
    const again = what === 'parts' ? FILM : { ...PHOTO, bytes: 1000 }
    const next = await visitor.begin(again) // as if the other had never been
    await expectStored(site, [{ ...again, key: await next.key() }])
  },
)

test.each([
  { what: 'a form', bring: sendingForm },
  { what: 'parts', bring: sendingPart },
])('a signal cancels $what in the same way', async ({ bring }) => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: ONE_AT_A_TIME })
  const { upload, letGo } = await bring(site, visitor)
  await upload.abort()
  letGo()
  expect(await upload.failure()).toMatchObject({ code: 'upload-aborted' })
  await expect.poll(site.openUploads, { timeout: 10_000 }).toEqual([])
  expect([...(await site.objects()).keys()]).toEqual([])
})

test.each([
  { what: 'a form', bring: heldAnswer(PHOTO, 'store', 'form') },
  { what: 'parts', bring: heldAnswer(FILM, 'issuer', '/uploads/multipart/complete') },
])('cancelled when the store has made the object of $what, it stays: nothing else is left', async ({ bring }) => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: ONE_AT_A_TIME })
  const { upload, letGo } = await bring(site, visitor)
  await upload.cancel()
  letGo()
  expect(await upload.failure()).toMatchObject({ code: 'upload-aborted' })
  expect(await site.openUploads()).toEqual([])
  expect([...(await site.objects()).values()]).toHaveLength(1)
})

const PAUSED: readonly (Case & { readonly file: typeof PHOTO })[] = [
  { what: 'a form', state: 'queued', file: PHOTO, bring: behindAnother(PHOTO) },
  { what: 'a form', state: 'preparing', file: PHOTO, bring: heldInIssuer(PHOTO, '/uploads') },
  { what: 'a form', state: 'sending', file: PHOTO, bring: sendingForm },
  { what: 'a form', state: 'finalising', file: PHOTO, bring: heldAnswer(PHOTO, 'store', 'form') },
  { what: 'a form', state: 'waiting', file: PHOTO, bring: withoutNetwork(sendingForm) },
  { what: 'parts', state: 'preparing', file: FILM, bring: heldAnswer(FILM, 'issuer', '/uploads/multipart') },
  { what: 'parts', state: 'sending', file: FILM, bring: sendingPart },
  { what: 'parts', state: 'finalising', file: FILM, bring: heldAnswer(FILM, 'issuer', '/uploads/multipart/complete') },
  { what: 'parts', state: 'waiting', file: FILM, bring: withoutNetwork(sendingPart) },
]

test.each(PAUSED)(
  'paused while $state, by $what, an upload goes on when it is resumed',
  async ({ state, file, bring }) => {
    const site = await openClientSite()
    const visitor = await visit(browser, site, { uploader: ONE_AT_A_TIME })
    const { upload, letGo } = await bring(site, visitor)
    await upload.until(state)
    await upload.pause()
    letGo()
    const { told, ...history } = await upload.history()
    expect(history.state).toBe('paused')
    expect(told.at(-1)).toEqual({ what: 'state', state: 'paused' })
    await upload.resume()
    await expectStored(site, [{ ...file, key: await upload.key() }])
    expect(await site.openUploads()).toEqual([])
    expect(site.store.of('part').filter(({ partNumber }) => partNumber === 1).length).toBeLessThanOrEqual(1)
  },
)

test('a paused upload holds up no other', async () => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: ONE_AT_A_TIME })
  const { upload, letGo } = await sendingForm(site, visitor)
  await upload.pause()
  letGo()
  const other = { ...PHOTO, name: 'other.jpg' }
  const key = await (await visitor.begin(other)).key()
  expect((await upload.history()).state).toBe('paused')
  await upload.resume()
  await expectStored(site, [
    { ...other, key },
    { ...PHOTO, key: await upload.key() },
  ])
})

test('what a closed page leaves of a large file is thrown away by the storage in its own time', async () => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: ONE_AT_A_TIME })
  await sendingPart(site, visitor)
  await visitor.page.close()
  expect(await site.openUploads()).toHaveLength(1) // it could go on
  const in8Days = new Date(Date.now() + 8 * 24 * 60 * 60 * 1000)
  await site.stopStore()
  await site.startStore(() => in8Days)
  await expect.poll(site.openUploads).toEqual([])
  expect([...(await site.objects()).keys()]).toEqual([])
})

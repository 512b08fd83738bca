import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './browser.ts'
import { expectStored, openClientSite } from './client-site.ts'
import { visit } from './visitor.ts'

/** Many files, and files of every size: a page, an issuer and a store on three origins. */

const MIB = 1024 * 1024

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test('500 small files are stored once each, by few requests to the issuer, and never more at once than was asked for', async () => {
  const site = await openClientSite({ hasCallback: true })
  const visitor = await visit(browser, site, { uploader: { concurrency: 4 } })
  const files = Array.from({ length: 500 }, (_, at) => ({ name: `${at}.txt`, type: 'text/plain', bytes: 100 + at }))
  const uploads = await visitor.beginAll(files)
  const keys = await Promise.all(uploads.map((upload) => upload.key()))
  await expectStored(
    site,
    files.map((file, at) => ({ ...file, key: keys[at] ?? '' })),
  )
  expect(site.store.of('form')).toHaveLength(500)
  expect(site.store.peak('form')).toBe(4)
  expect(site.issuer.of('/uploads').length).toBeLessThanOrEqual(20)
  expect(site.issuer.of('/uploads/complete')).toEqual([]) // the store has reported them
})

test.each([
  { bytes: 0, what: 'an empty file', way: 'form' },
  { bytes: 1, what: 'a file of one byte', way: 'form' },
  { bytes: MIB - 1, what: 'a file one byte short of partsFrom', way: 'form' },
  { bytes: MIB, what: 'a file of exactly partsFrom', way: 'part' },
  { bytes: MIB + 1, what: 'a file one byte over partsFrom', way: 'part' },
  { bytes: 16 * MIB, what: 'a file of whole parts', way: 'part' },
  { bytes: 16 * MIB + 1, what: 'a file with a last part of one byte', way: 'part' },
])('$what goes by $way and is stored byte for byte', async ({ bytes, way }) => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: { partsFrom: MIB } })
  const file = { name: 'a.bin', type: 'application/octet-stream', bytes }
  const upload = await visitor.begin(file)
  await expectStored(site, [{ ...file, key: await upload.key() }])
  expect(site.store.of(way === 'form' ? 'part' : 'form')).toEqual([])
  expect(await site.openUploads()).toEqual([])
})

test('an empty file goes in one empty part where every file goes in parts', async () => {
  const site = await openClientSite()
  const visitor = await visit(browser, site, { uploader: { partsFrom: 0 } })
  const file = { name: 'a.bin', type: 'application/octet-stream', bytes: 0 }
  const upload = await visitor.begin(file)
  await expectStored(site, [{ ...file, key: await upload.key() }])
  expect(site.store.of('part')).toHaveLength(1)
})

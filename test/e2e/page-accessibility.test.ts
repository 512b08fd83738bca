import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, openTab } from './browser.ts'
import { chooseFiles, resultOf, startUpload } from './page.ts'
import { openPageSite } from './page-site.ts'
import { buildTestPage, type Site } from './site.ts'

const TEXT = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('notes') }
const PIXEL = {
  name: 'pixel.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
}

let browser: Browser
let site: Site

beforeAll(async () => {
  browser = await launchBrowser()
  site = await openPageSite(await buildTestPage('dev'), {
    default: { prefix: 'uploads/', maxSize: 1000, types: ['text/plain', 'image/*'] },
  })
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
})

/** What axe finds that keeps somebody from using the page. */
async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`))
}

declare global {
  interface Window {
    readonly axe: typeof axe
  }
}

const states: { state: string; reach: (page: Page) => Promise<void> }[] = [
  { state: 'empty', reach: async (page) => page.getByText('1 kB').waitFor() },
  {
    state: 'chosen',
    reach: async (page) => {
      await chooseFiles(page, [TEXT, PIXEL])
      await page.locator('.uppy-Dashboard-Item-previewImg').waitFor()
    },
  },
  {
    state: 'refused as it is chosen',
    reach: async (page) => {
      await chooseFiles(page, [{ ...TEXT, buffer: Buffer.alloc(1001) }])
      await page.getByRole('alert').filter({ hasText: TEXT.name }).waitFor()
    },
  },
  {
    state: 'uploading',
    reach: async (page) => {
      await page.route(`${site.bucketUrl}**`, () => {}) // never answered
      await chooseFiles(page, [TEXT, PIXEL])
      await press(page, 'upload')
      await page.locator('.uppy-StatusBar.is-uploading').waitFor()
    },
  },
  {
    state: 'paused',
    reach: async (page) => {
      await page.route(`${site.bucketUrl}**`, () => {})
      await chooseFiles(page, [TEXT, PIXEL])
      await press(page, 'upload')
      await page.locator('.uppy-StatusBar.is-uploading').waitFor()
      await page.locator('.uppy-StatusBar-actions button').first().click()
    },
  },
  {
    state: 'offline',
    reach: async (page) => {
      await page.context().setOffline(true)
      await page.getByRole('status').filter({ hasText: /\p{L}/u }).first().waitFor()
    },
  },
  {
    state: 'done',
    reach: async (page) => {
      await chooseFiles(page, [TEXT])
      await press(page, 'upload')
      await page.locator('.verified').waitFor()
      await page.locator('.bucket-pane td').first().waitFor()
    },
  },
  {
    state: 'failed, with its details and the last form open',
    reach: async (page) => {
      await page.route('**/uploads', async (route) => {
        if (route.request().method() !== 'POST') return route.fallback()
        const response = await route.fetch()
        const form = await response.json()
        await route.fulfill({
          response,
          json: { ...form, fields: { ...form.fields, 'x-oss-signature': '0'.repeat(64) } },
        })
      })
      await chooseFiles(page, [TEXT])
      await press(page, 'upload')
      await page.locator('.failed').waitFor()
      for (const summary of await page.locator('summary').all()) await summary.click()
    },
  },
]

const looks: { look: string; options: BrowserContextOptions }[] = [
  { look: 'light and wide', options: { colorScheme: 'light', viewport: { width: 1280, height: 900 } } },
  { look: 'dark and narrow', options: { colorScheme: 'dark', viewport: { width: 375, height: 812 } } },
  { look: 'Chinese and light', options: { colorScheme: 'light', locale: 'zh-CN' } },
]

test.each(states.flatMap((state) => looks.map((look) => ({ ...state, ...look }))))(
  'nothing serious keeps anybody from the page: $state, $look',
  async ({ reach, options }) => {
    const { page } = await openTab(browser, options)
    try {
      await page.goto(site.origin)
      await page.locator('.uppy-Dashboard').waitFor()
      await reach(page)
      expect(await seriousFaults(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    } finally {
      await page.context().close()
    }
  },
)

/** By its class, because its name is in every language. */
async function press(page: Page, action: string) {
  await page.locator(`.uppy-StatusBar-actionBtn--${action}`).click()
}

test('a screen reader hears the beginning, the end and the reason, once each', async () => {
  const { page } = await openTab(browser)
  await page.goto(site.origin)
  await chooseFiles(page, [TEXT])
  await startUpload(page)
  await resultOf(page, TEXT.name).getByText('Stored').waitFor()
  const log = page.getByRole('log', { name: 'What happened' })
  await log.getByText('notes.txt: stored.').waitFor()
  expect(await log.locator('p').allTextContents()).toEqual(['Uploading 1 file.', 'notes.txt: stored.'])
  await page.context().close()
})

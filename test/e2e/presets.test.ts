import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Page as UploadPage } from '../../src/issuer/page.ts'
import { createPresetIssuer, PRESETS, type PresetName } from '../../src/issuer/presets.ts'
import { launchBrowser, openTab } from './browser.ts'
import { addFiles, resultOf, startUpload } from './page.ts'
import { BUCKET, buildTestPage, CREDENTIAL, openSite } from './site.ts'

/** In these presets the front end writes the key: the folder, and the file's own name. */
const NAMES = ['照片 😀.png', `"quoted" 'name' & 100%.png`, '../../../escape.png']
const CONTENT = 'p'.repeat(1024) // no less for the go preset

const isPreset = (name: string): name is PresetName => Object.hasOwn(PRESETS, name)

let browser: Browser
let uploadPage: UploadPage

beforeAll(async () => {
  browser = await launchBrowser()
  uploadPage = await buildTestPage('signature')
})
afterAll(() => browser?.close())

test.each(Object.keys(PRESETS).filter(isPreset))(
  'the page uploads through the %s preset, whatever the names',
  async (preset) => {
    const site = await openSite(async ({ hostUrl }) =>
      createPresetIssuer(preset, {
        credential: CREDENTIAL,
        bucket: BUCKET,
        endpoint: 'localhost',
        hostUrl,
        page: uploadPage,
      }),
    )
    try {
      const { page, complaints } = await openTab(browser)
      await page.goto(site.origin)
      await addFiles(page, NAMES, 'image/png', CONTENT)
      await startUpload(page)
      for (const name of NAMES) {
        await resultOf(page, name).getByText('Stored', { exact: true }).waitFor()
        const { status, body } = await site.read(`${PRESETS[preset].dir}${name}`)
        expect(status).toBe(200)
        expect(body.toString()).toBe(CONTENT)
      }
      expect(complaints).toEqual([])
    } finally {
      await site.close()
    }
  },
)

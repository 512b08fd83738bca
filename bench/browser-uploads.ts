import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { alternate, report } from './alternate.ts'
import { withBrowserPage } from './browser-page.ts'

const GIB = 1024 ** 3
const SMALL_FILES = 500
const SMALL_BYTES = 10 * 1024

/** 1 GiB out of Chromium, by one form and in parts, beside a bare XMLHttpRequest that puts the same bytes. */
export async function benchBrowserLarge(): Promise<void> {
  await withBrowserPage(async (page, folder) => {
    const path = join(folder, 'large.bin')
    await writeFile(path, '')
    await truncate(path, GIB)
    await page.locator('input').setInputFiles(path)
    const round = (expression: string) => async () => GIB / 1e6 / Number(await page.evaluate(expression))
    const measured = await alternate(3, [
      { name: 'postern/client, in parts', round: round("measure('client', chosen(), 1)") },
      { name: 'postern/client, one form', round: round("measure('client', chosen())") },
      { name: 'floor: one XMLHttpRequest, a presigned PUT', round: round("measure('barePut', chosen())") },
    ])
    report('1 GiB out of Chromium', 'MB/s', measured, 'parts and form at least 0.9 of the floor')
  })
}

/** Many small files out of Chromium, beside one form asked for and posted after the other. */
export async function benchBrowserSmall(): Promise<void> {
  await withBrowserPage(async (page) => {
    const round = (side: string) => async () =>
      SMALL_FILES / Number(await page.evaluate(`measure('${side}', small(${SMALL_FILES}, ${SMALL_BYTES}))`))
    const measured = await alternate(3, [
      { name: 'postern/client, three at once', round: round('client') },
      { name: 'rival: forms and posts one after the other', round: round('bareForms') },
    ])
    report('500 files of 10 KiB out of Chromium', 'files/s', measured, 'more than one after the other')
  })
}

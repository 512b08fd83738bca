import type { Locator, Page } from 'playwright'

/** Picks files as a person does with the file dialog. */
export async function chooseFiles(page: Page, files: Parameters<Locator['setInputFiles']>[0]) {
  await page.locator('input[type=file]').first().setInputFiles(files)
}

/** Picks further files, once there are some. */
export async function chooseMore(page: Page, files: Parameters<Locator['setInputFiles']>[0]) {
  await page.getByRole('button', { name: 'Add more files' }).click()
  await chooseFiles(page, files)
}

/** Presses the Dashboard's button. */
export async function startUpload(page: Page) {
  await page.getByRole('button', { name: /^Upload \d+ files?$/ }).click()
}

/** The row of one file in the list of results. */
export function resultOf(page: Page, name: string): Locator {
  return page.locator('.rows > li').filter({ has: page.getByText(name, { exact: true }) })
}

/** Picks files that no disk could hold under their names, as a script of the page could make them. */
export async function addFiles(page: Page, names: readonly string[], type: string, content: string) {
  await page
    .locator('input[type=file]')
    .first()
    .evaluate(
      (input, file) => {
        const files = new DataTransfer()
        for (const name of file.names) files.items.add(new File([file.content], name, { type: file.type }))
        if (input instanceof HTMLInputElement) input.files = files.files
        input.dispatchEvent(new Event('change', { bubbles: true }))
      },
      { names, type, content },
    )
}

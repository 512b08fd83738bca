import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Page } from 'playwright'
import { compile } from 'svelte/compiler'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileScript, parse } from 'vue/compiler-sfc'
import type { Tab } from '../e2e/browser.ts'
import { bundled, MAX_SIZE, openPages, type Pages, printed, printedWith } from './framework-page.ts'

const REACT = 'docs/guide/react.md'
const OTHERS = 'docs/guide/vue-and-svelte.md'

/** The guides' components, and the line or two that put each into a page. */
const FRAMEWORKS = {
  react: () =>
    bundled({
      'main.ts': {
        loader: 'tsx',
        code: `import { createRoot } from 'react-dom/client'
import { StrictMode } from 'react'
import { Files } from './files.tsx'
createRoot(document.querySelector('#app')).render(<StrictMode><Files /></StrictMode>)`,
      },
      'files.tsx': { loader: 'tsx', code: printedWith(REACT, 'tsx', 'function Files') },
    }),
  vue: () =>
    bundled({
      'main.ts': {
        loader: 'ts',
        code: `import { createApp } from 'vue'\nimport Files from './files.vue'\ncreateApp(Files).mount('#app')`,
      },
      'files.vue': { loader: 'ts', code: vueComponent(printedWith(OTHERS, 'vue', '<template>')) },
      'use-upload.ts': { loader: 'ts', code: printedWith(OTHERS, 'ts page', '// use-upload.ts') },
    }),
  svelte: () =>
    bundled({
      'main.ts': {
        loader: 'ts',
        code: `import { mount } from 'svelte'\nimport Files from './files.svelte'\nmount(Files, { target: document.querySelector('#app') })`,
      },
      'files.svelte': { loader: 'js', code: svelteComponent(printedWith(OTHERS, 'svelte', '<script>')) },
      'upload-store.ts': { loader: 'ts', code: printedWith(OTHERS, 'ts page', '// upload-store.ts') },
    }),
} as const

function vueComponent(source: string): string {
  const { descriptor, errors } = parse(source)
  expect(errors).toEqual([])
  return compileScript(descriptor, { id: 'files', inlineTemplate: true }).content
}

function svelteComponent(source: string): string {
  const { js, warnings } = compile(source, { generate: 'client', filename: 'files.svelte' })
  expect(warnings.map(({ message }) => message)).toEqual([]) // of accessibility, too
  return js.code
}

let pages: Pages

beforeAll(async () => {
  const { react, vue, svelte } = FRAMEWORKS
  pages = await openPages({ react: await react(), vue: await vue(), svelte: await svelte() })
}, 60_000)
afterAll(() => pages?.close(), 60_000)

const text = (name: string, content = 'some words') => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(content),
})
const choose = (page: Page, ...files: ReturnType<typeof text>[]) => page.getByLabel('Choose files').setInputFiles(files)
const button = (page: Page, name: string) => page.getByRole('button', { name })
const stated = (page: Page) => page.getByRole('status').textContent()

/** What a tab complained of, but for the answers that refuse something: those are what is tested. */
const surprises = ({ complaints }: Tab) => complaints.filter((complaint) => !complaint.startsWith('Failed to load'))

describe.each(Object.keys(FRAMEWORKS))("the guide's component for %s", { timeout: 60_000 }, (name) => {
  test('stores files, links to them, and says how far all is', async () => {
    const tab = await pages.open(name)
    expect(await stated(tab.page)).toBe('0 of 0 stored')
    await choose(tab.page, text('one.txt', 'first'), text('two.txt', 'second'))
    await expect.poll(() => stated(tab.page), { timeout: 20_000 }).toBe('2 of 2 stored')
    const link = await tab.page.getByRole('link', { name: 'Open two.txt' }).getAttribute('href')
    const key = link?.slice(pages.site.bucketUrl.length) ?? ''
    expect((await pages.site.read(key)).body.toString()).toBe('second')
    expect(await tab.page.getByLabel('All files').evaluate((bar: HTMLProgressElement) => bar.position)).toBe(1)
    expect(surprises(tab)).toEqual([])
    await tab.page.close()
  })

  test('tells once, aloud, what failed, and beside each file why; clear leaves it there', async () => {
    const tab = await pages.open(name)
    await choose(
      tab.page,
      text('small.txt'),
      text('large.txt', 'x'.repeat(MAX_SIZE + 1)),
      text('large too.txt', 'x'.repeat(2 * MAX_SIZE)),
    )
    await expect.poll(() => stated(tab.page), { timeout: 20_000 }).toBe('1 of 3 stored')
    await expect
      .poll(() => tab.page.getByRole('alert').allInnerTexts())
      .toEqual([expect.stringContaining('2 could not')])
    expect(await tab.page.getByRole('listitem').filter({ hasText: 'large.txt' }).textContent()).toContain(
      `${MAX_SIZE + 1}`,
    )
    await button(tab.page, 'Clear what is done').click()
    expect(await tab.page.getByRole('listitem').count()).toBe(2)
    await button(tab.page, 'Try again').click()
    await expect
      .poll(() => tab.page.getByRole('alert').allInnerTexts())
      .toEqual([expect.stringContaining('2 could not')])
    await button(tab.page, 'Remove large.txt').click()
    await button(tab.page, 'Remove large too.txt').click()
    expect(await tab.page.getByRole('listitem').count()).toBe(0)
    expect(surprises(tab)).toEqual([])
    await tab.page.close()
  })

  test('pauses, resumes, and removes what is on its way', async () => {
    const tab = await pages.open(name)
    const release = await pages.holdStore(tab.page)
    await choose(tab.page, text('one.txt'), text('two.txt'))
    await button(tab.page, 'Pause one.txt').click()
    expect(await tab.page.getByRole('listitem').filter({ hasText: 'one.txt' }).textContent()).toContain('paused')
    await button(tab.page, 'Remove two.txt').click()
    expect(await tab.page.getByRole('listitem').count()).toBe(1)
    release()
    await button(tab.page, 'Resume one.txt').click()
    await expect.poll(() => stated(tab.page), { timeout: 20_000 }).toBe('1 of 1 stored')
    expect(surprises(tab)).toEqual([])
    await tab.page.close()
  })

  test('is a page that people can use who do not see it', async () => {
    const tab = await pages.open(name)
    await choose(tab.page, text('small.txt'), text('large.txt', 'x'.repeat(MAX_SIZE + 1)))
    await expect.poll(() => tab.page.getByRole('alert').count(), { timeout: 20_000 }).toBe(1)
    await tab.page.evaluate(axe.source)
    const { violations } = await tab.page.evaluate<axe.AxeResults>('axe.run()')
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
    await tab.page.close()
  })
})

test("every example of React's guide compiles", { timeout: 60_000 }, () => {
  const folder = join('.cache', 'react-guide')
  mkdirSync(folder, { recursive: true })
  const files = printed(REACT, 'tsx').map((code, index) => {
    const file = join(folder, `${index}.tsx`)
    writeFileSync(file, code)
    return file
  })
  const base = ts.readConfigFile('tsconfig.test.json', ts.sys.readFile).config
  const { options } = ts.parseJsonConfigFileContent({ ...base, include: [], files: [] }, ts.sys, '.')
  const program = ts.createProgram(files, { ...options, jsx: ts.JsxEmit.ReactJSX })
  const complaints = ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`)
  rmSync(folder, { recursive: true })
  expect(complaints).toEqual([])
})

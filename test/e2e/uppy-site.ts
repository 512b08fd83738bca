import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright'
import { expect, onTestFinished } from 'vitest'
import { listen } from '../../src/http/listen.ts'
import { openTab, type Tab } from './browser.ts'
import { type ClientSite, openClientSite, type SiteOptions } from './client-site.ts'
import type { DashboardHistory, DashboardSettings } from './fixtures/uppy-dashboard-page.ts'
import { type MadeUp, madeUpBytes } from './made-up-bytes.ts'

let built: Promise<ReadonlyMap<string, string>> | undefined

/** An application with Uppy's Dashboard, on an origin of its own, beside an issuer and a store. */
export async function openUppySite(options: SiteOptions = {}): Promise<ClientSite> {
  built ??= bundle()
  const files = await built
  const page = await listen(async ({ url }) => {
    const { pathname } = new URL(url)
    if (pathname === '/') return new Response(HTML, { headers: { 'content-type': 'text/html; charset=utf-8' } })
    const content = files.get(pathname)
    if (content === undefined) return new Response(null, { status: 204 })
    return new Response(content, {
      headers: { 'content-type': pathname.endsWith('.css') ? 'text/css' : 'text/javascript' },
    })
  })
  onTestFinished(() => page.close())
  const site = await openClientSite({ ...options, issuerAllows: [page.url], bucketAllows: [page.url] })
  return { ...site, origin: page.url }
}

const HTML =
  '<!doctype html><title>Uppy</title><link rel=stylesheet href="/page.css"><div id=uppy></div><script src="/page.js"></script>'

async function bundle(): Promise<ReadonlyMap<string, string>> {
  const { outputFiles } = await build({
    stdin: {
      contents:
        "import './uppy-dashboard-page.ts'; import '@uppy/core/css/style.css'; import '@uppy/dashboard/css/style.css'",
      resolveDir: 'test/e2e/fixtures',
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    outfile: '/page.js',
    logLevel: 'warning',
  })
  return new Map(outputFiles.map(({ path, text }) => [path, text]))
}

/** Somebody before the Dashboard. */
export interface DashboardVisitor extends Tab {
  readonly choose: (...files: readonly MadeUp[]) => Promise<void>
  /** Presses the button with this name. */
  readonly press: (name: RegExp) => Promise<void>
  readonly histories: () => Promise<readonly DashboardHistory[]>
  /** How the batches ended, once so many have. */
  readonly completed: (batches?: number) => Promise<readonly { readonly stored: number; readonly failed: number }[]>
  readonly reload: () => Promise<void>
}

/** Opens the page. Whatever the test does, no progress may go back while a file is on its way. */
export async function visitDashboard(
  browser: Browser,
  site: ClientSite,
  settings: Omit<DashboardSettings, 'uploader'> & { readonly uploader?: Partial<DashboardSettings['uploader']> } = {},
): Promise<DashboardVisitor> {
  const tab = await openTab(browser)
  const { page } = tab
  const folder = await mkdtemp(join(tmpdir(), 'postern-uppy-'))
  onTestFinished(async () => {
    await page.context().close()
    await rm(folder, { recursive: true })
  })
  const load = async () => {
    await page.goto(site.origin)
    const uploader = { endpoint: site.issuer.url, ...settings.uploader }
    await page.evaluate((given) => globalThis.dashboard.open(given), { ...settings, uploader })
  }
  await load()
  const histories = () => page.evaluate(() => globalThis.dashboard.histories())
  return {
    ...tab,
    histories,
    choose: (...files) => chooseFiles(page, folder, files),
    async press(name) {
      await page.getByRole('button', { name }).first().click()
    },
    async completed(batches = 1) {
      await page.waitForFunction((count) => globalThis.dashboard.completed.length >= count, batches)
      expect((await histories()).filter(goesBack)).toEqual([])
      return await page.evaluate(() => globalThis.dashboard.completed)
    },
    reload: load,
  }
}

/** As with the file dialog: files of a disk, whose dates stay as they are. Their names say their types. */
async function chooseFiles(page: Page, folder: string, files: readonly MadeUp[]): Promise<void> {
  const paths: string[] = []
  for (const file of files) {
    const path = join(folder, file.name)
    if (!existsSync(path)) await writeFile(path, madeUpBytes(file))
    paths.push(path)
  }
  const addMore = page.getByRole('button', { name: 'Add more files' })
  if (await addMore.isVisible()) await addMore.click()
  await page.locator('input[type=file]').first().setInputFiles(paths)
}

/** Each start begins anew; in between, more and more has left. */
function goesBack({ progress, steps }: DashboardHistory): boolean {
  const backs = progress.filter((bytes, at) => bytes < (progress[at - 1] ?? 0)).length
  return backs > Math.max(0, steps.filter((step) => step === 'start').length - 1)
}

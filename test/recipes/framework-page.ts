import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { build, type Loader, type Plugin } from 'esbuild'
import type { Page } from 'playwright'
import { createIssuer } from '../../src/issuer/create-issuer.ts'
import { oss } from '../../src/issuer/storage/oss.ts'
import { launchBrowser, openTab, type Tab } from '../e2e/browser.ts'
import { BUCKET, CREDENTIAL, openSite, REGION, type Site } from '../e2e/site.ts'

/** Bytes of the largest file that the pages' issuer lets through. */
export const MAX_SIZE = 100_000

/** The blocks of a guide's page in one language, as they are printed there. */
export function printed(page: string, language: string): readonly string[] {
  return [...readFileSync(page, 'utf8').matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].flatMap(
    ([, marked = '', code = '']) => (marked.trim() === language ? [code] : []),
  )
}

/** The one of these blocks that holds this text. */
export function printedWith(page: string, language: string, text: string): string {
  const found = printed(page, language).find((code) => code.includes(text))
  if (found === undefined) throw new Error(`${page} has no block of ${language} with "${text}".`)
  return found
}

/** A module of a bundle, written here instead of in a file. */
export interface Module {
  readonly code: string
  readonly loader: Loader
}

/** One script of `main.ts` and the modules beside it, by name; `postern/…` is the sources, anything else an installed package. */
export async function bundled(modules: Readonly<Record<string, Module>>): Promise<string> {
  const written: Plugin = {
    name: 'written',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\// }, ({ path, namespace, kind }) =>
        namespace === 'written' || kind === 'entry-point' ? { path: path.slice(2), namespace: 'written' } : undefined,
      )
      onLoad({ filter: /.*/, namespace: 'written' }, ({ path }) => {
        const { code, loader } = modules[path] ?? {}
        return code === undefined || loader === undefined ? undefined : { contents: code, loader, resolveDir: '.' }
      })
    },
  }
  const doors = ['client', 'list', 'react'].map((door) => [`postern/${door}`, resolve(`src/${door}.ts`)])
  const { outputFiles } = await build({
    entryPoints: ['./main.ts'],
    plugins: [written],
    alias: Object.fromEntries(doors),
    absWorkingDir: resolve('.'),
    bundle: true,
    write: false,
    format: 'iife',
    jsx: 'automatic',
    conditions: ['browser', 'svelte'],
    define: {
      'process.env.NODE_ENV': '"development"',
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    target: 'es2022',
    logLevel: 'warning',
    outdir: 'out',
  })
  return outputFiles[0]?.text ?? ''
}

/** An application: a page for each script, an issuer below `/uploader`, and the store beside it. */
export interface Pages {
  readonly site: Site
  readonly open: (name: string) => Promise<Tab>
  /** The store hears of what this tab sends only once the function that it gives is called. */
  readonly holdStore: (page: Page) => Promise<() => void>
  readonly close: () => Promise<void>
}

/** Opens an application whose page `/NAME` is `#app` and the script of that name. */
export async function openPages(scripts: Readonly<Record<string, string>>): Promise<Pages> {
  const site = await openSite(async ({ bucketUrl }) => {
    const issuer = createIssuer({
      storage: oss({ bucket: BUCKET, url: bucketUrl, region: REGION, credential: CREDENTIAL }),
      authorize: 'public',
      basePath: '/uploader',
      routes: { default: { maxSize: MAX_SIZE, types: ['text/plain'] } },
      limits: false,
    })
    return async (request, peer) => {
      const [, name = '', file] = new URL(request.url).pathname.split('/')
      if (name === 'uploader') return await issuer(request, peer)
      const script = scripts[name]
      if (script === undefined) return new Response(null, { status: 204 }) // the browser's favicon
      if (file === 'app.js') return new Response(script, { headers: { 'content-type': 'text/javascript' } })
      return new Response(html(name), { headers: { 'content-type': 'text/html; charset=utf-8' } })
    }
  })
  const browser = await launchBrowser()
  return {
    site,
    async open(name) {
      const tab = await openTab(browser)
      await tab.page.goto(`${site.origin}/${name}`)
      return tab
    },
    async holdStore(page) {
      let release = () => {}
      const released = new Promise<void>((resolve) => {
        release = resolve
      })
      await page.route(`${site.bucketUrl}**`, async (route) => {
        await released
        await route.continue().catch(() => {}) // the page took it back meanwhile
      })
      return release
    },
    async close() {
      await browser.close()
      await site.close()
    },
  }
}

function html(name: string): string {
  return `<!doctype html>
<html lang="en"><title>Files</title><main><h1>Files</h1><div id="app"></div></main><script src="/${name}/app.js"></script></html>`
}

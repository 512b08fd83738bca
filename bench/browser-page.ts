import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { chromium, type Page } from 'playwright'
import { createIssuer, type Handler, oss } from 'postern/issuer'
import { nodeListener } from 'postern/node'
import { openStore } from 'postern/store'
import { chromiumPath } from '../scripts/chromium.mjs'
import { BUCKET, CREDENTIAL, REGION } from './settings.ts'

const GIB = 1024 ** 3
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking']
const HTML = '<!doctype html><title>bench</title><input type="file"><script src="page.js"></script>'

/** Runs a page in Chromium that has the client (bench/in-browser.ts), its issuer on the same origin, and a store on another. */
export async function withBrowserPage(measure: (page: Page, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-bench-'))
  const store = await openStore({
    data: join(folder, 'store'),
    buckets: [BUCKET],
    credentials: [CREDENTIAL],
    region: REGION,
  })
  const storeServer = await store.listen({ port: 0 })
  const issuer = createIssuer({
    storage: oss({ bucket: BUCKET, endpoint: storeServer.url, region: REGION, credential: CREDENTIAL }),
    authorize: 'public',
    limits: false,
    routes: { default: { maxSize: 2 * GIB, types: ['application/octet-stream'] } },
  })
  const server = createServer(nodeListener(await withPage(issuer)))
  const origin = await new Promise<string>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${addressOf(server.address()).port}`))
  })
  await store.setCors(BUCKET, {
    rules: [{ origins: [origin], methods: ['POST', 'PUT'], headers: ['*'], exposed: ['ETag'], maxAgeSeconds: 600 }],
    varyAlways: false,
  })
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: FLAGS })
  try {
    const page = await browser.newPage()
    await page.goto(origin)
    await measure(page, folder)
  } finally {
    await browser.close()
    server.close()
    await storeServer.close()
    await store.close()
    await rm(folder, { recursive: true })
  }
}

async function withPage(issuer: Handler): Promise<Handler> {
  const { outputFiles } = await build({
    entryPoints: ['bench/in-browser.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    minify: true,
  })
  const script = outputFiles[0]?.text ?? ''
  return async (request, peer) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/') return new Response(HTML, { headers: { 'content-type': 'text/html' } })
    if (pathname === '/page.js') return new Response(script, { headers: { 'content-type': 'text/javascript' } })
    return await issuer(request, peer)
  }
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return address
}

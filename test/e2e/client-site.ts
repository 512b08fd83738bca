import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, onTestFinished } from 'vitest'
import { listen } from '../../src/http/listen.ts'
import type { HttpServer } from '../../src/http/server.ts'
import type { CompletedUpload } from '../../src/issuer/completion/completion.ts'
import { createIssuer } from '../../src/issuer/create-issuer.ts'
import type { Route } from '../../src/issuer/route.ts'
import { oss } from '../../src/issuer/storage/oss.ts'
import { signRequest } from '../../src/sign/sign-request.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { type FaultyProxy, openFaultyProxy } from './faulty-proxy.ts'
import { type MadeUp, madeUpBytes } from './made-up-bytes.ts'
import { openPage } from './page-server.ts'
import { issuerRequest, storeRequest } from './request-kinds.ts'
import { BUCKET, CREDENTIAL, REGION } from './site.ts'

export interface SiteOptions {
  /** What the one route differs in from a wide one. */
  readonly route?: Route
  /** Whether the store reports uploads to the issuer; else the page does. */
  readonly hasCallback?: boolean
  /** Which origins the issuer takes requests from, besides its own; the page's. */
  readonly issuerAllows?: readonly string[]
  /** Which origins the bucket's rule lists; the page's. */
  readonly bucketAllows?: readonly string[]
  /** The page's Content-Security-Policy. */
  readonly policy?: (addresses: { issuer: string; store: string }) => string
  /** Milliseconds that the issuer and the store are ahead; may change. */
  readonly ahead?: () => number
  /** Whether the page comes by https. */
  readonly isSecure?: boolean
  /** By which name pages know the store's machine; its address. */
  readonly storeHost?: string
  /** The issuer's, which it makes up at each start where none is given. */
  readonly tokenSecret?: string
  /** Where the store keeps what it has. */
  readonly data?: string
}

/** A page, an issuer and a store on three origins, the latter two behind what a test makes fail. */
export interface ClientSite {
  /** Where the page is; no `/` at the end. */
  readonly origin: string
  readonly issuer: FaultyProxy
  readonly store: FaultyProxy
  readonly bucketUrl: string
  /** What the application has heard of. */
  readonly completed: readonly CompletedUpload[]
  /** The bucket's objects: bytes by key. */
  readonly objects: () => Promise<ReadonlyMap<string, number>>
  readonly read: (key: string) => Promise<{ status: number; body: Buffer }>
  /** Keys of the multipart uploads that have begun and not ended. */
  readonly openUploads: () => Promise<readonly string[]>
  readonly restartIssuer: () => Promise<void>
  readonly stopStore: () => Promise<void>
  /** After {@link stopStore}, on the same folder; at another time, where one is given. */
  readonly startStore: (now?: () => Date) => Promise<void>
}

/** The script of the page; the same for all the sites of a test file. */
let script: Promise<string> | undefined

export async function openClientSite(options: SiteOptions = {}): Promise<ClientSite> {
  script ??= bundle()
  const issuer = await openFaultyProxy(issuerRequest)
  const store = await openFaultyProxy(storeRequest)
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'postern-client-')))
  const page = await openPage(await script, {
    policy: options.policy?.({ issuer: issuer.url, store: store.url }),
    isSecure: options.isSecure === true,
  })
  const completed: CompletedUpload[] = []
  const { storeHost = '127.0.0.1' } = options
  const bucketUrl = `${store.url.replace('127.0.0.1', storeHost)}/${BUCKET}/`
  const now = () => new Date(Date.now() + (options.ahead?.() ?? 0))
  let running = await runStore(data, options.bucketAllows ?? [page.url], now)
  store.turnTo(running.server.port)
  const runIssuer = () => {
    const handler = createIssuer({
      storage: oss({ bucket: BUCKET, endpoint: store.url, url: bucketUrl, region: REGION, credential: CREDENTIAL }),
      routes: { default: { maxSize: '10GB', minSize: 0, ...options.route } },
      authorize: 'public',
      limits: false,
      cors: { origins: options.issuerAllows ?? [page.url] },
      ...(options.hasCallback && {
        callback: { url: `${issuer.url}/callback`, keyUrls: [running.store.callbackKeyUrl()] },
      }),
      onUploaded(upload: CompletedUpload) {
        completed.push(upload)
        return { heard: upload.key }
      },
      ...(options.tokenSecret && { tokenSecret: options.tokenSecret }),
      onError: () => {}, // what fails here does so on purpose
      now,
    })
    return listen(handler)
  }
  let issuerServer = await runIssuer()
  issuer.turnTo(issuerServer.port)
  async function stopStore() {
    store.setAway(true)
    await running.store.close()
  }
  onTestFinished(async () => {
    await Promise.all([page.close(), issuer.close()])
    await issuerServer.close()
    await stopStore()
    await store.close()
    await rm(data, { recursive: true, force: true })
  })

  /** A signed GET of the bucket or of an object, that fails as nothing does. */
  async function get(query: Readonly<Record<string, string>>, key?: string): Promise<Response> {
    const address = { method: 'GET', bucket: BUCKET, ...(key && { key }), query: Object.entries(query) }
    const headers = signRequest(address, {}, CREDENTIAL, { scheme: 'oss-v4', region: REGION }, now())
    const url = `${running.server.url}/${BUCKET}/${key ?? ''}?${new URLSearchParams(query)}`
    return await fetch(url, { headers })
  }
  const list = async (query: Readonly<Record<string, string>>) => await (await get(query)).text()

  return {
    origin: page.url,
    issuer,
    store,
    bucketUrl,
    completed,
    async objects() {
      const xml = await list({ 'max-keys': '1000' })
      const sizes = textsOf(xml, 'Size')
      return new Map(textsOf(xml, 'Key').map((key, at) => [key, Number(sizes[at])]))
    },
    async read(key) {
      const response = await get({}, key)
      return { status: response.status, body: Buffer.from(await response.arrayBuffer()) }
    },
    openUploads: async () => textsOf((await list({ uploads: '' })).split('<Upload>').slice(1).join(''), 'Key'),
    async restartIssuer() {
      issuer.setAway(true)
      await issuerServer.close()
      issuerServer = await runIssuer()
      issuer.turnTo(issuerServer.port)
    },
    stopStore,
    async startStore(at = now) {
      running = await runStore(data, options.bucketAllows ?? [page.url], at)
      store.turnTo(running.server.port)
    },
  }
}

/** The store has these files, each once, and nothing else: the content is what was sent, byte for byte. */
export async function expectStored(site: ClientSite, files: readonly (MadeUp & { readonly key: string })[]) {
  const stored = await site.objects()
  expect([...stored.keys()].toSorted()).toEqual(files.map(({ key }) => key).toSorted())
  for (const file of files) {
    const { status, body } = await site.read(file.key)
    expect(status).toBe(200)
    expect(body.equals(madeUpBytes(file)), `the content of ${file.key}`).toBe(true)
  }
  expect(site.completed.map(({ key }) => key).toSorted()).toEqual(files.map(({ key }) => key).toSorted())
}

async function runStore(
  data: string,
  origins: readonly string[],
  now: () => Date,
): Promise<{ store: Store; server: HttpServer }> {
  const rules = [{ origins, methods: ['POST', 'PUT'], headers: ['*'], exposed: [] }] // no header of an answer is needed
  const store = await openStore({
    data,
    buckets: [{ name: BUCKET, ...(origins.length > 0 && { cors: { rules, varyAlways: false } }) }],
    credentials: [CREDENTIAL],
    region: REGION,
    callbacks: { allow: ['loopback'] },
    now,
  })
  return { store, server: await store.listen() }
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['test/e2e/fixtures/client-page.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    logLevel: 'warning',
  })
  return outputFiles[0]?.text ?? ''
}

function textsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) =>
    decodeURIComponent(text),
  )
}

import { mkdtemp, rm } from 'node:fs/promises'
import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPage } from '../../scripts/build-page.mjs'
import { listen } from '../../src/http/listen.ts'
import type { HttpServer } from '../../src/http/server.ts'
import type { Handler } from '../../src/issuer/handler.ts'
import { type Page, type PageKind, readPage } from '../../src/issuer/page.ts'
import { signRequest } from '../../src/sign/sign-request.ts'
import type { Credential } from '../../src/sign/signer.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'

export const BUCKET = 'photos'
export const REGION = 'cn-hangzhou'
export const CREDENTIAL: Credential = { accessKeyId: 'LTAI5tExampleKeyId', accessKeySecret: 'example-secret' }

/** The application on one origin, the store on another, as in production. */
export interface Site {
  /** Where the application, its page and its issuer are; no `/` at the end. */
  readonly origin: string
  readonly store: Store
  /** What the bucket's forms are posted to: path style, ends in `/`. */
  readonly bucketUrl: string
  /** Lets pages of this origin upload. */
  allow(origin: string): Promise<void>
  /** An object as a signed GET gives it. */
  read(key: string): Promise<Kept>
  close(): Promise<void>
}

interface Kept {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What the application is made of, once the store's address is known. */
export type Application = (storage: { bucketUrl: string; hostUrl: string }) => Promise<Handler>

/** Opens a store and, beside it, an application; the application's pages may upload. */
export async function openSite(application: Application): Promise<Site> {
  const callbacks = { allow: ['loopback'] } // to applications of this machine
  const store = await openStore({ buckets: [BUCKET], credentials: [CREDENTIAL], region: REGION, callbacks })
  const storeServer = await store.listen()
  const bucketUrl = `${storeServer.url}/${BUCKET}/`
  const hostUrl = `http://${BUCKET}.localhost:${storeServer.port}`
  const server = await listen(await application({ bucketUrl, hostUrl }))
  const allow = (origin: string) =>
    store.setCors(BUCKET, {
      rules: [{ origins: [origin], methods: ['POST'], headers: [], exposed: ['ETag', 'x-oss-hash-crc64ecma'] }],
      varyAlways: false,
    })
  await allow(server.url)
  return {
    origin: server.url,
    store,
    bucketUrl,
    allow,
    read: (key) => read(storeServer, key),
    async close() {
      await server.close()
      await storeServer.close()
      await store.close()
    },
  }
}

/** A signed GET, byte for byte as written: `fetch` would take `a/../b` for `b`. */
async function read({ host, port }: HttpServer, key: string): Promise<Kept> {
  const address = { method: 'GET', bucket: BUCKET, key, query: [] }
  const headers = signRequest(address, {}, CREDENTIAL, { scheme: 'oss-v4', region: REGION }, new Date())
  const path = `/${BUCKET}/${key.split('/').map(encodeURIComponent).join('/')}`
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host, port, path, headers }, resolve).on('error', reject)
  })
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(await response.toArray()) }
}

/** The upload page of these sources, not of an earlier build. */
export async function buildTestPage(kind: PageKind): Promise<Page> {
  const dir = await mkdtemp(join(tmpdir(), 'postern-page-'))
  try {
    await buildPage(dir)
    return await readPage(dir, kind)
  } finally {
    await rm(dir, { recursive: true })
  }
}

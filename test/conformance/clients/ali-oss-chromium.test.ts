import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { utf8 } from '../../../src/base/bytes.ts'
import type { HttpServer } from '../../../src/http/server.ts'
import type { Credential } from '../../../src/sign/signer.ts'
import type { Cors } from '../../../src/store/disk/records.ts'
import { openStore } from '../../../src/store/open-store.ts'
import { launchBrowser } from '../../e2e/browser.ts'
import { aliOssClient, type Version } from './ali-oss-client.ts'
import { signature } from './ali-oss-form.ts'
import { type ClientPage, openClientPage, servePage } from './chromium-page.ts'
import { BUCKET, CREDENTIAL, type Ground, openGround, REGION } from './ground.ts'
import type { ObjectClient } from './object-client.ts'
import { textOf } from './steps.ts'
import { testClient } from './test-client.ts'

/** ali-oss's browser build in a real Chromium, from an origin that is not the store's. */

/** What a page may read of an answer from another origin. */
const EXPOSED = [
  'Content-Length',
  'Content-Range',
  'ETag',
  'x-oss-hash-crc64ecma',
  'x-oss-meta-author',
  'x-oss-next-append-position',
  'x-oss-object-type',
  'x-oss-request-id',
  'x-oss-symlink-target',
]

let ground: Ground
let server: HttpServer
let browser: Browser
let page: ClientPage
beforeAll(async () => {
  ground = await openGround()
  server = await servePage()
  await ground.store.setCors(BUCKET, corsFor(server.url))
  browser = await launchBrowser()
  page = await openClientPage(browser, server.url)
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
  await ground?.close()
})

function corsFor(origin: string): Cors {
  const methods = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE']
  return {
    rules: [{ origins: [origin], methods, headers: ['*'], exposed: EXPOSED, maxAgeSeconds: 600 }],
    varyAlways: false,
  }
}

/** Chromium takes every name below `localhost` for this machine. */
const STYLES = [
  { name: 'path style', sldEnable: true, bucketUrl: () => `http://localhost:${ground.port}/${BUCKET}/` },
  { name: 'virtual host', sldEnable: false, bucketUrl: () => `http://${BUCKET}.localhost:${ground.port}/` },
]

for (const { name, sldEnable, bucketUrl } of STYLES)
  for (const version of ['V1', 'V4'] as const)
    testClient(
      {
        name: `ali-oss ${version} ${name} (Chromium)`,
        connect: (credential) => connect({ version, credential, sldEnable, bucketUrl: bucketUrl() }),
      },
      () => ground,
    )

interface Connection {
  readonly version: Version
  readonly credential: Credential
  readonly sldEnable: boolean
  readonly bucketUrl: string
}

async function connect({ version, credential, sldEnable, bucketUrl }: Connection): Promise<ObjectClient> {
  const { accessKeyId, accessKeySecret, securityToken } = credential
  const oss = await page.create({
    accessKeyId,
    accessKeySecret,
    ...(securityToken !== undefined && { stsToken: securityToken }),
    bucket: BUCKET,
    region: `oss-${REGION}`,
    endpoint: `http://localhost:${new URL(bucketUrl).port}`,
    sldEnable,
    authorizationV4: version === 'V4',
  })
  return aliOssClient({ oss, version, credential, bucketUrl, signPolicyV1: signature(oss, credential) }, page)
}

test.each(['V1', 'V4'] as const)('a page whose clock is two hours behind corrects itself, %s', async (version) => {
  const store = await openStore({
    buckets: [{ name: BUCKET, cors: corsFor(server.url) }],
    credentials: [CREDENTIAL],
    now: () => new Date(Date.now() + 7_200_000),
  })
  onTestFinished(() => store.close())
  const { port } = await store.listen()
  const bucketUrl = `http://${BUCKET}.localhost:${port}/`
  const client = await connect({ version, credential: CREDENTIAL, sldEnable: false, bucketUrl })
  expect((await client.put('late.txt', utf8('late'))).status).toBe(200)
  expect(textOf((await client.get('late.txt')).content)).toBe('late')
})

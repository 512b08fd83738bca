import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listen } from '../src/http/listen.ts'
import type { HttpServer } from '../src/http/server.ts'
import { jwt } from '../src/issuer/authorize/jwt.ts'
import { createIssuer, type IssuerOptions } from '../src/issuer/create-issuer.ts'
import { oss } from '../src/issuer/storage/oss.ts'
import { s3 } from '../src/issuer/storage/s3.ts'
import type { Storage } from '../src/issuer/storage/storage.ts'
import { createUploadTokens } from '../src/issuer/token/upload-token.ts'
import { openStore, type Store } from '../src/store/open-store.ts'
import { type CheckedIssuer, checkedIssuer } from './openapi-check.ts'

// Every answer here is held against what /openapi.json says of it: its status, its type, and each of its members.

const CREDENTIAL = { accessKeyId: 'test-key', accessKeySecret: 'test-secret' }
const REGION = 'cn-hangzhou'
const ROLE = 'acs:ram::1234567890123456:role/uploader'
const TOKEN_SECRET = 't'.repeat(32)
const PNG = { filename: 'cat.png', size: 4, type: 'image/png' }
const JSON_TYPE = { 'content-type': 'application/json' }

let store: Store
let storeServer: HttpServer
let issuerServer: HttpServer
let serving: CheckedIssuer | undefined

beforeAll(async () => {
  const policy = { Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:*', Resource: 'acs:oss:*:*:photos/*' }] }
  store = await openStore({
    buckets: ['photos'],
    credentials: [CREDENTIAL],
    region: REGION,
    roles: [{ name: 'uploader', policy }],
    callbacks: { allow: ['loopback'] },
  })
  storeServer = await store.listen()
  issuerServer = await listen((request, peer) => {
    if (serving === undefined) throw new TypeError('no issuer is served yet')
    return serving.handler(request, peer)
  })
})
afterAll(async () => {
  await issuerServer.close()
  await storeServer.close()
  await store.close()
})

function storage(scheme: 'oss-v4' | 'oss-v1' = 'oss-v4', endpoint = storeServer.url): Storage {
  return oss({ bucket: 'photos', region: REGION, endpoint, credential: CREDENTIAL, scheme })
}

function open(options: Partial<IssuerOptions> = {}): Promise<CheckedIssuer> {
  return checkedIssuer(
    createIssuer({
      storage: storage(),
      authorize: 'public',
      tokenSecret: TOKEN_SECRET,
      onError: () => undefined,
      limits: false,
      ...options,
    }),
  )
}

const AVATARS = {
  callback: false,
  minSize: 2,
  acl: 'private',
  types: ['image/*'],
  meta: { album: true, size: { values: ['s', 'l'], pattern: '.', required: false } },
} as const

/** A browser of one issuer. */
function browser({ handler }: CheckedIssuer) {
  const ask = (path: string, init: RequestInit = {}) => handler(new Request(`http://app.local${path}`, init))
  const post = (path: string, body: unknown, headers: Record<string, string> = JSON_TYPE) =>
    ask(path, { method: 'POST', headers, body: JSON.stringify(body) })
  return { ask, post }
}

/** Sends a file with the form, as a page does. */
async function send(
  { url, fields }: { url: string; fields: Record<string, string> },
  content = 'meow',
): Promise<Response> {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  body.append('file', new Blob([content], { type: 'image/png' }), 'cat.png')
  return await fetch(url, { method: 'POST', body })
}

async function sendPart(
  { url, headers }: { url: string; headers: Record<string, string> },
  content: string,
): Promise<void> {
  expect((await fetch(url, { method: 'PUT', headers, body: content })).status).toBe(200)
}

describe('an issuer with all that there is', () => {
  let issuer: CheckedIssuer
  let ask: ReturnType<typeof browser>['ask']
  let post: ReturnType<typeof browser>['post']

  beforeAll(async () => {
    issuer = await open({
      routes: { default: { sts: true, maxSize: '10MB' }, avatars: AVATARS },
      sts: { roleArn: ROLE, endpoint: storeServer.url },
      callback: { url: `${issuerServer.url}/callback`, keyUrls: [store.callbackKeyUrl()] },
      metrics: 'public',
      page: { html: '<p>', files: new Map() },
      onUploaded: ({ key }) => ({ shown: key }),
    })
    serving = issuer
    const { ask: asks, post: posts } = browser(issuer)
    ask = asks
    post = posts
  })

  test.each(['/', '/healthz', '/metrics', '/openapi.json'])('%s', async (path) => {
    expect((await ask(path)).status).toBe(200)
  })

  test('POST /uploads, the callback of the store, and POST /uploads/complete after it', async () => {
    const form = await (await post('/uploads', { ...PNG, meta: { album: 'summer' } })).json()
    expect(await (await send(form)).json()).toEqual({ shown: form.key })
    expect(issuer.seen()).toContain('callback 200')
    const { token } = form
    expect(await (await post('/uploads/complete', { token })).json()).toMatchObject({
      key: form.key,
      crc64: expect.any(String),
      answer: { shown: form.key },
    })
  })

  test('what may be uploaded, by route', async () => {
    expect((await ask('/uploads')).status).toBe(200)
    expect(await (await ask('/uploads?route=avatars')).json()).toMatchObject({
      types: ['image/*'],
      meta: { album: {} },
    })
    expect((await ask('/uploads?route=nowhere')).status).toBe(404)
  })

  test('several files at once, and the problem of one of them', async () => {
    const files = [PNG, { ...PNG, type: 'text/html' }, { ...PNG, size: 100_000_000 }, 'a file', PNG]
    const { uploads } = await (await post('/uploads', { files })).json()
    expect(uploads.map(({ method, code }: { method?: string; code?: string }) => method ?? code)).toEqual([
      'POST',
      'type-not-allowed',
      'file-too-large',
      'issue-request-malformed',
      'POST',
    ])
  })

  test("the vendor's three ways", async () => {
    expect((await ask('/get_post_signature_for_oss_upload')).status).toBe(200)
    expect((await ask('/get_post_signature_for_oss_upload?route=avatars')).status).toBe(200)
    expect((await ask('/get_sts_token_for_oss_upload')).status).toBe(200)
    expect((await ask('/get_presigned_url_for_oss_upload?filename=a.png&type=image/png')).status).toBe(200)
  })

  test('a file in parts', async () => {
    const begun = await (await post('/uploads/multipart', PNG)).json()
    const { token } = begun
    expect(begun).toMatchObject({ parts: 1 })
    expect((await post('/uploads/multipart/complete', { token })).status).toBe(409)
    const { parts } = await (await post('/uploads/multipart/parts', { token, partNumbers: [1] })).json()
    await sendPart(parts[0], 'meow')
    expect((await post('/uploads/multipart/list', { token })).status).toBe(200)
    expect((await post('/uploads/multipart/complete', { token })).status).toBe(200)
    expect((await post('/uploads/multipart/abort', { token })).status).toBe(404)
    const other = await (await post('/uploads/multipart', PNG)).json()
    expect((await post('/uploads/multipart/abort', { token: other.token })).status).toBe(200)
  })

  test('what Uppy asks', async () => {
    expect((await ask('/s3/params?filename=a.png&type=image/png&metadata[size]=4')).status).toBe(200)
    expect((await ask('/s3/params?filename=a.html&type=text/html')).status).toBe(415)
    expect((await ask('/s3/sts')).status).toBe(200)
    const { uploadId, key } = await (
      await post('/s3/multipart', { filename: 'a.png', type: 'image/png', metadata: {} })
    ).json()
    const at = `/s3/multipart/${uploadId}`
    const of = `?key=${encodeURIComponent(key)}`
    await sendPart(await (await ask(`${at}/1${of}`)).json(), 'meow')
    expect((await ask(`${at}/batch${of}&partNumbers=1,2`)).status).toBe(200)
    const parts = await (await ask(`${at}${of}`)).json()
    expect(
      (
        await post(`${at}/complete${of}`, {
          parts: parts.map(({ PartNumber }: { PartNumber: number }) => ({ PartNumber })),
        })
      ).status,
    ).toBe(200)
    const other = await (await post('/s3/multipart', { filename: 'a.png', type: null })).json()
    expect((await ask(`/s3/multipart/${other.uploadId}`, { method: 'DELETE' })).status).toBe(200)
    expect((await ask(`/s3/multipart/${other.uploadId}`)).status).toBe(404)
    expect((await ask(`${at}/1?key=another`)).status).toBe(403)
    expect((await ask(`/s3/multipart/${other.uploadId}/0`)).status).toBe(400)
  })

  const refused: [path: string, body: unknown, status: number][] = [
    ['/uploads', { ...PNG, filename: '' }, 400],
    ['/uploads', { ...PNG, stray: 1 }, 400],
    ['/uploads', { ...PNG, files: [PNG] }, 400],
    ['/uploads', { files: [PNG], route: 'nowhere' }, 404],
    ['/uploads', { ...PNG, route: 'nowhere' }, 404],
    ['/uploads', { ...PNG, type: 'text/html' }, 415],
    ['/uploads', { ...PNG, size: 100_000_000 }, 400],
    ['/uploads', { ...PNG, size: 1, route: 'avatars' }, 400],
    ['/uploads/complete', { token: 'none.of-ours' }, 403],
    ['/uploads/complete', {}, 400],
    ['/uploads/multipart', { ...PNG, type: 'image/svg+xml' }, 415],
    ['/uploads/multipart/parts', { token: 'a.b', partNumbers: [1] }, 403],
    ['/uploads/multipart/parts', { token: 'a.b', partNumbers: [] }, 400],
    ['/uploads/multipart/list', {}, 400],
    ['/uploads/multipart/complete', { token: 'a.b' }, 403],
    ['/uploads/multipart/abort', [], 400],
    ['/s3/multipart', { filename: 1 }, 400],
    ['/callback', 'a=b', 403],
  ]
  test.each(refused)('POST %s with %j is refused with %i', async (path, body, status) => {
    expect((await post(path, body)).status).toBe(status)
  })

  test.each([
    ['/get_post_signature_for_oss_upload?route=nowhere', 404],
    ['/get_sts_token_for_oss_upload?route=avatars', 404],
    ['/get_presigned_url_for_oss_upload', 400],
    ['/get_presigned_url_for_oss_upload?route=avatars&filename=a.png&type=image/png', 404],
    ['/s3/sts?route=avatars', 404],
    ['/s3/params', 400],
  ])('GET %s is refused with %i', async (path, status) => {
    expect((await ask(path)).status).toBe(status)
  })

  test('a form that was not used, an upload of another size, and a token that has ended', async () => {
    const { token } = await (await post('/uploads', { ...PNG, route: 'avatars' })).json()
    expect((await post('/uploads/complete', { token })).status).toBe(404)
    const form = await (await post('/uploads', { ...PNG, route: 'avatars' })).json()
    await send(form, 'longer than was said')
    const mismatch = await post('/uploads/complete', { token: form.token })
    expect(await mismatch.json()).toMatchObject({ code: 'upload-mismatch', Differs: 'size' })
    const ended = createUploadTokens(TOKEN_SECRET, 'photos').write({
      id: 'a',
      route: 'default',
      key: 'a',
      user: 'anybody',
      minSize: 0,
      maxSize: 1,
      expires: 0,
    })
    expect((await post('/uploads/complete', { token: ended })).status).toBe(403)
  })

  test('a page of another origin', async () => {
    const response = await post('/uploads', PNG, { ...JSON_TYPE, origin: 'https://evil.example' })
    expect(await response.json()).toMatchObject({ code: 'origin-denied' })
  })

  test('what the table of endpoints has is described, method by method', async () => {
    const { ask: bare } = browser({ ...issuer, handler: issuer.unchecked })
    for (const [path, methods] of issuer.described()) {
      if (path.includes('{')) continue
      const response = await bare(path, { method: 'PUT' })
      expect([path, response.status]).toEqual([path, 405])
      const allowed = response.headers
        .get('allow')
        ?.split(', ')
        .filter((method) => method !== 'HEAD')
      expect([path, allowed?.toSorted()]).toEqual([path, methods.toSorted()])
    }
  })

  test('every operation has been seen to do its work', () => {
    expect(issuer.unseen()).toEqual([])
  })
})

test.each(['v1', 'v1-expire', 'accessid', 'pascal'] as const)('the answer %s', async (answer) => {
  for (const callback of [undefined, { url: 'https://app.example/callback' }]) {
    const options = { storage: storage('oss-v1'), routes: { default: { answer } }, ...(callback && { callback }) }
    const { ask } = browser(await open(options))
    expect((await ask('/get_post_signature_for_oss_upload')).status).toBe(200)
  }
})

test('of several shapes, each route answers its own', async () => {
  const routes = { default: {}, old: { answer: 'accessid' }, sharp: { answer: 'pascal' } } as const
  const { ask } = browser(await open({ storage: storage('oss-v1'), routes }))
  for (const route of Object.keys(routes))
    expect((await ask(`/get_post_signature_for_oss_upload?route=${route}`)).status).toBe(200)
})

test('an engine that takes no forms', async () => {
  const engine = s3({ endpoint: storeServer.url, bucket: 'photos', credential: CREDENTIAL, takesForms: false })
  const { ask, post } = browser(await open({ storage: engine }))
  expect(await (await post('/uploads', PNG)).json()).toMatchObject({ method: 'PUT' })
  expect((await post('/uploads', { files: [PNG, { ...PNG, size: -1 }] })).status).toBe(200)
  expect(await (await ask('/s3/params?filename=a.png&type=image/png')).json()).toMatchObject({ method: 'PUT' })
  expect((await ask('/get_presigned_url_for_oss_upload?filename=a.png&type=image/png&size=4')).status).toBe(200)
})

describe('who may not', () => {
  const everything = async ({ handler }: CheckedIssuer): Promise<Response[]> => {
    const { ask, post } = browser({ handler } as CheckedIssuer)
    return [
      await post('/uploads', PNG),
      await post('/uploads/multipart', PNG),
      await post('/s3/multipart', { filename: 'a.png' }),
      await ask('/get_post_signature_for_oss_upload'),
      await ask('/get_presigned_url_for_oss_upload?filename=a.png&type=image/png'),
      await ask('/s3/params?filename=a.png'),
    ]
  }

  test('whom the application does not know', async () => {
    for (const response of await everything(await open({ authorize: () => undefined })))
      expect(response.status).toBe(403)
  })

  test('who bears no token', async () => {
    for (const response of await everything(await open({ authorize: jwt({ secret: TOKEN_SECRET }) }))) {
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
    }
  })

  test('who has asked too often', async () => {
    const issuer = await open({ limits: { formsPerMinute: 1 } })
    await browser(issuer).post('/uploads', PNG)
    for (const response of await everything(issuer)) {
      expect(response.status).toBe(429)
      expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    }
  })

  test('while an authorizer breaks, and what breaks is not told', async () => {
    const broken = () => {
      throw new Error('hidden')
    }
    for (const response of await everything(await open({ authorize: broken }))) expect(response.status).toBe(500)
  })
})

test('a storage that does not answer, and one that refuses', async () => {
  const gone = browser(await open({ storage: storage('oss-v4', 'http://127.0.0.1:1') }))
  expect((await gone.post('/uploads/multipart', PNG)).status).toBe(502)
  expect((await gone.post('/s3/multipart', { filename: 'a.png' })).status).toBe(502)
  const { token } = await (await gone.post('/uploads', PNG)).json()
  expect((await gone.post('/uploads/complete', { token })).status).toBe(502)
  const wrong = oss({
    bucket: 'photos',
    region: REGION,
    endpoint: storeServer.url,
    credential: { ...CREDENTIAL, accessKeySecret: 'another' },
  })
  const refused = browser(await open({ storage: wrong }))
  expect(await (await refused.post('/uploads/multipart', PNG)).json()).toMatchObject({ code: 'storage-refused' })
})

test('a source that gives no credential', async () => {
  const none = oss({
    bucket: 'photos',
    region: REGION,
    endpoint: storeServer.url,
    credential: () => {
      throw new Error('no credential')
    },
  })
  const { post, ask } = browser(await open({ storage: none }))
  for (const response of [await post('/uploads', PNG), await ask('/get_post_signature_for_oss_upload')])
    expect(response.status).toBe(500)
})

test('metrics with a token', async () => {
  const { ask } = browser(await open({ metrics: { token: TOKEN_SECRET } }))
  expect((await ask('/metrics')).status).toBe(401)
  expect((await ask('/metrics', { headers: { authorization: `Bearer ${TOKEN_SECRET}` } })).status).toBe(200)
})

import { expect, test } from 'vitest'
import { localServer, WIRE_CREDENTIAL } from '../../credential/local-server.fixture.ts'
import { conditionsOf, get, NOW, STORAGE, testIssuer } from '../issuer.fixture.ts'
import { createUploadTokens } from '../token/upload-token.ts'

const SECRET = 's'.repeat(32)
const FACTS = {
  id: 'a1',
  route: 'default',
  key: 'uploads/猫 1.mp4',
  user: 'anybody',
  minSize: 1,
  maxSize: 100 * 1024 * 1024,
  type: 'video/mp4',
  uploadId: '0004B9',
  expires: NOW.getTime() + 1000,
}
const TOKEN = createUploadTokens(SECRET, 'photos').write(FACTS)
const KEY = encodeURIComponent(FACTS.key)
const issuer = testIssuer({ tokenSecret: SECRET })

test('a file in one piece gets a form, with what the page says of it and without what Uppy says of itself', async () => {
  const metadata = {
    name: '猫.png',
    type: 'image/png',
    relativePath: 'a/猫.png',
    Album: 'summer',
    caption: '夏',
    empty: '',
  }
  const query = new URLSearchParams({ filename: '猫.png', type: 'image/png' })
  for (const [name, value] of Object.entries(metadata)) query.set(`metadata[${name}]`, value)
  const response = await get(issuer, `/s3/params?${query}`)
  expect(response.status).toBe(200)
  const { method, url, fields, key } = await response.json()
  expect({ method, url }).toEqual({ method: 'POST', url: STORAGE.url })
  expect(fields).toMatchObject({
    key,
    'Content-Type': 'image/png',
    'x-oss-meta-album': 'summer',
    'x-oss-meta-caption': '=?UTF-8?B?5aSP?=',
  })
  expect(Object.keys(fields).filter((name) => /meta-(name|type|relativepath|empty)/.test(name))).toEqual([])
  expect(conditionsOf(fields.policy)).toContainEqual({ 'x-oss-meta-album': 'summer' })
})

test('without forms it gets a PUT, and the key where Uppy looks for it', async () => {
  const plain = testIssuer({ storage: { ...STORAGE, takesForms: false } })
  const response = await get(plain, '/s3/params?filename=a.png&type=image/png&metadata[size]=10')
  const { method, url, headers, fields, key } = await response.json()
  expect({ method, fields }).toEqual({ method: 'PUT', fields: { key } })
  expect(headers).toEqual({ 'content-type': 'image/png', 'x-oss-forbid-overwrite': 'true' })
  expect(new URL(url).searchParams.get('x-oss-additional-headers')).toBe('content-length')
})

test('the page names a route in its metadata', async () => {
  const films = testIssuer({ routes: { default: {}, films: { prefix: 'films/' } } })
  const response = await get(films, '/s3/params?filename=a.mp4&type=video/mp4&metadata[route]=films')
  expect(await response.json()).toMatchObject({ key: expect.stringMatching(/^films\//) })
})

test('one part is one URL, for as long as the route says', async () => {
  const response = await get(issuer, `/s3/multipart/${TOKEN}/2?key=${KEY}`)
  expect(response.status).toBe(200)
  const { method, url, headers, expires } = await response.json()
  expect({ method, headers, expires }).toEqual({
    method: 'PUT',
    headers: { 'Content-Type': 'application/octet-stream' },
    expires: 600,
  })
  const { pathname, searchParams } = new URL(url)
  expect(decodeURIComponent(pathname)).toBe(`/${FACTS.key}`)
  expect(searchParams.get('partNumber')).toBe('2')
  expect(searchParams.get('uploadId')).toBe(FACTS.uploadId)
})

test('several parts are signed at once, without a type, as older versions of Uppy ask', async () => {
  const response = await get(issuer, `/s3/multipart/${TOKEN}/batch?key=${KEY}&partNumbers=1,3`)
  const { presignedUrls } = await response.json()
  expect(Object.keys(presignedUrls)).toEqual(['1', '3'])
  const { url } = await (await get(issuer, `/s3/multipart/${TOKEN}/1?key=${KEY}`)).json()
  expect(presignedUrls['1']).not.toBe(url)
})

const wrong: { what: string; path: string; status: number; code: string; method?: string }[] = [
  { what: 'no token', path: '/s3/multipart/', status: 403, code: 'upload-token-invalid' },
  {
    what: 'an id of the storage in the place of ours',
    path: '/s3/multipart/0004B9',
    status: 403,
    code: 'upload-token-invalid',
  },
  { what: 'another key', path: `/s3/multipart/${TOKEN}/1?key=uploads/b`, status: 403, code: 'upload-token-invalid' },
  { what: 'part 0', path: `/s3/multipart/${TOKEN}/0`, status: 400, code: 'issue-request-malformed' },
  {
    what: 'a part behind the largest file',
    path: `/s3/multipart/${TOKEN}/21`,
    status: 400,
    code: 'issue-request-malformed',
  },
  { what: 'a part that is none', path: `/s3/multipart/${TOKEN}/1e1`, status: 400, code: 'issue-request-malformed' },
  { what: 'no parts at once', path: `/s3/multipart/${TOKEN}/batch`, status: 400, code: 'issue-request-malformed' },
  { what: 'an address below a part', path: `/s3/multipart/${TOKEN}/1/x`, status: 404, code: 'path-not-found' },
  { what: 'a POST to an upload', path: `/s3/multipart/${TOKEN}`, status: 404, code: 'path-not-found', method: 'POST' },
  {
    what: 'a DELETE of a part',
    path: `/s3/multipart/${TOKEN}/1`,
    status: 404,
    code: 'path-not-found',
    method: 'DELETE',
  },
  { what: 'a PUT', path: `/s3/multipart/${TOKEN}/1`, status: 405, code: 'method-not-allowed', method: 'PUT' },
  {
    what: 'a type that is not taken',
    path: '/s3/params?filename=a.html&type=text/html',
    status: 415,
    code: 'type-not-allowed',
  },
  { what: 'no name', path: '/s3/params?type=image/png', status: 400, code: 'issue-request-malformed' },
  {
    what: 'a size that is none',
    path: '/s3/params?filename=a&type=&metadata[size]=big',
    status: 400,
    code: 'issue-request-malformed',
  },
  { what: 'a session that no route hands out', path: '/s3/sts', status: 404, code: 'path-not-found' },
]

test.each(wrong)('$what is refused', async ({ path, status, code, method }) => {
  const response = await get(issuer, path, method)
  const body = await response.json()
  expect({ status: response.status, code: body.code }).toEqual({ status, code })
})

test('the largest part that a file of the route can have is signed', async () => {
  expect((await get(issuer, `/s3/multipart/${TOKEN}/20?key=${KEY}`)).status).toBe(200)
})

test('Uppy shows a message, so a refusal has its sentence under that name too', async () => {
  const body = await (await get(issuer, '/s3/params?filename=a.html&type=text/html')).json()
  expect(body.message).toBe(body.detail)
  expect(body.message).toContain('text/html is not among the types')
})

test('a temporary credential comes in the shape that Uppy reads, for one folder', async () => {
  const { url } = await localServer(() => ({ body: { RequestId: 'ABC', Credentials: WIRE_CREDENTIAL } }))
  const sts = { roleArn: 'acs:ram::1234567890123456:role/uploader', endpoint: url }
  const sessions = testIssuer({ routes: { default: { prefix: 'avatars/', sts: true } }, sts })
  expect(await (await get(sessions, '/s3/sts')).json()).toEqual({
    credentials: {
      AccessKeyId: 'STS.id',
      SecretAccessKey: 'sts-secret',
      SessionToken: 'sts-token',
      Expiration: '2036-11-24T13:00:00.000Z',
    },
    bucket: 'photos',
    region: 'cn-hangzhou',
    dir: expect.stringMatching(/^avatars\//),
  })
})

test('no token of a path is written into a log', async () => {
  const lines: string[] = []
  const write = (fields: object) => void lines.push(JSON.stringify(fields))
  const log = { info: write, warn: write, error: write }
  await get(testIssuer({ tokenSecret: SECRET, log }), `/s3/multipart/${TOKEN}/1?key=${KEY}`)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('/s3/multipart/*')
  expect(lines[0]).not.toContain(TOKEN.slice(0, 20))
})

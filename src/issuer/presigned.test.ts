import { expect, test } from 'vitest'
import { CREDENTIAL, get, NOW, testIssuer, testStorage } from './issuer.fixture.ts'
import { s3 } from './storage/s3.ts'

const PATH = '/get_presigned_url_for_oss_upload'
const PNG = 'filename=cat.png&type=image/png'

async function urlOf(response: Promise<Response>): Promise<URL> {
  const { status, headers } = await response
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(headers.get('cache-control')).toBe('no-store')
  return new URL(await (await response).text())
}

test('the answer is a URL and nothing else, for a key of the issuer', async () => {
  const url = await urlOf(get(testIssuer(), `${PATH}?${PNG}`))
  expect(`${url.origin}${url.pathname}`).toMatch(
    /^https:\/\/photos\.oss-cn-hangzhou\.aliyuncs\.com\/uploads\/2026\/11\/24\/[0-9a-f-]{36}\.png$/,
  )
  expect(url.searchParams.get('x-oss-expires')).toBe('600')
  expect(url.searchParams.has('x-oss-additional-headers')).toBe(false)
})

test('a size that is told is signed with OSS V4 and with S3; V1 signs none', async () => {
  const engine = s3({ endpoint: 'http://127.0.0.1:7480', bucket: 'photos', credential: CREDENTIAL })
  const asked = `${PATH}?${PNG}&size=1024`
  const v4 = await urlOf(get(testIssuer(), asked))
  expect(v4.searchParams.get('x-oss-additional-headers')).toBe('content-length')
  const amz = await urlOf(get(testIssuer({ storage: engine }), asked))
  expect(amz.searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host')
  const v1 = await urlOf(get(testIssuer({ storage: testStorage({ scheme: 'oss-v1' }) }), asked))
  expect([...v1.searchParams.keys()]).toEqual(['OSSAccessKeyId', 'Expires', 'Signature'])
})

test('a URL lives as long as its route says, and no longer than the credential that signs it', async () => {
  const routes = { default: { expiresIn: 60 } }
  const route = await urlOf(get(testIssuer({ routes }), `${PATH}?${PNG}`))
  expect(route.searchParams.get('x-oss-expires')).toBe('60')
  const expires = new Date(NOW.getTime() + 30_900)
  const credential = () => ({ ...CREDENTIAL, securityToken: 'token', expires })
  const short = await urlOf(get(testIssuer({ routes, storage: testStorage({ credential }) }), `${PATH}?${PNG}`))
  expect(short.searchParams.get('x-oss-expires')).toBe('30')
  expect(short.searchParams.get('x-oss-security-token')).toBe('token')
})

test('vendor front ends may write fileName and fileType', async () => {
  const url = await urlOf(get(testIssuer(), `${PATH}?fileName=cat.png&fileType=image/png`))
  expect(url.pathname).toMatch(/\.png$/)
})

test.each([
  ['no query', '', 400, 'issue-request-malformed'],
  ['no type', 'filename=cat.png', 400, 'issue-request-malformed'],
  ['no name', 'type=image/png', 400, 'issue-request-malformed'],
  ['a size that is none', `${PNG}&size=1e3`, 400, 'issue-request-malformed'],
  ['a negative size', `${PNG}&size=-1`, 400, 'issue-request-malformed'],
  ['a file that is too large', `${PNG}&size=104857601`, 400, 'file-too-large'],
  ['a file that is too small', `${PNG}&size=0`, 400, 'file-too-small'],
  ['a page', 'filename=a.html&type=text/html', 415, 'type-not-allowed'],
  ['a page that calls itself a picture', 'filename=a.svg&type=image/png', 415, 'type-not-allowed'],
  ['another route', `${PNG}&route=other`, 404, 'route-unknown'],
])('%s gives no URL', async (_, query, status, code) => {
  const response = await get(testIssuer(), `${PATH}?${query}`)
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ code })
})

test('whoever may not upload gets no URL', async () => {
  const response = await get(testIssuer({ authorize: () => undefined }), `${PATH}?${PNG}`)
  expect(response.status).toBe(403)
})

test('a route whose objects need other headers gives no URL, because nobody would send them', async () => {
  const response = await get(testIssuer({ routes: { default: { acl: 'private' } } }), `${PATH}?${PNG}`)
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ detail: expect.stringContaining('Ask POST /uploads.') })
})

test('a URL without a size counts as the most that a PUT can store', async () => {
  const issuer = testIssuer({ limits: { bytesPerDay: '6GB' } })
  expect((await get(issuer, `${PATH}?${PNG}`)).status).toBe(200)
  expect((await get(issuer, `${PATH}?${PNG}&size=1000`)).status).toBe(200)
  expect((await get(issuer, `${PATH}?${PNG}`)).status).toBe(429)
})

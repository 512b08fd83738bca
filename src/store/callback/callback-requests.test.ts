import { constants, createHash, createPublicKey, publicDecrypt } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  type Answer,
  CREDENTIAL,
  fileStore,
  freshKey,
  kept,
  NOW,
  post,
  REGION,
  send,
  sendSigned,
  signed,
  testStore,
} from '../../../test/store-client.ts'
import { ossV4 } from '../../sign/oss-v4.ts'
import { s3V4 } from '../../sign/s3-v4.ts'
import { presignUrl } from '../../sign/sign-request.ts'
import { initiate } from '../upload/upload.fixture.ts'
import { application, encoded, type Received, variable } from './application.fixture.ts'

/** docs/spec/callback.md, sections 1 and 4 to 6: each way to carry a callback, what is sent, what comes back. */

const store = await fileStore({ callbacks: { allow: ['loopback'], publicUrl: 'https://store.example' } })

const BODY = ['bucket', 'object', 'etag', 'size', 'operation', 'x:a']
  .map((name) => `${name}=${variable(name)}`)
  .join('&')
const VARIABLES = encoded({ 'x:a': 'b c' })
const HELLO = '5D41402ABC4B2A76B9719D911017C592'
const PLACE = 'bucket=photos&object='

function headersFor(callbackUrl: string, more: object = {}): Record<string, string> {
  const callback = encoded({ callbackUrl, callbackBody: BODY, ...more })
  return { 'x-oss-callback': callback, 'x-oss-callback-var': VARIABLES }
}

function put(key: string, headers: Readonly<Record<string, string>>, query = ''): Promise<Answer> {
  return sendSigned(store, { method: 'PUT', target: `/photos/${key}${query}`, headers, body: 'hello' })
}

// Section 1: who carries it, and how

test('PutObject, with the callback in headers', async () => {
  const app = await application()
  const key = freshKey()
  const answer = await put(key, headersFor(`${app.url}/told`))
  expect(answer).toMatchObject({ status: 200, text: '{"Status":"OK"}' })
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json',
    etag: `"${HELLO}"`,
    'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==',
    'x-oss-hash-crc64ecma': expect.stringMatching(/^\d+$/),
  })
  const text = `${PLACE}${key}&etag=${HELLO}&size=5&operation=PutObject&x:a=b%20c`
  expect(app.received).toMatchObject([{ method: 'POST', target: '/told', text }])
  expect(await kept(store, key)).toMatchObject({ text: 'hello' })
})

test.each(['oss-v1', 'oss-v4'] as const)('PutObject, with the callback in a URL presigned with %s', async (scheme) => {
  const app = await application()
  const key = freshKey()
  const callback = encoded({ callbackUrl: app.url, callbackBody: BODY })
  const query = [['callback', callback] as const, ['callback-var', VARIABLES] as const]
  const how = { scheme, region: REGION, expiresInSeconds: 60 }
  const url = presignUrl('http://h/photos', { method: 'PUT', bucket: 'photos', key, query }, {}, CREDENTIAL, how, NOW)
  const target = url.slice('http://h'.length)
  expect(await send(store, { method: 'PUT', target, body: 'hello' })).toMatchObject({ text: '{"Status":"OK"}' })
  expect(app.received[0]?.text).toContain(`${key}&etag=${HELLO}`)

  const other = target.replace(
    encodeURIComponent(callback),
    encodeURIComponent(encoded({ callbackUrl: `${app.url}/x` })),
  )
  expect((await send(store, { method: 'PUT', target: other, body: 'hello' })).error.get('Code')).toBe(
    'SignatureDoesNotMatch',
  )
})

test('CompleteMultipartUpload, in headers: the JSON stands in place of the XML', async () => {
  const app = await application()
  const upload = await initiate(store, freshKey())
  const answer = await upload.complete(await upload.parts({ 1: 'hello' }), headersFor(app.url))
  expect(answer).toMatchObject({ status: 200, text: '{"Status":"OK"}' })
  const [{ text = '' } = {}] = app.received
  expect(text).toContain(`${upload.key}&etag=${answer.headers['etag']?.replaceAll('"', '')}&size=5`)
  expect(text).toContain('operation=CompleteMultipartUpload&x:a=b%20c')
})

test('CompleteMultipartUpload, in the query', async () => {
  const app = await application()
  const upload = await initiate(store, freshKey())
  const body = await upload.parts({ 1: 'hello' })
  const callback = encodeURIComponent(encoded({ callbackUrl: app.url, callbackBody: BODY }))
  expect(await upload.send({ method: 'POST', query: `&callback=${callback}`, body })).toMatchObject({ status: 200 })
  expect(app.received).toHaveLength(1)
})

test('PostObject: one field for the callback, one for each variable; names in any case', async () => {
  const app = await application()
  const key = freshKey()
  const fields = { key, Callback: encoded({ callbackUrl: app.url, callbackBody: BODY }), 'X:A': 'b c' }
  expect(await post(store, signed(fields))).toMatchObject({ status: 200, text: '{"Status":"OK"}' })
  expect(app.received[0]?.text).toBe(`${PLACE}${key}&etag=${HELLO}&size=5&operation=PostObject&x:a=b%20c`)
})

test('a form has its callback confirmed whatever scheme signed it, but not in the dialect of S3', async () => {
  const app = await application()
  const callback = encoded({ callbackUrl: app.url, callbackBody: BODY })
  const fields = { key: freshKey(), callback }
  const pinned = Object.entries(fields).map(([field, value]) => ({ op: 'eq', field, value }) as const)
  const conditions = [{ op: 'eq', field: 'bucket', value: 'photos' } as const, ...pinned]
  expect((await post(store, signed(fields, conditions, ossV4(CREDENTIAL, REGION)))).status).toBe(200)
  const s3 = await post(store, signed(fields, conditions, s3V4(CREDENTIAL, REGION)))
  expect(s3).toMatchObject({ status: 501 })
})

test('a policy that pins the callback refuses another', async () => {
  const app = await application()
  const condition = {
    op: 'eq',
    field: 'callback',
    value: encoded({ callbackUrl: app.url, callbackBody: 'a' }),
  } as const
  const form = signed({ key: freshKey(), callback: encoded({ callbackUrl: app.url, callbackBody: 'b' }) }, [condition])
  expect((await post(store, form)).error.get('Message')).toContain('Policy Condition failed: ["eq", "$callback"')
})

test('a callback decides the answer of a form, whatever status or redirect it asks for', async () => {
  const app = await application()
  const callback = encoded({ callbackUrl: app.url, callbackBody: 'a=b' })
  const asked = [{ success_action_status: '201' }, { success_action_redirect: 'https://page.example/' }]
  for (const more of asked) {
    const answer = await post(store, signed({ key: freshKey(), callback, ...more }))
    expect(answer).toMatchObject({ status: 200, text: '{"Status":"OK"}' })
    expect(answer.headers['location']).toBeUndefined()
  }
})

test.each([
  ['no URL', { callbackBody: 'a' }],
  ['an empty URL', { callbackUrl: '', callbackBody: 'a' }],
])('a callback with %s is none', async (_, callback) => {
  const answer = await put(freshKey(), { 'x-oss-callback': encoded(callback) })
  expect(answer).toMatchObject({ status: 200, text: '' })
  expect(await post(store, signed({ key: freshKey(), callback: encoded(callback) }))).toMatchObject({ status: 204 })
})

test('variables without a callback, and an empty callback, change nothing', async () => {
  expect(await put(freshKey(), { 'x-oss-callback-var': VARIABLES })).toMatchObject({ status: 200, text: '' })
  expect(await put(freshKey(), {}, '?callback=')).toMatchObject({ status: 200, text: '' })
  expect(await post(store, signed({ key: freshKey(), callback: '', 'x:a': 'b' }))).toMatchObject({ status: 204 })
})

test('ali-oss sends the headers of the completion with initiation and parts too, where they say nothing yet', async () => {
  const app = await application()
  const upload = await initiate(store, freshKey(), headersFor(app.url))
  expect((await upload.part(1, 'hello', headersFor(app.url))).status).toBe(200)
  expect(app.received).toEqual([])
})

const CALLBACK = encoded({ callbackUrl: 'http://127.0.0.1:1', callbackBody: 'a=b' })
test.each([
  ['GetObject', 'GET', ''],
  ['AppendObject', 'POST', '?append&position=0'],
  ['UploadPart', 'PUT', '?uploadId=1&partNumber=1'],
  ['PutObjectAcl', 'PUT', '?acl'],
  ['DeleteObject', 'DELETE', ''],
  ['InitiateMultipartUpload', 'POST', '?uploads'],
])('%s with a callback in its query is refused: none would be made', async (_, method, query) => {
  const target = `/photos/some.txt${query}${query === '' ? '?' : '&'}callback=${encodeURIComponent(CALLBACK)}`
  expect(await sendSigned(store, { method, target })).toMatchObject({ status: 501 })
})

test.each([
  ['CopyObject', 'PUT', '', { 'x-oss-copy-source': '/photos/a' }],
  ['AppendObject', 'POST', '?append&position=0', {}],
  ['UploadPartCopy', 'PUT', '?uploadId=1&partNumber=1', { 'x-oss-copy-source': '/photos/a' }],
  ['PutSymlink', 'PUT', '?symlink', { 'x-oss-symlink-target': 'a' }],
])('%s with a callback in its headers is refused: none would be made', async (_, method, query, more) => {
  const headers = { 'x-oss-callback': CALLBACK, ...more }
  expect(await sendSigned(store, { method, target: `/photos/some.txt${query}`, headers })).toMatchObject({
    status: 501,
  })
})

test('a form with a callback in its headers or its query is refused: it has fields for that', async () => {
  const form = signed({ key: freshKey() })
  expect(await post(store, form, { headers: { 'x-oss-callback': CALLBACK } })).toMatchObject({ status: 501 })
  const target = `/photos/?callback=${encodeURIComponent(CALLBACK)}`
  expect((await post(store, form, { target })).status).toBe(501)
})

test('what a form says of an image, the application hears', async () => {
  const app = await application()
  const png = Buffer.from('89504e470d0a1a0a0000000d4948445200000280000001e00806000000', 'hex')
  const names = ['imageInfo.width', 'imageInfo.height', 'imageInfo.format', 'clientIp', 'contentMd5']
  const callbackBody = `{${names.map((name) => `"${name}":${variable(name)}`).join(',')}}`
  const callback = encoded({ callbackUrl: app.url, callbackBody, callbackBodyType: 'application/json' })
  const padding = Buffer.alloc(300_000) // so that it is a file, and longer than what is looked at
  for (const value of [png, Buffer.concat([png, padding]), 'hello', ''])
    expect(await post(store, signed({ key: freshKey(), callback }), { file: { value } })).toMatchObject({ status: 200 })
  const image = { 'imageInfo.width': 640, 'imageInfo.height': 480, 'imageInfo.format': 'png', clientIp: '127.0.0.1' }
  const none = { 'imageInfo.width': '', 'imageInfo.height': '', 'imageInfo.format': '' }
  const told = app.received.map(({ text }) => JSON.parse(text))
  expect(told).toMatchObject([image, image, none, none])
  expect(told[2].contentMd5).toBe('XUFAKrxLKna5cZ2REBfFkg==')
})

// Section 4: the request

test('the request to the application has the headers of OSS, and no others', async () => {
  const app = await application()
  const answer = await put(freshKey(), headersFor(`${app.url}/a?b=c`))
  const [received] = app.received
  const { authorization, ...headers } = received?.headers ?? {}
  expect(headers).toEqual({
    host: `127.0.0.1:${app.port}`,
    connection: 'close',
    'content-length': String(received?.body.length),
    'content-type': 'application/x-www-form-urlencoded',
    'content-md5': createHash('md5')
      .update(received?.body ?? '')
      .digest('base64'),
    date: NOW.toUTCString(),
    'user-agent': 'aliyun-oss-callback',
    'x-oss-pub-key-url': Buffer.from('https://store.example/_postern/callback_pub_key.pem').toString('base64'),
    'x-oss-bucket': 'photos',
    'x-oss-request-id': answer.headers['x-oss-request-id'],
    'x-oss-requester': CREDENTIAL.accessKeyId,
    'x-oss-owner': CREDENTIAL.accessKeyId,
    'x-oss-signature-version': '1.0',
    'x-oss-tag': 'CALLBACK',
    'x-oss-additional-headers': '',
  })
  expect(authorization).toMatch(/^[\w+/]{342}==$/)
})

test('callbackHost is sent as Host, callbackBodyType as Content-Type', async () => {
  const app = await application()
  const more = { callbackHost: 'app.example:81', callbackBodyType: 'application/json', callbackBody: '{}' }
  await put(freshKey(), headersFor(app.url, more))
  expect(app.received[0]?.headers).toMatchObject({ host: 'app.example:81', 'content-type': 'application/json' })
})

test.each([
  ['', '/'],
  ['?a=b', '/?a=b'],
  ['/a%20b/%E4%BD%A0?c=%2F&d', '/a%20b/%E4%BD%A0?c=%2F&d'],
  ['/a//b/../c', '/a//b/../c'],
])('the path and query %j are sent as they stand', async (path, target) => {
  const app = await application()
  await put(freshKey(), headersFor(`${app.url}${path}`))
  expect(app.received[0]?.target).toBe(target)
})

test('a scheme may be left out', async () => {
  const app = await application()
  expect(await put(freshKey(), headersFor(`127.0.0.1:${app.port}/index.html`))).toMatchObject({ status: 200 })
  expect(app.received[0]?.target).toBe('/index.html')
})

test('the URLs are tried in their order until one confirms', async () => {
  const [wrong, right, never] = [
    await application((response) => response.writeHead(500).end()),
    await application(),
    await application(),
  ]
  const urls = ['http://127.0.0.1:1/', wrong.url, right.url, never.url]
  expect(await put(freshKey(), headersFor(urls.join(';')))).toMatchObject({ status: 200, text: '{"Status":"OK"}' })
  expect([wrong, right, never].map(({ received }) => received.length)).toEqual([1, 1, 0])
})

// Section 5: the signature

/** By hand, from section 5: the public key opened from the store, and RSA itself rather than a call that verifies. */
async function isSigned({ target, headers, body }: Pick<Received, 'target' | 'headers' | 'body'>): Promise<boolean> {
  const { text: pem } = await send(store, { method: 'GET', target: '/_postern/callback_pub_key.pem' })
  const mark = target.indexOf('?')
  const path = mark === -1 ? target : target.slice(0, mark)
  const query = mark === -1 ? '' : target.slice(mark)
  const covered = Buffer.concat([Buffer.from(`${decodeURIComponent(path)}${query}\n`), body])
  const digestInfo = Buffer.concat([MD5_PREFIX, createHash('md5').update(covered).digest()])
  const signature = Buffer.from(headers.authorization ?? '', 'base64')
  try {
    const key = createPublicKey(pem)
    return publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature).equals(digestInfo)
  } catch {
    return false
  }
}

/** The DER that stands before an MD5. @see https://www.rfc-editor.org/rfc/rfc8017#section-9.2 */
const MD5_PREFIX = Buffer.from('3020300c06082a864886f70d020505000410', 'hex')

test.each(['', '/', '/index.php?id=1&index=2', '/a%20b%2Fc', '/%E4%BD%A0%E5%A5%BD?q=%E4%BD%A0', '/p+q?a+b'])(
  'a callback to %j is signed over the decoded path, the raw query and the body',
  async (path) => {
    const app = await application()
    await put(freshKey(), headersFor(`${app.url}${path}`))
    const [received] = app.received
    if (received === undefined) throw new Error('Nothing came.')
    expect(await isSigned(received)).toBe(true)
    expect(await isSigned({ ...received, body: Buffer.from('other') })).toBe(false)
    expect(await isSigned({ ...received, target: '/other' })).toBe(false)
  },
)

test('the key is served to anybody who names no bucket, and is the same at every start', async () => {
  const answer = await send(store, { method: 'GET', target: '/_postern/callback_pub_key.pem' })
  expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/x-pem-file' } })
  expect(createPublicKey(answer.text).asymmetricKeyDetails).toMatchObject({
    modulusLength: 2048,
    publicExponent: 65537n,
  })
  const again = await send(store, { method: 'GET', target: '/_postern/callback_pub_key.pem' })
  expect(again.text).toBe(answer.text)
  const head = await send(store, { method: 'HEAD', target: '/_postern/callback_pub_key.pem' })
  expect(head).toMatchObject({ status: 200, text: '', headers: { 'content-length': String(answer.text.length) } })
})

test('where the host names a bucket, the address of the key is that of an object', async () => {
  const headers = { host: 'shown.localhost' }
  const answer = await send(store, { method: 'GET', target: '/_postern/callback_pub_key.pem', headers })
  expect(answer.error.get('Code')).toBe('NoSuchKey')
})

test('the key can only be read', async () => {
  for (const method of ['PUT', 'POST', 'DELETE'])
    expect((await send(store, { method, target: '/_postern/callback_pub_key.pem' })).status).toBe(400)
})

test('applications find the key where the store listens, unless it is told where they reach it', async () => {
  const own = await testStore()
  expect(own.callbackKeyUrl()).toBe('http://127.0.0.1/_postern/callback_pub_key.pem')
  const { url } = await own.listen()
  expect(own.callbackKeyUrl()).toBe(`${url}/_postern/callback_pub_key.pem`)
  expect(await (await fetch(own.callbackKeyUrl())).text()).toContain('BEGIN PUBLIC KEY')
  const told = await testStore({ callbacks: { publicUrl: 'https://store.example/oss/' } })
  expect(told.callbackKeyUrl()).toBe('https://store.example/oss/_postern/callback_pub_key.pem')
})

test('a store that listens on every address names one that can be asked', async () => {
  const own = await testStore()
  const { port } = await own.listen({ host: '0.0.0.0' })
  expect(own.callbackKeyUrl()).toBe(`http://127.0.0.1:${port}/_postern/callback_pub_key.pem`)
})

test.each(['store.example', 'ftp://store.example', 'https://user@store.example', 'https://store.example/?a'])(
  'publicUrl %j is refused at the start',
  async (publicUrl) => {
    await expect(testStore({ callbacks: { publicUrl } })).rejects.toThrow(TypeError)
  },
)

import { expect, test } from 'vitest'
import type { CompletedUpload } from '../completion/completion.ts'
import type { IssuerOptions } from '../create-issuer.ts'
import type { Handler } from '../handler.ts'
import { ask, conditionsOf, get, NOW, PNG, SIGNATURE_PATH, testIssuer, testStorage } from '../issuer.fixture.ts'
import { s3 } from '../storage/s3.ts'
import type { StoredObject } from '../storage/storage-client.ts'
import { CALLBACK_URL, callbackRequest, type SignedParts, serve, serveKey, serveObjects } from './callback.fixture.ts'
import { MAX_CALLBACK_BODY_BYTES } from './callback.ts'
import type { CallbackOptions } from './callback-options.ts'

type Objects = Map<string, Omit<StoredObject, 'key'>>

interface Setting {
  readonly issuer: Handler
  readonly objects: Objects
  readonly keyUrl: string
  readonly heard: CompletedUpload[]
  readonly lines: object[]
  readonly clock: { ahead: number }
}

/** An issuer with a storage that it can ask, and an application that hears. */
async function setUp(options: Partial<IssuerOptions> = {}, callback: Partial<CallbackOptions> = {}): Promise<Setting> {
  const objects: Objects = new Map()
  const heard: CompletedUpload[] = []
  const lines: object[] = []
  const line = (fields: object, message: string) => void lines.push({ message, ...fields })
  const clock = { ahead: 0 }
  const keyUrl = await serveKey()
  const issuer = testIssuer({
    storage: testStorage({ endpoint: await serveObjects(objects) }),
    callback: { url: CALLBACK_URL, keyUrls: [keyUrl], ...callback },
    onUploaded: (upload) => {
      heard.push(upload)
      return { shown: upload.key }
    },
    log: { info: line, warn: line, error: line },
    now: () => new Date(NOW.getTime() + clock.ahead),
    ...options,
  })
  return { issuer, objects, keyUrl, heard, lines, clock }
}

/** A form whose file was stored as it was allowed; and what the storage then says. */
async function upload({ issuer, objects }: Setting, file = PNG) {
  const form = await (await ask(issuer, file)).json()
  objects.set(form.key, { size: file.size, type: file.type, etag: 'D8' })
  return { form, body: bodyOf({ object: form.key, token: form.fields['x:token'] }) }
}

function bodyOf(values: Record<string, string>): string {
  const usual = { bucket: 'photos', etag: 'D8', size: '1024', mimeType: 'image/png' }
  return new URLSearchParams({ ...usual, ...values }).toString()
}

async function call({ issuer, keyUrl }: Setting, parts: Partial<SignedParts> & Pick<SignedParts, 'body'>) {
  const response = await issuer(callbackRequest({ keyUrl, ...parts }))
  return { status: response.status, headers: response.headers, answer: await response.json() }
}

function complete(issuer: Handler, token: string, headers: Record<string, string> = {}): Promise<Response> {
  const body = JSON.stringify({ token })
  const all = { 'content-type': 'application/json', ...headers }
  return issuer(new Request('http://app.local/uploads/complete', { method: 'POST', headers: all, body }))
}

test('a form carries a callback and the token of its upload, and the policy pins both', async () => {
  const { issuer } = await setUp()
  const { fields, token } = await (await ask(issuer, PNG)).json()
  expect(JSON.parse(Buffer.from(fields.callback, 'base64').toString())).toEqual({
    callbackUrl: CALLBACK_URL,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the storage fills it in
    callbackBody: 'bucket=${bucket}&object=${object}&etag=${etag}&size=${size}&mimeType=${mimeType}&token=${x:token}',
    callbackBodyType: 'application/x-www-form-urlencoded',
  })
  expect(fields['x:token']).toBe(token)
  expect(conditionsOf(fields.policy)).toContainEqual({ callback: fields.callback })
  expect(conditionsOf(fields.policy)).toContainEqual({ 'x:token': token })
})

test('without a callback, and on a route that wants none, a form has a token and no callback', async () => {
  const silent = await (await setUp({ routes: { default: { callback: false } } })).issuer
  for (const issuer of [testIssuer(), silent]) {
    const { fields, token } = await (await ask(issuer, PNG)).json()
    expect(token).toMatch(/\./)
    expect(Object.keys(fields)).not.toContain('callback')
    expect(Object.keys(fields)).not.toContain('x:token')
    expect(await (await get(issuer, SIGNATURE_PATH)).json()).not.toHaveProperty('callback')
  }
  expect((await testIssuer()(callbackRequest({ keyUrl: '', body: '' }))).status).toBe(404)
})

test("the storage's callback reaches the application, and its answer goes back", async () => {
  const setting = await setUp({ routes: { default: { variables: { album: 'summer' } } } })
  const { form, body } = await upload(setting)
  const { status, headers, answer } = await call(setting, { body })
  expect({ status, answer }).toEqual({ status: 200, answer: { shown: form.key } })
  expect(headers.get('content-type')).toBe('application/json')
  expect(setting.heard).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      route: 'default',
      bucket: 'photos',
      key: form.key,
      size: 1024,
      type: 'image/png',
      etag: 'D8',
      user: 'anybody',
      variables: { album: 'summer' },
    },
  ])
})

test('a callback that comes again is noticed: the same answer, and the application hears nothing', async () => {
  const setting = await setUp()
  const { form, body } = await upload(setting)
  await call(setting, { body })
  expect((await call(setting, { body })).answer).toEqual({ shown: form.key })
  expect(setting.heard).toHaveLength(1)
  const about = setting.lines.filter((line) => 'id' in line)
  expect(about).toEqual([
    { message: 'upload completed', ...setting.heard[0] },
    { message: 'upload reported once more', id: setting.heard[0]?.id, key: form.key, user: 'anybody' },
  ])
  expect(JSON.stringify(setting.lines)).not.toContain(form.token)
})

test('callback and completion at the same moment are one upload', async () => {
  const setting = await setUp()
  const { form, body } = await upload(setting)
  const [called, completed] = await Promise.all([call(setting, { body }), complete(setting.issuer, form.token)])
  expect(called.answer).toEqual({ shown: form.key })
  expect(await completed.json()).toMatchObject({ key: form.key, answer: { shown: form.key } })
  expect(setting.heard).toHaveLength(1)
})

const shapes = [
  { answer: 'v4', scheme: 'oss-v4' },
  { answer: 'v1', scheme: 'oss-v1' },
  { answer: 'v1-expire', scheme: 'oss-v1' },
  { answer: 'accessid', scheme: 'oss-v1' },
] as const

test.each(shapes)(
  'the answer $answer has a callback with the token inside of it; each file of the folder is an upload',
  async (shape) => {
    const objects: Objects = new Map()
    const storage = testStorage({ endpoint: await serveObjects(objects), scheme: shape.scheme })
    const setting = await setUp({ storage, routes: { default: { answer: shape.answer } } })
    const answer = await (await get(setting.issuer, SIGNATURE_PATH)).json()
    expect(conditionsOf(answer.policy)).toContainEqual({ callback: answer.callback })
    const { callbackBody } = JSON.parse(Buffer.from(answer.callback, 'base64').toString())
    const token = /&token=([\w.-]+)$/.exec(callbackBody)?.[1] ?? ''
    for (const name of ['a.png', 'b.png', 'a.png']) {
      objects.set(`${answer.dir}${name}`, { size: 7, type: 'image/png', etag: 'E9' })
      const body = bodyOf({ object: `${answer.dir}${name}`, size: '7', etag: 'E9', token })
      expect(await call(setting, { body })).toMatchObject({ status: 200 })
    }
    expect(setting.heard.map(({ key }) => key)).toEqual([`${answer.dir}a.png`, `${answer.dir}b.png`])
    const elsewhere = bodyOf({ object: 'uploads/other.png', token })
    expect(await call(setting, { body: elsewhere })).toMatchObject({ status: 409, answer: { Differs: 'key' } })
  },
)

test('front ends of "pascal" send no callback, so none is asked of them', async () => {
  const { issuer } = await setUp({
    storage: testStorage({ scheme: 'oss-v1' }),
    routes: { default: { answer: 'pascal' } },
  })
  const answer = await (await get(issuer, SIGNATURE_PATH)).json()
  expect(JSON.stringify(conditionsOf(answer.Policy))).not.toContain('callback')
})

test('in the answer accessid the callback has the place that the samples give it', async () => {
  const { issuer } = await setUp({
    storage: testStorage({ scheme: 'oss-v1' }),
    routes: { default: { answer: 'accessid' } },
  })
  const members = ['accessid', 'host', 'policy', 'signature', 'expire', 'callback', 'dir']
  expect(Object.keys(await (await get(issuer, SIGNATURE_PATH)).json())).toEqual(members)
})

// What somebody may try

const lies: { what: string; values: Record<string, string>; differs: string }[] = [
  { what: 'another bucket', values: { bucket: 'papers' }, differs: 'bucket' },
  { what: 'another key', values: { object: 'uploads/of-somebody-else.png' }, differs: 'key' },
  { what: 'another size', values: { size: '1025' }, differs: 'size' },
  { what: 'another type', values: { mimeType: 'text/html' }, differs: 'type' },
  { what: 'another ETag', values: { etag: 'E9' }, differs: 'etag' },
]

test.each(lies)('a well signed callback that says $what is refused', async ({ values, differs }) => {
  const setting = await setUp()
  const { form } = await upload(setting)
  const body = bodyOf({ object: form.key, token: form.token, ...values })
  const { status, answer } = await call(setting, { body })
  expect({ status, ...answer }).toMatchObject({ status: 409, code: 'upload-mismatch', Differs: differs })
  expect(setting.heard).toEqual([])
})

test('the token of another upload does not go with this one', async () => {
  const setting = await setUp()
  const [one, other] = [await upload(setting), await upload(setting)]
  const body = bodyOf({ object: one.form.key, token: other.form.token })
  expect(await call(setting, { body })).toMatchObject({ status: 409 })
})

test('what OSS signs for a bucket of the attacker, about an upload that never was, is not believed', async () => {
  const setting = await setUp()
  const { form, body } = await upload(setting)
  setting.objects.delete(form.key)
  const { status, answer } = await call(setting, { body })
  expect({ status, code: answer.code }).toEqual({ status: 404, code: 'upload-missing' })
  expect(setting.heard).toEqual([])
})

test('what lies in the storage counts, not what a callback says of it', async () => {
  const setting = await setUp()
  const { form, body } = await upload(setting)
  setting.objects.set(form.key, { size: 9, type: 'image/png', etag: 'D8' })
  expect(await call(setting, { body })).toMatchObject({ status: 409, answer: { Differs: 'size' } })
})

test('an issuer that cannot read the storage may take a callback at its word', async () => {
  const setting = await setUp({}, { confirm: false })
  const { form, body } = await upload(setting)
  setting.objects.delete(form.key)
  expect(await call(setting, { body })).toMatchObject({ status: 200 })
})

test('a signature by another key, an address of another key, and no signature are refused before the body is looked at', async () => {
  const setting = await setUp()
  const { body } = await upload(setting)
  const own = await serveKey()
  const forged: Partial<SignedParts>[] = [
    { byOther: true },
    { keyUrl: own },
    { keyUrl: setting.keyUrl.replace('127.0.0.1', 'user@127.0.0.1') },
    { keyUrl: setting.keyUrl.replace('/key.pem', '//key.pem') },
    { signed: '/other' },
    { headers: { authorization: '' } },
    { headers: { 'x-oss-pub-key-url': '' } },
  ]
  for (const parts of forged) {
    for (const text of [body, 'no body of ours']) {
      const { status, answer } = await call(setting, { ...parts, body: text })
      expect({ status, code: answer.code }).toEqual({ status: 403, code: 'callback-unverified' })
    }
  }
  expect(setting.heard).toEqual([])
})

test('a callback without a token, with one that was made up, or a late one is refused', async () => {
  const setting = await setUp()
  const { form, body } = await upload(setting)
  const [facts] = form.token.split('.')
  expect(await call(setting, { body: body.replace(/&token=.*/, '') })).toMatchObject({ status: 400 })
  expect(await call(setting, { body: '{"token": "a"}' })).toMatchObject({ status: 400 })
  const forged = bodyOf({ object: form.key, token: `${facts}.${'A'.repeat(43)}` })
  expect(await call(setting, { body: forged })).toMatchObject({ answer: { code: 'upload-token-invalid' } })
  setting.clock.ahead = 365 * 24 * 3600 * 1000
  expect(await call(setting, { body })).toMatchObject({ answer: { code: 'upload-token-expired' } })
  expect(setting.heard).toEqual([])
})

test('a callback is good for an hour after the form, and as long as a slow upload takes besides', async () => {
  const setting = await setUp({ routes: { default: { maxSize: 64 * 1024 * 60 } } })
  const { body } = await upload(setting)
  setting.clock.ahead = (600 + 60 + 3600) * 1000 - 1
  expect(await call(setting, { body })).toMatchObject({ status: 200 })
  setting.clock.ahead++
  expect(await call(setting, { body })).toMatchObject({ status: 403 })
})

test('the body of a callback is bounded, whatever it says of its length', async () => {
  const setting = await setUp()
  const whole = await call(setting, { body: 'x'.repeat(MAX_CALLBACK_BODY_BYTES) })
  expect(whole.answer).toMatchObject({ detail: expect.stringContaining('once each') })
  const over = await call(setting, { body: 'x'.repeat(MAX_CALLBACK_BODY_BYTES + 1) })
  expect(over.answer).toMatchObject({ code: 'callback-malformed', detail: expect.stringContaining('32768 bytes') })
})

test('a hook that fails is answered as such, without its words, and asked again', async () => {
  let works = false
  const errors: unknown[] = []
  const failure = new Error('password is hunter2')
  const onUploaded = () => {
    if (!works) throw failure
    return { ok: true }
  }
  const setting = await setUp({ onUploaded, onError: (error) => errors.push(error) })
  const { body } = await upload(setting)
  const { status, answer } = await call(setting, { body })
  expect(status).toBe(500)
  expect(JSON.stringify(answer)).not.toContain('hunter2')
  expect(errors).toEqual([failure])
  works = true
  expect(await call(setting, { body })).toMatchObject({ status: 200, answer: { ok: true } })
})

test('a storage that does not answer is no reason to believe, nor to forget', async () => {
  const errors: unknown[] = []
  const hang = await serve((request) => request.destroy())
  const setting = await setUp({ storage: testStorage({ endpoint: hang }), onError: (error) => errors.push(error) })
  const { body } = await upload(setting)
  expect(await call(setting, { body })).toMatchObject({ status: 502, answer: { code: 'storage-unreachable' } })
  expect(setting.heard).toEqual([])
})

const wrong: { what: string; callback: CallbackOptions; says: string }[] = [
  { what: 'no address', callback: { url: '/callback' }, says: 'callback.url' },
  { what: 'two addresses', callback: { url: 'https://a/;https://b/' }, says: 'one address' },
  { what: 'an IPv6 address', callback: { url: 'http://[::1]/callback' }, says: 'IPv6' },
  { what: 'a user in it', callback: { url: 'https://u:hidden@a/' }, says: 'without user' },
  { what: 'a path that cannot be decoded', callback: { url: 'https://a/%E5' }, says: 'percent-decoded' },
  { what: 'no key that is trusted', callback: { url: CALLBACK_URL, keyUrls: [] }, says: 'keyUrls is empty' },
  {
    what: 'a key that is no address',
    callback: { url: CALLBACK_URL, keyUrls: ['gosspublic.alicdn.com'] },
    says: 'keyUrls',
  },
]

test.each(wrong)('an issuer is not made with a callback of $what', ({ callback, says }) => {
  expect(() => testIssuer({ callback })).toThrow(says)
  expect(() => testIssuer({ callback })).not.toThrow('hidden')
})

test('an issuer is not made with a callback that its storage does not know, or that a route fills in itself', () => {
  const engine = s3({
    endpoint: 'http://127.0.0.1:7480',
    bucket: 'photos',
    credential: { accessKeyId: 'a', accessKeySecret: 'b' },
  })
  expect(() => testIssuer({ storage: engine, callback: { url: CALLBACK_URL } })).toThrow('/uploads/complete')
  const own = { fields: { Callback: 'e30=' } }
  expect(() => testIssuer({ callback: { url: CALLBACK_URL }, routes: { default: own } })).toThrow('routes.default')
  testIssuer({ callback: { url: CALLBACK_URL }, routes: { default: { ...own, callback: false } } })
})

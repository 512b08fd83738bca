import { expect, test } from 'vitest'
import { PosternError } from '../base/errors.ts'
import { createIssuer } from './create-issuer.ts'
import {
  ask,
  CREDENTIAL,
  conditionsOf,
  get,
  NOW,
  PNG,
  SIGNATURE_PATH,
  STORAGE,
  testIssuer,
  testStorage,
} from './issuer.fixture.ts'
import { s3 } from './storage/s3.ts'

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'

async function formOf(response: Response) {
  expect(response.status).toBe(200)
  return await response.json()
}

test('the answer of POST /uploads is an upload form', async () => {
  const response = await ask(testIssuer(), PNG)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  const form = await formOf(response)
  expect(Object.keys(form).sort()).toEqual(['expiresAt', 'fields', 'key', 'maxSize', 'method', 'token', 'url'])
  expect(form).toMatchObject({ method: 'POST', url: STORAGE.url, fields: { key: form.key } })
})

test('the issuer makes the key: prefix, day in UTC, a name nobody had before', async () => {
  const issuer = testIssuer({ routes: { default: { prefix: 'avatars' } } })
  const { key } = await formOf(await ask(issuer, PNG))
  expect(key).toMatch(new RegExp(`^avatars/2026/11/24/${UUID}\\.png$`))
  expect((await formOf(await ask(issuer, PNG))).key).not.toBe(key)
})

const names: { filename: string; end: RegExp }[] = [
  { filename: 'cat.PNG', end: /[0-9a-f]\.png$/ },
  { filename: '../../etc/passwd', end: /\/[0-9a-f-]{36}$/ },
  { filename: '..\\..\\boot.ini', end: /\/[0-9a-f-]{36}\.ini$/ },
  { filename: 'a.png/../../b', end: /\/[0-9a-f-]{36}$/ },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what OSS would expand
  { filename: 'x.${filename}', end: /\/[0-9a-f-]{36}$/ },
  { filename: 'x.p?g#', end: /\/[0-9a-f-]{36}$/ },
  { filename: '.htaccess', end: /\/[0-9a-f-]{36}$/ },
  { filename: 'noextension', end: /\/[0-9a-f-]{36}$/ },
  { filename: '照片.jpg', end: /\/[0-9a-f-]{36}\.jpg$/ },
  { filename: `x.${'a'.repeat(16)}`, end: /\.a{16}$/ },
  { filename: `x.${'a'.repeat(17)}`, end: /\/[0-9a-f-]{36}$/ },
]

test.each(names)('the file name is data, never a path: $filename', async ({ filename, end }) => {
  const { key } = await formOf(await ask(testIssuer(), { ...PNG, filename }))
  expect(key).toMatch(end)
  expect(key).toMatch(/^uploads\/2026\/11\/24\/[0-9a-f-]{36}(\.[a-z0-9]{1,16})?$/)
})

test('every field the form carries is pinned, with bucket, size and type, and the object is made once', async () => {
  const { fields, key } = await formOf(await ask(testIssuer(), PNG))
  expect(fields).toMatchObject({
    key,
    success_action_status: '200',
    'Content-Type': 'image/png',
    'x-oss-forbid-overwrite': 'true',
    'x-oss-credential': 'test-key/20261124/cn-hangzhou/oss/aliyun_v4_request',
  })
  const conditions = conditionsOf(fields.policy)
  expect(conditions).toContainEqual({ bucket: 'photos' })
  expect(conditions).toContainEqual(['content-length-range', 1, 104_857_600])
  for (const [name, value] of Object.entries(fields)) {
    if (name !== 'policy' && name !== 'x-oss-signature') expect(conditions).toContainEqual({ [name]: value })
  }
})

test('a form lives 10 minutes and takes 1 byte to 100 MiB unless told otherwise', async () => {
  const form = await formOf(await ask(testIssuer(), PNG))
  expect(form.expiresAt).toBe(new Date(NOW.getTime() + 600_000).toISOString())
  expect(form.maxSize).toBe(104_857_600)
})

const sizes: { size: number; code: string | undefined }[] = [
  { size: 0, code: 'file-too-small' },
  { size: 1, code: undefined },
  { size: 104_857_600, code: undefined },
  { size: 104_857_601, code: 'file-too-large' },
]

test.each(sizes)('a file of $size bytes is answered with $code', async ({ size, code }) => {
  const response = await ask(testIssuer(), { ...PNG, size })
  expect((await response.json()).code).toBe(code)
})

test('what a route says replaces the defaults', async () => {
  const route = {
    prefix: 'a/',
    minSize: 0,
    maxSize: 10,
    expiresIn: 60,
    fields: { 'x-oss-object-acl': 'private' },
  }
  const form = await formOf(await ask(testIssuer({ routes: { small: route } }), { ...PNG, size: 0, route: 'small' }))
  expect(form.maxSize).toBe(10)
  expect(form.expiresAt).toBe(new Date(NOW.getTime() + 60_000).toISOString())
  expect(conditionsOf(form.fields.policy)).toContainEqual({ 'x-oss-object-acl': 'private' })
  expect(conditionsOf(form.fields.policy)).toContainEqual(['content-length-range', 0, 10])
})

test.each(['nowhere', 'constructor', '__proto__'])('a route that is not there is refused: %s', async (route) => {
  expect((await ask(testIssuer(), { ...PNG, route })).status).toBe(404)
  const response = await get(testIssuer(), `${SIGNATURE_PATH}?route=${route}`)
  expect(await response.json()).toMatchObject({ status: 404, code: 'route-unknown' })
})

test('where no route is called default, a request must name one', async () => {
  const issuer = testIssuer({ routes: { avatars: {} } })
  expect(await (await ask(issuer, PNG)).json()).toMatchObject({ code: 'route-unknown' })
  expect((await ask(issuer, { ...PNG, route: 'avatars' })).status).toBe(200)
  expect((await get(issuer, `${SIGNATURE_PATH}?route=avatars`)).status).toBe(200)
})

test('metadata of the caller is pinned; what the route sets itself is not for the caller to set', async () => {
  const issuer = testIssuer({ routes: { default: { fields: { 'X-Oss-Meta-Owner': 'app' } } } })
  const form = await formOf(await ask(issuer, { ...PNG, meta: { album: 'summer' } }))
  expect(conditionsOf(form.fields.policy)).toContainEqual({ 'x-oss-meta-album': 'summer' })
  const refused = await ask(issuer, { ...PNG, meta: { owner: 'me' } })
  expect(await refused.json()).toMatchObject({
    code: 'issue-request-malformed',
    detail: expect.stringContaining('"owner"'),
  })
})

test('metadata has 8 KB in all', async () => {
  const meta = (last: number) => ({
    a: 'x'.repeat(2048),
    b: 'x'.repeat(2048),
    c: 'x'.repeat(2048),
    d: 'x'.repeat(last),
  })
  expect((await ask(testIssuer(), { ...PNG, meta: meta(2044) })).status).toBe(200) // with four names of one letter
  expect((await ask(testIssuer(), { ...PNG, meta: meta(2045) })).status).toBe(400)
})

test('an issuer for S3 writes its names, and has no answer for the vendor front ends', async () => {
  const issuer = testIssuer({
    storage: s3({ endpoint: 'http://127.0.0.1:7480', bucket: 'photos', credential: CREDENTIAL }),
  })
  const { fields } = await formOf(await ask(issuer, { ...PNG, meta: { album: 'summer' } }))
  expect(fields).toMatchObject({ 'x-amz-meta-album': 'summer' })
  expect(fields).not.toHaveProperty('x-oss-forbid-overwrite')
  expect((await get(issuer, SIGNATURE_PATH)).status).toBe(404)
})

test('an issuer must be told who may upload', () => {
  // @ts-expect-error: left out, as a caller without types would
  expect(() => testIssuer({ authorize: undefined })).toThrow(/authorize.*'public'/)
  // @ts-expect-error: not the word it must be
  expect(() => testIssuer({ authorize: true })).toThrow(TypeError)
})

test.each([undefined, null, false, true, {}, { id: '' }, 'someone'])(
  'a caller that is %j may not upload',
  async (caller) => {
    // @ts-expect-error: a hook written without types may answer anything
    const issuer = testIssuer({ authorize: async () => caller })
    for (const response of [await ask(issuer, PNG), await get(issuer, SIGNATURE_PATH)]) {
      expect(response.status).toBe(403)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(await response.json()).toMatchObject({ status: 403, code: 'upload-denied', title: expect.any(String) })
    }
  },
)

test('whoever may not upload learns nothing of what may be uploaded', async () => {
  const issuer = testIssuer({ authorize: () => undefined })
  expect(await (await ask(issuer, {})).json()).toMatchObject({ code: 'upload-denied' })
  expect(await (await ask(issuer, { ...PNG, route: 'nowhere' })).json()).toMatchObject({ code: 'upload-denied' })
  expect(await (await get(issuer, `${SIGNATURE_PATH}?route=nowhere`)).json()).toMatchObject({ code: 'upload-denied' })
})

test('a caller with a folder of their own gets keys in it, and in no other', async () => {
  const issuer = (prefix: string) => testIssuer({ authorize: () => ({ id: 'eva', prefix }) })
  expect((await formOf(await ask(issuer('eva'), PNG))).key).toMatch(/^uploads\/eva\/2026\/11\/24\//)
  expect((await (await get(issuer('eva/'), SIGNATURE_PATH)).json()).dir).toMatch(/^uploads\/eva\/2026\//)
})

test('the application sees the headers of the request', async () => {
  const issuer = testIssuer({
    authorize: ({ headers }) => (headers.get('cookie') === 'sid=1' ? { id: 'eva' } : undefined),
  })
  expect((await ask(issuer, PNG)).status).toBe(403)
  expect((await ask(issuer, PNG, { cookie: 'sid=1' })).status).toBe(200)
})

test('an error the application chose is answered as it is', async () => {
  const authorize = () => {
    throw new PosternError('upload-denied', 'Your plan has no uploads.', { Plan: 'free' })
  }
  const problem = await (await ask(testIssuer({ authorize }), PNG)).json()
  expect(problem).toMatchObject({ code: 'upload-denied', detail: 'Your plan has no uploads.', Plan: 'free' })
})

test('an accident of the application is told to onError, and to the caller only that it happened', async () => {
  const seen: unknown[] = []
  const accident = new Error('database password is hunter2')
  const issuer = testIssuer({ authorize: () => Promise.reject(accident), onError: (error) => seen.push(error) })
  const response = await ask(issuer, PNG)
  expect(response.status).toBe(500)
  expect(await response.text()).not.toContain('hunter2')
  expect(seen).toEqual([accident])
})

const wrong: { why: string; options: object; says: RegExp }[] = [
  { why: 'no route at all', options: { routes: {} }, says: /^routes: There is no route/ },
  {
    why: 'a maximum over 10,000 parts of 5 GB',
    options: { routes: { a: { maxSize: 50_000 * 1024 ** 3 + 1 } } },
    says: /^routes\.a\.maxSize: 53687091200001 will not do.* from 0 to 50000GB/,
  },
  {
    why: 'a minimum over the maximum',
    options: { routes: { a: { minSize: 2, maxSize: 1 } } },
    says: /^routes\.a\.minSize: 2 bytes are over maxSize, 1/,
  },
  {
    why: 'a lifetime over 7 days',
    options: { routes: { a: { expiresIn: 604_801 } } },
    says: /^routes\.a\.expiresIn: 604801 will not do.* 1s to 7d/,
  },
  { why: 'no lifetime', options: { routes: { a: { expiresIn: 0 } } }, says: /expiresIn: 0 will not do/ },
  { why: 'an absolute prefix', options: { routes: { a: { prefix: '/a' } } }, says: /prefix/ },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what OSS would expand
  { why: 'a prefix that OSS expands', options: { routes: { a: { prefix: '${filename}' } } }, says: /"\$"/ },
  { why: 'a prefix over 512 bytes', options: { routes: { a: { prefix: '照'.repeat(171) } } }, says: /512 bytes/ },
  { why: 'a type that is none', options: { routes: { a: { types: ['png'] } } }, says: /"png" is no type/ },
  { why: 'every type at once', options: { routes: { a: { types: ['*/*'] } } }, says: /is no type/ },
  { why: 'no type at all', options: { routes: { a: { types: [] } } }, says: /types: The list is empty/ },
  {
    why: 'a field of the issuer',
    options: { routes: { a: { fields: { Key: 'x' } } } },
    says: /fields\.Key: The field is the issuer's own/,
  },
  { why: 'a field twice', options: { routes: { a: { fields: { Expires: 'x', expires: 'y' } } } }, says: /there twice/ },
  {
    why: 'a name that is no field',
    options: { routes: { a: { fields: { 'a b': 'x' } } } },
    says: /fields\["a b"\]: This is no name of a field/,
  },
  {
    why: 'an answer nobody knows',
    options: { routes: { a: { answer: 'v2' } } },
    says: /answer: "v2" is none of v4, v1/,
  },
  {
    why: 'an answer of another scheme',
    options: { routes: { a: { answer: 'v1' } } },
    says: /needs the scheme oss-v1/,
  },
]

test.each(wrong)('an issuer is not created with $why', ({ options, says }) => {
  expect(() => testIssuer(options)).toThrow(TypeError)
  expect(() => testIssuer(options)).toThrow(says)
})

test('V1 front ends cannot send a security token, so there is no V1 answer for temporary credentials', async () => {
  const storage = testStorage({ scheme: 'oss-v1', credential: { ...CREDENTIAL, securityToken: 'STS' } })
  expect(() => testIssuer({ storage, routes: { a: { answer: 'accessid' } } })).toThrow(/security token/)
  expect((await get(testIssuer({ storage }), SIGNATURE_PATH)).status).toBe(404)
  expect((await ask(testIssuer({ storage }), PNG)).status).toBe(200)
})

test('the storage address may be written without its last slash', async () => {
  const storage = testStorage({ url: 'http://127.0.0.1:9000/photos' })
  expect((await formOf(await ask(testIssuer({ storage }), PNG))).url).toBe('http://127.0.0.1:9000/photos/')
})

test('the clock is the machine’s own unless told otherwise', async () => {
  const issuer = createIssuer({ storage: STORAGE, authorize: 'public' })
  const { expiresAt } = await formOf(await ask(issuer, PNG))
  expect(Math.abs(Date.parse(expiresAt) - Date.now() - 600_000)).toBeLessThan(60_000)
})

test('neither the secret nor the signing key is in an answer', async () => {
  for (const response of [await ask(testIssuer(), PNG), await get(testIssuer(), SIGNATURE_PATH)]) {
    expect(await response.text()).not.toContain(CREDENTIAL.accessKeySecret)
  }
})

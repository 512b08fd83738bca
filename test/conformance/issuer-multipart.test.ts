import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { objectOf } from '../../src/client/read-response.ts'
import type { CompletedUpload } from '../../src/issuer/completion/completion.ts'
import { createIssuer, type IssuerOptions } from '../../src/issuer/create-issuer.ts'
import type { Handler } from '../../src/issuer/handler.ts'
import type { MultipartFacts } from '../../src/issuer/parts/multipart-upload.ts'
import { oss } from '../../src/issuer/storage/oss.ts'
import { createUploadTokens } from '../../src/issuer/token/upload-token.ts'
import { BUCKET, CREDENTIAL, openTestStore, REGION, type TestStore } from './issuer-store.ts'

const MIB = 1024 * 1024
const SECRET = 's'.repeat(32)
/** Two parts of 8 MiB and one of a byte. */
const CONTENT = randomBytes(16 * MIB + 1)
const FILE = { filename: '猫.mp4', size: CONTENT.length, type: 'video/mp4' }

let store: TestStore
const uploaded: CompletedUpload[] = []
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(() => {
  store.clock.ahead = 0
  uploaded.length = 0
})
afterAll(() => store.close())

function issuerWith(options: Partial<IssuerOptions> = {}, scheme: 'oss-v4' | 'oss-v1' = 'oss-v4'): Handler {
  return createIssuer({
    storage: oss({ bucket: BUCKET, url: store.bucketUrl, region: REGION, credential: CREDENTIAL, scheme }),
    authorize: (request) => ({ id: request.headers.get('x-user') ?? 'ann' }),
    onUploaded(upload) {
      uploaded.push(upload)
      return { saved: upload.key }
    },
    tokenSecret: SECRET,
    now: store.now,
    ...options,
  })
}

interface SignedPart {
  readonly partNumber: number
  readonly start: number
  readonly size: number
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
}

/** What the addresses answer, all together. */
interface Answer {
  readonly status: number
  readonly body: {
    readonly token: string
    readonly key: string
    readonly url: string
    readonly expiresAt: string
    readonly detail: string
    readonly parts: readonly SignedPart[]
  }
}

async function ask(issuer: Handler, step: string, body: unknown, user = 'ann'): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'x-user': user }
  const request = new Request(`http://app.local/uploads/multipart${step}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  const response = await issuer(request)
  return { status: response.status, body: await response.json() }
}

async function begin(issuer: Handler, more: object = {}): Promise<string> {
  const { status, body } = await ask(issuer, '', { ...FILE, ...more })
  expect(status).toBe(200)
  return body.token
}

async function sign(issuer: Handler, token: string, partNumbers: readonly number[]): Promise<readonly SignedPart[]> {
  const { status, body } = await ask(issuer, '/parts', { token, partNumbers })
  expect(status).toBe(200)
  return body.parts
}

function put({ url, method, headers, start, size }: SignedPart, content = CONTENT): Promise<Response> {
  return fetch(url, { method, headers, body: content.subarray(start, start + size) })
}

async function sendParts(issuer: Handler, token: string, partNumbers: readonly number[]): Promise<void> {
  const parts = await sign(issuer, token, partNumbers)
  const sent = await Promise.all(parts.map((part) => put(part)))
  expect(sent.map(({ status }) => status)).toEqual(partNumbers.map(() => 200))
}

async function kept(key: string): Promise<Buffer | undefined> {
  const response = await store.read(key)
  return response === undefined ? undefined : Buffer.from(await response.arrayBuffer())
}

/** The facts that a token of this issuer holds. */
function factsOf(token: string): MultipartFacts {
  const { uploadId = '', ...facts } = createUploadTokens(SECRET, 'photos').read(token, store.now())
  return { ...facts, uploadId }
}

test.each(['oss-v4', 'oss-v1'] as const)(
  'with %s a file goes in parts, byte for byte, and is reported once',
  async (scheme) => {
    const issuer = issuerWith({}, scheme)
    const { body } = await ask(issuer, '', { ...FILE, meta: { album: 'summer' } })
    expect(body).toEqual({
      token: expect.any(String),
      key: expect.stringMatching(/^uploads\/\d{4}\/\d\d\/\d\d\/[0-9a-f-]{36}\.mp4$/),
      url: `${store.bucketUrl}${body.key}`,
      partSize: 8 * MIB,
      parts: 3,
      expiresAt: expect.any(String),
    })
    await sendParts(issuer, body.token, [3, 1, 2])
    const first = await ask(issuer, '/complete', { token: body.token })
    expect(first).toEqual({
      status: 200,
      body: {
        id: uploaded[0]?.id,
        key: body.key,
        url: body.url,
        size: CONTENT.length,
        type: 'video/mp4',
        etag: expect.stringMatching(/^[0-9A-F]{32}-3$/),
        crc64: expect.stringMatching(/^\d+$/),
        answer: { saved: body.key },
      },
    })
    expect(await ask(issuer, '/complete', { token: body.token })).toEqual(first)

    const object = await store.read(body.key)
    expect(object?.headers.get('content-type')).toBe('video/mp4')
    expect(object?.headers.get('x-oss-meta-album')).toBe('summer')
    expect(object?.headers.get('x-oss-hash-crc64ecma')).toBe(Object(first.body).crc64)
    expect((await kept(body.key))?.equals(CONTENT)).toBe(true)
    expect(uploaded).toEqual([expect.objectContaining({ key: body.key, size: CONTENT.length, user: 'ann' })])
  },
)

test('completed twice at the same moment, an upload is one object and one report', async () => {
  const issuer = issuerWith()
  const token = await begin(issuer)
  await sendParts(issuer, token, [1, 2, 3])
  const answers = await Promise.all([1, 2, 3].map(() => ask(issuer, '/complete', { token })))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(uploaded).toHaveLength(1)
})

test('an upload that the storage had completed before the answer was lost is reported all the same', async () => {
  const issuer = issuerWith()
  const token = await begin(issuer)
  await sendParts(issuer, token, [1, 2, 3])
  const broken = issuerWith({
    onUploaded() {
      throw new Error('the application is down')
    },
    onError() {},
  })
  expect((await ask(broken, '/complete', { token })).status).toBeGreaterThanOrEqual(500)
  expect(await ask(issuer, '/complete', { token })).toMatchObject({
    status: 200,
    body: { answer: { saved: factsOf(token).key } },
  })
})

test('an upload goes on after a break: the parts that are there are listed, and what is missing is named', async () => {
  const issuer = issuerWith()
  const token = await begin(issuer)
  await sendParts(issuer, token, [1, 3])
  expect((await ask(issuer, '/list', { token })).body).toEqual({
    partSize: 8 * MIB,
    parts: 3,
    stored: [
      { partNumber: 1, size: 8 * MIB },
      { partNumber: 3, size: 1 },
    ],
  })
  const early = await ask(issuer, '/complete', { token })
  expect(early).toMatchObject({ status: 409, body: { code: 'upload-incomplete', MissingParts: '2' } })
  await sendParts(issuer, token, [2])
  expect((await ask(issuer, '/complete', { token })).status).toBe(200)
})

test('whoever sends the parts says how large they shall be, and all that follows goes by it', async () => {
  const issuer = issuerWith()
  const { body } = await ask(issuer, '', { ...FILE, partSize: 5 * MIB + 1 })
  expect(body).toMatchObject({ partSize: 6 * MIB, parts: 3 })
  const { token } = body
  const parts = await sign(issuer, token, [1, 2, 3])
  expect(parts.map(({ start, size }) => ({ start, size }))).toEqual([
    { start: 0, size: 6 * MIB },
    { start: 6 * MIB, size: 6 * MIB },
    { start: 12 * MIB, size: 4 * MIB + 1 },
  ])
  await sendParts(issuer, token, [1, 2])
  expect((await ask(issuer, '/list', { token })).body).toMatchObject({ partSize: 6 * MIB, parts: 3 })
  expect(await ask(issuer, '/complete', { token })).toMatchObject({ status: 409, body: { MissingParts: '3' } })
  await sendParts(issuer, token, [3])
  expect((await ask(issuer, '/complete', { token })).status).toBe(200)
  expect((await kept(factsOf(token).key))?.equals(CONTENT)).toBe(true)
})

test.each([
  [0, 5 * MIB],
  [-1, 5 * MIB],
  [0.5, 5 * MIB],
  [1e300, 256 * MIB],
])('a wish for parts of %d bytes is met with %i', async (partSize, given) => {
  expect((await ask(issuerWith(), '', { ...FILE, partSize })).body).toMatchObject({ partSize: given })
})

test.each([['8MB'], [null], [true], [{}]])('a wish of %j is none', async (partSize) => {
  const { status, body } = await ask(issuerWith(), '', { ...FILE, partSize })
  expect({ status, detail: body.detail }).toEqual({ status: 400, detail: '"partSize" must be a number.' })
})

test('nobody can cut an upload otherwise once it has begun', async () => {
  const issuer = issuerWith()
  const token = await begin(issuer)
  const other = { token, partNumbers: [1], partSize: 5 * MIB }
  expect(await ask(issuer, '/parts', other)).toMatchObject({ status: 400 })
  const [payload = '', signature] = token.split('.')
  const facts = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const forged = Buffer.from(JSON.stringify({ ...facts, partSize: 5 * MIB })).toString('base64url')
  const forgery = { token: `${forged}.${signature}`, partNumbers: [1] }
  expect(await ask(issuer, '/parts', forgery)).toMatchObject({ status: 403, body: { code: 'upload-token-invalid' } })
})

test('the address of an object is the one that a client writes', async () => {
  const issuer = issuerWith({
    authorize: () => ({ id: 'ann', prefix: "it's (new)!" }),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as a key template writes it
    routes: { default: { key: '${user}/${name}', overwrite: true } },
  })
  const { key, url } = (await ask(issuer, '', { ...FILE, filename: "猫 & 犬's #1.mp4" })).body
  const form = { method: 'POST', url: store.bucketUrl, fields: { key }, key, expiresAt: '' } as const
  expect(url).toBe(objectOf(form, { name: 'a', size: 1 }).url)
  expect(decodeURIComponent(url.slice(store.bucketUrl.length))).toBe(key)
})

const DAY_MS = 24 * 60 * 60 * 1000

test('an upload goes on after a night, and ends when its route says', async () => {
  const issuer = issuerWith()
  const token = await begin(issuer)
  await sendParts(issuer, token, [1, 3])
  store.clock.ahead = 6.9 * DAY_MS
  expect((await ask(issuer, '/list', { token })).status).toBe(200)
  await sendParts(issuer, token, [2])
  expect((await ask(issuer, '/complete', { token })).status).toBe(200)
})

test.each([
  { partsWithin: undefined, ms: 7 * DAY_MS },
  { partsWithin: '1h', ms: 60 * 60 * 1000 },
  { partsWithin: '30d', ms: 30 * DAY_MS },
] as const)('an upload in parts may take $ms ms where its route says $partsWithin', async ({ partsWithin, ms }) => {
  const issuer = issuerWith({ routes: { default: { ...(partsWithin && { partsWithin }) } } })
  const before = Date.now()
  const { token, expiresAt } = (await ask(issuer, '', FILE)).body
  expect(Date.parse(expiresAt) - before - ms).toBeGreaterThanOrEqual(0)
  expect(Date.parse(expiresAt)).toBe(factsOf(token).expires)
  store.clock.ahead = ms - 60_000
  expect((await ask(issuer, '/parts', { token, partNumbers: [1] })).status).toBe(200)
  store.clock.ahead = ms + 60_000
  const late = await ask(issuer, '/parts', { token, partNumbers: [1] })
  expect(late).toMatchObject({ status: 403, body: { code: 'upload-token-expired' } })
})

test('an empty file is one empty part', async () => {
  const issuer = issuerWith({ routes: { default: { minSize: 0 } } })
  const token = await begin(issuer, { size: 0 })
  await sendParts(issuer, token, [1])
  expect((await ask(issuer, '/complete', { token })).status).toBe(200)
  expect(await kept(factsOf(token).key)).toHaveLength(0)
})

test('an upload that is given up leaves nothing, and cannot be completed', async () => {
  const issuer = issuerWith()
  const token = await begin(issuer)
  await sendParts(issuer, token, [1])
  expect(await ask(issuer, '/abort', { token })).toMatchObject({ status: 200, body: { aborted: factsOf(token).key } })
  for (const step of ['/abort', '/list', '/complete'])
    expect(await ask(issuer, step, { token })).toMatchObject({ status: 404, body: { code: 'upload-gone' } })
  expect(uploaded).toEqual([])
})

test('what was completed cannot be given up: that would be a wrong yes', async () => {
  const issuer = issuerWith()
  const token = await begin(issuer)
  await sendParts(issuer, token, [1, 2, 3])
  await ask(issuer, '/complete', { token })
  expect(await ask(issuer, '/abort', { token })).toMatchObject({ status: 404, body: { code: 'upload-gone' } })
  expect(await kept(factsOf(token).key)).toHaveLength(CONTENT.length)
})

test.each(['/parts', '/list', '/complete', '/abort'])('nobody else may use a token: %s', async (step) => {
  const issuer = issuerWith()
  const token = await begin(issuer)
  const body = step === '/parts' ? { token, partNumbers: [1] } : { token }
  expect(await ask(issuer, step, body, 'eve')).toMatchObject({ status: 403, body: { code: 'upload-token-invalid' } })
  const forged = createUploadTokens('e'.repeat(32), 'photos').write({ ...factsOf(token), user: 'eve' })
  const other = { ...body, token: forged }
  expect(await ask(issuer, step, other, 'eve')).toMatchObject({ status: 403, body: { code: 'upload-token-invalid' } })
})

test('whose leave was taken back can go on with nothing', async () => {
  const token = await begin(issuerWith())
  const issuer = issuerWith({ authorize: () => undefined })
  expect(await ask(issuer, '/complete', { token })).toMatchObject({ status: 403, body: { code: 'upload-denied' } })
})

test('the token of a form is none of a multipart upload', async () => {
  const issuer = issuerWith()
  const { uploadId: _, ...facts } = factsOf(await begin(issuer))
  const token = createUploadTokens(SECRET, 'photos').write(facts)
  expect(await ask(issuer, '/list', { token })).toMatchObject({ status: 403, body: { code: 'upload-token-invalid' } })
})

test('a part with another length, type, number or upload is refused by the storage', async () => {
  const issuer = issuerWith()
  const [part] = await sign(issuer, await begin(issuer), [3])
  if (part === undefined) return expect.fail('no part was signed')
  const other = factsOf(await begin(issuer)).uploadId
  const abuses: Promise<Response>[] = [
    put({ ...part, size: 1, start: 0 }, randomBytes(2).subarray(0, 1)), // as it was meant
    put({ ...part, size: 2, start: 0 }),
    put({ ...part, headers: { 'Content-Type': 'text/html' } }),
    put({ ...part, url: part.url.replace('partNumber=3', 'partNumber=1') }),
    put({ ...part, url: part.url.replace(/uploadId=\w+/, `uploadId=${other}`) }),
  ]
  const statuses = (await Promise.all(abuses)).map(({ status }) => status)
  expect(statuses).toEqual([200, 403, 403, 403, 403])
})

test('a part is signed for as long as its route says', async () => {
  const issuer = issuerWith({ routes: { default: { expiresIn: 60 } } })
  const [part] = await sign(issuer, await begin(issuer), [3])
  if (part === undefined) return expect.fail('no part was signed')
  store.clock.ahead = 60_000
  expect((await put(part)).status).toBe(403)
})

test('where the scheme signs no lengths, too many bytes are found before there is an object, and thrown away', async () => {
  const issuer = issuerWith({}, 'oss-v1')
  const token = await begin(issuer)
  const parts = await sign(issuer, token, [1, 2, 3])
  for (const part of parts) expect((await put({ ...part, start: 0, size: 8 * MIB })).status).toBe(200)
  expect(await ask(issuer, '/complete', { token })).toMatchObject({ status: 409, body: { code: 'upload-mismatch' } })
  expect(await ask(issuer, '/list', { token })).toMatchObject({ status: 404, body: { code: 'upload-gone' } })
  expect(await kept(factsOf(token).key)).toBeUndefined()
})

test.each([
  ['no numbers', { partNumbers: [] }, '"partNumbers" is empty.'],
  ['a number that is none', { partNumbers: [1.5] }, '"partNumbers" must be a list of whole numbers from 1 to 10000.'],
  ['number 0', { partNumbers: [0] }, '"partNumbers" must be a list of whole numbers from 1 to 10000.'],
  ['a part behind the last', { partNumbers: [4] }, '"partNumbers" has 4; this upload has 3 parts.'],
  [
    'over 100 at once',
    { partNumbers: Array(101).fill(1) },
    '"partNumbers" has over 100 entries; ask again for the others.',
  ],
  ['another member', { partNumbers: [1], key: 'a' }, 'There is no member "key".'],
  ['no token', { partNumbers: [1], token: undefined }, '"token" is missing.'],
])('%s in a request for parts is refused', async (_, more, detail) => {
  const issuer = issuerWith()
  const token = await begin(issuer)
  const { status, body } = await ask(issuer, '/parts', { token, ...more })
  expect({ status, detail: body.detail }).toEqual({ status: 400, detail })
})

test('a hundred parts are signed at once, each once', async () => {
  const issuer = issuerWith({ routes: { default: { maxSize: '1GB' } } })
  const token = await begin(issuer, { size: 100 * 8 * MIB })
  const numbers = Array.from({ length: 100 }, (_, index) => index + 1)
  expect(await sign(issuer, token, numbers)).toHaveLength(100)
  expect(await sign(issuer, token, [1, 1, 2])).toHaveLength(2)
})

test('a file that the route does not take never begins', async () => {
  const issuer = issuerWith({ routes: { default: { maxSize: 10 } } })
  expect(await ask(issuer, '', FILE)).toMatchObject({ status: 400, body: { code: 'file-too-large' } })
  expect(await ask(issuer, '', { ...FILE, size: 10, type: 'text/html' })).toMatchObject({ status: 415 })
})

test('a route may take files over what one request can carry, in parts', async () => {
  const issuer = issuerWith({ routes: { default: { maxSize: '1000GB' } }, limits: false })
  const size = 6 * 1024 * MIB
  expect(await ask(issuer, '', { ...FILE, size })).toMatchObject({
    status: 200,
    body: { partSize: 8 * MIB, parts: 768 },
  })
  const headers = { 'content-type': 'application/json' }
  const form = new Request('http://app.local/uploads', {
    method: 'POST',
    headers,
    body: JSON.stringify({ ...FILE, size }),
  })
  expect(await (await issuer(form)).json()).toMatchObject({
    code: 'file-too-large',
    MaxSizeAllowed: `${5 * 1024 * MIB}`,
  })
})

test('uploads that have begun and not ended are counted, and those that ended are not', async () => {
  const issuer = issuerWith({ limits: { openUploads: 1 } })
  const token = await begin(issuer)
  expect(await ask(issuer, '', FILE)).toMatchObject({ status: 429, body: { Limit: 'openUploads' } })
  await ask(issuer, '/abort', { token })
  await begin(issuer)
})

test('an upload cannot be reported for ever', async () => {
  const issuer = issuerWith()
  const token = await begin(issuer)
  store.clock.ahead = factsOf(token).expires - Date.now()
  expect(await ask(issuer, '/complete', { token })).toMatchObject({ body: { code: 'upload-token-expired' } })
})

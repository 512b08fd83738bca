import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { serve, serveObjects } from '../callback/callback.fixture.ts'
import type { IssuerOptions } from '../create-issuer.ts'
import type { Handler } from '../handler.ts'
import { ask, CREDENTIAL, PNG, testIssuer, testStorage } from '../issuer.fixture.ts'
import { s3 } from '../storage/s3.ts'
import type { StoredObject } from '../storage/storage-client.ts'
import { createUploadTokens } from '../token/upload-token.ts'
import type { CompletedUpload } from './completion.ts'

const SECRET = 's'.repeat(32)

async function setUp(options: Partial<IssuerOptions> = {}, dialect: 'oss' | 's3' = 'oss') {
  const objects = new Map<string, Omit<StoredObject, 'key'>>()
  const heard: CompletedUpload[] = []
  const endpoint = await serveObjects(objects)
  const storage =
    dialect === 'oss' ? testStorage({ endpoint }) : s3({ endpoint, bucket: 'photos', credential: CREDENTIAL })
  const issuer = testIssuer({
    storage,
    tokenSecret: SECRET,
    authorize: ({ headers }) => ({ id: headers.get('x-user') ?? 'ann' }),
    onUploaded: (upload) => {
      heard.push(upload)
      return { shown: upload.key }
    },
    ...options,
  })
  return { issuer, storage, objects, heard }
}

async function complete(issuer: Handler, body: unknown, headers: Record<string, string> = {}) {
  const all = { 'content-type': 'application/json', ...headers }
  const request = { method: 'POST', headers: all, body: JSON.stringify(body) }
  const response = await issuer(new Request('http://app.local/uploads/complete', request))
  return { status: response.status, answer: await response.json() }
}

test.each(['oss', 's3'] as const)(
  'the browser reports an upload, the storage (%s) is asked for it, and the application answers',
  async (dialect) => {
    const { issuer, storage, objects, heard } = await setUp({}, dialect)
    const { key, token } = await (await ask(issuer, PNG)).json()
    const { url } = storage
    expect(await complete(issuer, { token })).toMatchObject({ status: 404, answer: { code: 'upload-missing' } })
    objects.set(key, { size: 1024, type: 'image/png', etag: 'd8' })
    const completed = await complete(issuer, { token })
    expect(completed).toEqual({
      status: 200,
      answer: {
        id: heard[0]?.id,
        key,
        url: `${url}${key}`,
        size: 1024,
        type: 'image/png',
        etag: 'd8',
        answer: { shown: key },
      },
    })
    expect(await complete(issuer, { token })).toEqual(completed)
    expect(heard).toEqual([expect.objectContaining({ key, size: 1024, type: 'image/png', etag: 'd8', user: 'ann' })])
  },
)

test.each([undefined, null])('where the application says nothing (%s), the answer is what is stored', async (said) => {
  const { issuer, objects } = await setUp({ onUploaded: () => said })
  const { key, token } = await (await ask(issuer, PNG)).json()
  objects.set(key, { size: 1024, type: 'image/png', etag: 'd8' })
  const { answer } = await complete(issuer, { token })
  expect(Object.keys(answer)).toEqual(['id', 'key', 'url', 'size', 'type', 'etag'])
})

test.each([false, 0, '', []])('an application may say %j', async (said) => {
  const { issuer, objects } = await setUp({ onUploaded: () => said })
  const { key, token } = await (await ask(issuer, PNG)).json()
  objects.set(key, { size: 1024, type: 'image/png', etag: 'd8' })
  for (const _ of ['once', 'again']) expect((await complete(issuer, { token })).answer.answer).toEqual(said)
})

test('the CRC-64 of the content is told where the storage tells it', async () => {
  const { issuer, objects } = await setUp()
  const { key, token } = await (await ask(issuer, PNG)).json()
  objects.set(key, { size: 1024, type: 'image/png', etag: 'd8', crc64: '18446744073709551615' })
  expect((await complete(issuer, { token })).answer).toMatchObject({ crc64: '18446744073709551615' })
})

test.each([
  { stored: { size: 1023, type: 'image/png' }, differs: 'size' },
  { stored: { size: 1024, type: 'image/jpeg' }, differs: 'type' },
  { stored: { size: 0, type: '' }, differs: 'size, type' },
])('what is stored is not what was allowed: $differs', async ({ stored, differs }) => {
  const { issuer, objects, heard } = await setUp()
  const { key, token } = await (await ask(issuer, PNG)).json()
  objects.set(key, { ...stored, etag: 'd8' })
  const { status, answer } = await complete(issuer, { token })
  expect({ status, ...answer }).toMatchObject({ status: 409, code: 'upload-mismatch', Differs: differs })
  expect(heard).toEqual([])
})

test('the token of somebody else is of no use', async () => {
  const { issuer, objects, heard } = await setUp()
  const { key, token } = await (await ask(issuer, PNG, { 'x-user': 'ann' })).json()
  objects.set(key, { size: 1024, type: 'image/png', etag: 'd8' })
  const { status, answer } = await complete(issuer, { token }, { 'x-user': 'bob' })
  expect({ status, code: answer.code }).toEqual({ status: 403, code: 'upload-token-invalid' })
  expect(heard).toEqual([])
})

test('whoever may no longer upload may no longer report', async () => {
  let mayUpload = true
  const { issuer, objects } = await setUp({ authorize: () => (mayUpload ? { id: 'ann' } : undefined) })
  const { key, token } = await (await ask(issuer, PNG)).json()
  objects.set(key, { size: 1024, type: 'image/png', etag: 'd8' })
  mayUpload = false
  expect(await complete(issuer, { token })).toMatchObject({ status: 403, answer: { code: 'upload-denied' } })
})

test('a token for a folder is not for browsers to report with', async () => {
  const { issuer } = await setUp()
  const facts = { id: 'a', route: 'default', key: 'uploads/', keyIsPrefix: true, user: 'ann', minSize: 1, maxSize: 9 }
  const token = createUploadTokens(SECRET, 'photos').write({ ...facts, expires: Date.parse('2030-01-01') })
  expect(await complete(issuer, { token })).toMatchObject({ status: 403, answer: { code: 'upload-token-invalid' } })
})

test.each([{}, { token: 1 }, { token: 'a.b' }, [], 'token', { token: 'a.b', key: 'x' }])(
  '%j is no report',
  async (body) => {
    const { issuer } = await setUp()
    expect([400, 403]).toContain((await complete(issuer, body)).status)
  },
)

test('an upload that was reported is no longer open, and counts with the bytes it has', async () => {
  const { issuer, objects } = await setUp({
    limits: { openUploads: 1, bytesPerDay: 10_000 },
    routes: { default: { maxSize: 9000 } },
  })
  const { key, token } = await (await ask(issuer, PNG)).json()
  const refused = await ask(issuer, PNG)
  expect(await refused.json()).toMatchObject({ status: 429, Limit: 'openUploads' })
  objects.set(key, { size: 1024, type: 'image/png', etag: 'd8' })
  await complete(issuer, { token })
  expect(await (await ask(issuer, PNG)).json()).toMatchObject({ status: 429, Limit: 'bytesPerDay' })
})

test.each([
  { onUploaded: () => ({ from: 'hook' }), answered: { from: 'hook' } },
  { onUploaded: () => undefined, answered: { from: 'webhook' } },
])('an application in another language is told too: $answered.from answers', async ({ onUploaded, answered }) => {
  const messages: unknown[] = []
  const url = await serve(async (request, response) => {
    messages.push(JSON.parse(await text(request)))
    response.end('{"from":"webhook"}')
  })
  const webhook = { url, secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}` }
  const { issuer, objects } = await setUp({ webhook, onUploaded })
  const { key, token } = await (await ask(issuer, PNG)).json()
  objects.set(key, { size: 1024, type: 'image/png', etag: 'd8' })
  for (const _ of ['once', 'again']) expect((await complete(issuer, { token })).answer.answer).toEqual(answered)
  expect(messages).toEqual([
    expect.objectContaining({ type: 'upload.completed', data: expect.objectContaining({ key }) }),
  ])
})

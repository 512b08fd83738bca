import { expect, test } from 'vitest'
import type { IssuerOptions } from './create-issuer.ts'
import type { Handler } from './handler.ts'
import { ask, CREDENTIAL, get, PNG, testIssuer } from './issuer.fixture.ts'
import { s3 } from './storage/s3.ts'

const MIB = 1024 * 1024
const GIB = 1024 * MIB
const USUAL = {
  route: 'default',
  minSize: 1,
  maxSize: 100 * MIB,
  maxFormSize: 100 * MIB,
  expiresInSeconds: 600,
  parts: true,
  callback: false,
}

async function rulesOf(options: Partial<IssuerOptions>, route?: string): Promise<unknown> {
  const response = await get(testIssuer(options), `/uploads${route === undefined ? '' : `?route=${route}`}`)
  expect({ status: response.status, kept: response.headers.get('cache-control') }).toEqual({
    status: 200,
    kept: 'no-store',
  })
  return await response.json()
}

test('a page learns what may be uploaded before anybody chooses a file', async () => {
  expect(await rulesOf({})).toEqual(USUAL)
  const avatars = {
    types: ['image/*', 'application/pdf'],
    minSize: 10,
    maxSize: '5MB',
    expiresIn: '2m',
    meta: { album: true, shot: { required: true, pattern: '[0-9]{1,4}' }, size: { values: ['s', 'l'], maxLength: 1 } },
  } as const
  expect(await rulesOf({ routes: { default: {}, avatars } }, 'avatars')).toEqual({
    ...USUAL,
    route: 'avatars',
    minSize: 10,
    maxSize: 5 * MIB,
    maxFormSize: 5 * MIB,
    types: ['image/*', 'application/pdf'],
    expiresInSeconds: 120,
    meta: {
      album: { required: false, maxLength: 2048 },
      shot: { required: true, maxLength: 2048, pattern: '[0-9]{1,4}' },
      size: { required: false, maxLength: 1, values: ['s', 'l'] },
    },
  })
})

const single: { what: string; options: Partial<IssuerOptions>; rules: object }[] = [
  {
    what: 'files over 5 GB come in parts alone',
    options: { routes: { default: { maxSize: '100GB' } } },
    rules: { maxSize: 100 * GIB, maxFormSize: 5 * GIB },
  },
  { what: 'no metadata is taken', options: { routes: { default: { meta: false } } }, rules: { meta: false } },
  {
    what: 'the storage reports uploads',
    options: { callback: { url: 'https://app.example/callback' } },
    rules: { callback: true },
  },
  {
    what: 'it reports those of other routes',
    options: { callback: { url: 'https://app.example/callback' }, routes: { default: { callback: false }, other: {} } },
    rules: { callback: false },
  },
  {
    what: 'only a form can carry what the object is to have',
    options: { routes: { default: { fields: { 'x:album': 'summer' } } } },
    rules: { parts: false },
  },
  {
    what: 'there are no forms, and parts all the same',
    options: {
      storage: s3({ endpoint: 'http://127.0.0.1:1', bucket: 'b12', credential: CREDENTIAL, takesForms: false }),
    },
    rules: { parts: true },
  },
  {
    what: 'an object has an ACL, a class and headers of its own',
    options: {
      routes: { default: { acl: 'private', storageClass: 'IA', fields: { 'Cache-Control': 'max-age=60' } } },
    },
    rules: { parts: true },
  },
]

test.each(single)('it is told where $what', async ({ options, rules }) => {
  expect(await rulesOf(options)).toEqual({ ...USUAL, ...rules })
})

test('where parts are told of, an upload in parts begins, and else it does not', async () => {
  const begin = (issuer: Handler) =>
    issuer(
      new Request('http://app.local/uploads/multipart', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(PNG),
      }),
    )
  const issuer = testIssuer({ routes: { default: { fields: { 'x:album': 'summer' } } } })
  expect((await begin(issuer)).status).toBe(404)
  expect((await ask(issuer, PNG)).status).toBe(200)
})

test('whoever may not upload is told nothing, of a route that is there as of one that is not', async () => {
  const issuer = testIssuer({ authorize: () => undefined })
  for (const path of ['/uploads', '/uploads?route=nowhere']) {
    const response = await get(issuer, path)
    expect({ status: response.status, ...(await response.json()) }).toMatchObject({
      status: 403,
      code: 'upload-denied',
    })
  }
  const unknown = await get(testIssuer(), '/uploads?route=nowhere')
  expect(await unknown.json()).toMatchObject({ status: 404, code: 'route-unknown' })
})

test('a route that has an authorizer of its own asks that one', async () => {
  const routes = { default: {}, staff: { authorize: () => undefined } }
  const issuer = testIssuer({ routes })
  expect((await get(issuer, '/uploads')).status).toBe(200)
  expect((await get(issuer, '/uploads?route=staff')).status).toBe(403)
})

test('nothing is said of where files go, nor of whoever signs', async () => {
  const routes = {
    default: { prefix: 'hidden-prefix/', variables: { album: 'hidden-variable' }, acl: 'private' },
  } as const
  const issuer = testIssuer({ routes, authorize: () => ({ id: 'hidden-id', prefix: 'hidden-folder/' }) })
  const text = await (await get(issuer, '/uploads')).text()
  for (const secret of ['hidden', 'photos', CREDENTIAL.accessKeyId, CREDENTIAL.accessKeySecret, 'private', 'eva'])
    expect(text).not.toContain(secret)
})

test('to ask counts as no upload; to be refused counts for the address', async () => {
  const issuer = testIssuer({ authorize: () => ({ id: 'eva' }), limits: { formsPerMinute: 1, openUploads: 1 } })
  for (const _ of Array(5)) expect((await get(issuer, '/uploads')).status).toBe(200)
  expect((await ask(issuer, PNG)).status).toBe(200)
  expect((await get(issuer, '/uploads')).status).toBe(200)
  const guarded = testIssuer({ authorize: () => undefined, limits: { formsPerMinutePerAddress: 1 } })
  const guess = async () => (await guarded(new Request('http://app.local/uploads'), { address: '203.0.113.7' })).status
  expect([await guess(), await guess()]).toEqual([403, 429])
})

test('a page of another site reads nothing', async () => {
  const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }
  expect((await testIssuer()(new Request('http://app.local/uploads', { headers }))).status).toBe(403)
})

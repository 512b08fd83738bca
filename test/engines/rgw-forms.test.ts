import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { parseUploadForm, type UploadForm } from '../../src/form/upload-form.ts'
import { createIssuer } from '../../src/issuer/create-issuer.ts'
import { s3 } from '../../src/issuer/storage/s3.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { ask, openRgwBucket, type RgwBucket, verdict } from './rgw.ts'

const SCHEMES = ['s3-v4', 's3-v2'] as const
type Scheme = (typeof SCHEMES)[number]

const CONTENT = 'a picture'
const PNG = { filename: '猫.png', size: CONTENT.length, type: 'image/png' }
const ROUTE = { prefix: 'users/eva/', maxSize: 100, types: ['image/png'] }
const CREDENTIAL = { accessKeyId: 'test-key', accessKeySecret: 'test-secret' }

/** Where forms are sent: an engine that nobody here wrote, and beside it our own store, which must say the same. */
const ENGINES = ['Ceph RGW', 'the embedded store'] as const
type Engine = (typeof ENGINES)[number]

let ahead = 0
const now = () => new Date(Date.now() + ahead)
let rgw: RgwBucket
let store: Store
let storeUrl: string

beforeAll(async () => {
  rgw = await openRgwBucket(now)
  store = await openStore({ buckets: ['photos'], credentials: [CREDENTIAL], region: 'us-east-1' })
  storeUrl = (await store.listen()).url
})
beforeEach(() => {
  ahead = 0
})
afterAll(() => store?.close())

async function formOf(engine: Engine, scheme: Scheme, more: object = {}): Promise<UploadForm> {
  const own = { endpoint: storeUrl, bucket: 'photos', credential: CREDENTIAL, scheme }
  const storage = engine === 'Ceph RGW' ? rgw.storage({ scheme }) : s3(own)
  const issuer = createIssuer({ storage, routes: { default: ROUTE }, authorize: 'public', now })
  return parseUploadForm((await ask(issuer, '/uploads', { ...PNG, ...more })).answer)
}

interface Changes {
  readonly fields?: Readonly<Record<string, string>>
  readonly content?: string
  readonly without?: string
}

function send(form: UploadForm, { fields = {}, content = CONTENT, without }: Changes = {}) {
  const body = new FormData()
  for (const [name, value] of Object.entries({ ...form.fields, ...fields }))
    if (name !== without) body.append(name, value)
  body.append('file', new File([content], PNG.filename, { type: PNG.type }))
  return verdict(fetch(form.url, { method: 'POST', body }))
}

test.each(SCHEMES)('a form of %s is accepted by Ceph RGW, with its metadata, byte for byte', async (scheme) => {
  const form = await formOf('Ceph RGW', scheme, { meta: { album: 'summer' } })
  expect(await send(form)).toMatchObject({ status: 200 })
  const { status, headers, body } = await rgw.read(form.key ?? '')
  expect(status).toBe(200)
  expect(body.toString()).toBe(CONTENT)
  expect(headers.get('content-type')).toBe('image/png')
  expect(headers.get('x-amz-meta-album')).toBe('summer')
})

/** What somebody who holds a form may try; each engine must refuse each of them. */
const abuses: { what: string; changes: (form: UploadForm) => Changes }[] = [
  { what: "another user's key", changes: () => ({ fields: { key: 'users/adam/a.png' } }) },
  { what: 'another key in the same folder', changes: ({ key }) => ({ fields: { key: `${key}x` } }) },
  { what: 'a file over the largest size', changes: () => ({ content: 'x'.repeat(101) }) },
  { what: 'an empty file', changes: () => ({ content: '' }) },
  { what: 'another type', changes: () => ({ fields: { 'Content-Type': 'text/html' } }) },
  { what: 'an ACL that the form does not name', changes: () => ({ fields: { acl: 'public-read' } }) },
  { what: 'metadata that the form does not name', changes: () => ({ fields: { 'x-amz-meta-admin': 'yes' } }) },
  {
    what: 'a redirect that the form does not name',
    changes: () => ({ fields: { success_action_redirect: 'http://a.example/' } }),
  },
  {
    what: 'a policy of their own',
    changes: ({ fields }) => {
      const policy = JSON.parse(Buffer.from(fields['policy'] ?? '', 'base64').toString())
      const wider = { ...policy, conditions: policy.conditions.slice(0, 1) }
      return { fields: { policy: Buffer.from(JSON.stringify(wider)).toString('base64') } }
    },
  },
  { what: 'no key', changes: () => ({ without: 'key' }) },
  { what: 'no policy', changes: () => ({ without: 'policy' }) },
]

const attempts = SCHEMES.flatMap((scheme) =>
  ENGINES.flatMap((engine) => abuses.map((abuse) => ({ scheme, engine, ...abuse }))),
)

test.each(attempts)('$engine refuses a form of $scheme with $what', async ({ engine, scheme, changes }) => {
  const form = await formOf(engine, scheme)
  const { status, code } = await send(form, changes(form))
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(500)
  expect(code).toBeDefined()
})

test.each(ENGINES)('%s accepts files of the smallest and of the largest size', async (engine) => {
  for (const size of [1, 100]) {
    const form = await formOf(engine, 's3-v4', { size })
    expect(await send(form, { content: 'x'.repeat(size) })).toMatchObject({ status: 200 })
  }
})

test.each(ENGINES)('%s refuses a form whose time is over', async (engine) => {
  ahead = -601_000
  expect(await send(await formOf(engine, 's3-v4'))).toMatchObject({ status: 403, code: 'AccessDenied' })
})

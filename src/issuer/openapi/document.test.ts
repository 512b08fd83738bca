import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { anyOf } from '../authorize/any-of.ts'
import { apiKey } from '../authorize/api-key.ts'
import type { Authorize } from '../authorize/authorize.ts'
import { jwt } from '../authorize/jwt.ts'
import type { IssuerOptions } from '../create-issuer.ts'
import { CREDENTIAL, get, STORAGE, testIssuer, testStorage } from '../issuer.fixture.ts'
import { s3 } from '../storage/s3.ts'

type Json = { readonly [name: string]: Json } & unknown

async function documentOf(options: Partial<IssuerOptions> = {}): Promise<Json> {
  const response = await get(testIssuer(options), `${options.basePath ?? ''}/openapi.json`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  return JSON.parse(await response.text())
}

const SECRET = 's'.repeat(32)
const SCRIPT = { type: 'text/javascript', content: new Uint8Array(), gzipped: new Uint8Array() } as const
const configurations: [string, Partial<IssuerOptions>][] = [
  ['as it is by default', {}],
  [
    'with all that there is',
    {
      routes: { default: { sts: true }, avatars: { callback: false } },
      authorize: jwt({ secret: SECRET, cookie: 'session' }),
      sts: { roleArn: 'acs:ram::1234567890123456:role/uploader', endpoint: 'http://127.0.0.1:1' },
      callback: { url: 'https://app.example/callback' },
      webhook: { url: 'https://app.example/uploaded', secret: `whsec_${Buffer.alloc(32).toString('base64')}` },
      metrics: { token: SECRET },
      page: { html: '', files: new Map([['page-ABCDEFGH.js', SCRIPT]]) },
      basePath: '/api',
    },
  ],
  [
    'of V1',
    { storage: testStorage({ scheme: 'oss-v1' }), routes: { a: { answer: 'v1-expire' }, b: { answer: 'pascal' } } },
  ],
  [
    'without forms',
    { storage: s3({ endpoint: 'http://127.0.0.1:1', bucket: 'photos', credential: CREDENTIAL, takesForms: false }) },
  ],
]

describe.each(configurations)('the document of an issuer %s', (_, options) => {
  test('says of each operation what it is called, what it does and what it answers', async () => {
    const { paths, tags } = await documentOf(options)
    const known = new Set(Object.values(tags ?? {}).map(({ name }) => name))
    const operations = Object.values(paths ?? {}).flatMap((item) => Object.values(item))
    for (const operation of operations) {
      expect(operation).toMatchObject({
        operationId: expect.stringMatching(/^[a-z][A-Za-z]+$/),
        summary: expect.stringMatching(/^[A-Z].*[^.]$/),
        tags: [expect.any(String)],
        responses: { '200': { description: expect.any(String), content: expect.any(Object) } },
      })
      expect(known).toContain(operation['tags']?.[0])
    }
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
  })

  test('names every piece of a path as a parameter, and no parameter twice', async () => {
    const { paths } = await documentOf(options)
    for (const [path, item] of Object.entries(paths ?? {})) {
      const pieces = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      for (const { parameters } of Object.values(item)) {
        const all = Object.values(parameters ?? {})
        expect(all.filter((one) => `${one['in']}` === 'path').map(({ name }) => name)).toEqual(pieces)
        expect(new Set(all.map((one) => `${one['in']} ${one['name']}`)).size).toBe(all.length)
      }
    }
  })

  test('refers to nothing that is not there, and has no schema that nothing refers to', async () => {
    const document = await documentOf(options)
    const text = JSON.stringify(document)
    const used = new Set([...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name))
    expect([...used].toSorted()).toEqual(Object.keys(document['components']?.['schemas'] ?? {}).toSorted())
    const operations = Object.values(document['paths'] ?? {}).flatMap((item) => Object.values(item))
    const ways = operations.flatMap(({ security }) => Object.values(security ?? {}).flatMap((way) => Object.keys(way)))
    const schemes = Object.keys(document['components']?.['securitySchemes'] ?? {})
    expect([...new Set(ways)].toSorted()).toEqual(schemes.toSorted())
  })

  test('has schemas that are JSON Schema of 2020-12', async () => {
    const document = await documentOf(options)
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false, strictTypes: false })
    ajvFormats.default(ajv)
    ajv.addVocabulary(['components', 'info', 'jsonSchemaDialect', 'openapi', 'paths', 'servers', 'tags', 'webhooks'])
    ajv.addSchema(document, 'document')
    for (const name of Object.keys(document['components']?.['schemas'] ?? {}))
      expect(() => ajv.compile({ $ref: `document#/components/schemas/${name}` })).not.toThrow()
  })
})

test('what is not configured is not described', async () => {
  const { paths, webhooks } = await documentOf()
  expect(Object.keys(paths ?? {})).not.toContain('/callback')
  expect(Object.keys(paths ?? {})).not.toContain('/metrics')
  expect(Object.keys(paths ?? {})).not.toContain('/get_sts_token_for_oss_upload')
  expect(Object.keys(paths ?? {})).not.toContain('/s3/sts')
  expect(Object.keys(paths ?? {})).not.toContain('/')
  expect(webhooks).toBeUndefined()
  const storage = testStorage({ scheme: 'oss-v1', credential: { ...CREDENTIAL, securityToken: 'a' } })
  expect(Object.keys((await documentOf({ storage }))['paths'] ?? {})).not.toContain(
    '/get_post_signature_for_oss_upload',
  )
})

test('routes are named, and nothing is said of what they allow', async () => {
  const routes = { avatars: { prefix: 'hidden-prefix/', maxSize: 123_456, types: ['image/x-hidden'] }, papers: {} }
  const document = await documentOf({ routes })
  const file = document['components']?.['schemas']?.['File']
  expect(file?.['properties']?.['route']).toMatchObject({ enum: ['avatars', 'papers'] })
  expect(file?.['required']).toContain('route') // there is none called default
  for (const hidden of ['hidden', '123456', CREDENTIAL.accessKeyId, CREDENTIAL.accessKeySecret, STORAGE.bucket])
    expect(JSON.stringify(document)).not.toContain(hidden)
})

const KEY = apiKey({ keys: [{ name: 'server:a', key: SECRET }] })
const ways: { name: string; options: Partial<IssuerOptions>; security: unknown; schemes: readonly string[] }[] = [
  { name: 'nobody is asked', options: {}, security: [], schemes: [] },
  { name: 'a token', options: { authorize: jwt({ secret: SECRET }) }, security: [{ bearer: [] }], schemes: ['bearer'] },
  {
    name: 'a token or a key',
    options: { authorize: anyOf(KEY, jwt({ secret: SECRET, cookie: 'session' })) },
    security: [{ bearer: [] }, { apiKey: [] }, { cookie: [] }],
    schemes: ['bearer', 'apiKey', 'cookie'],
  },
  {
    name: 'a key on one route, nobody on another',
    options: { authorize: KEY, routes: { default: {}, open: { authorize: 'public' } } },
    security: [{}, { bearer: [] }, { apiKey: [] }],
    schemes: ['bearer', 'apiKey'],
  },
  { name: "the application's own function", options: { authorize: () => undefined }, security: undefined, schemes: [] },
  {
    name: 'one that says and one that does not',
    options: { authorize: anyOf(KEY, (() => undefined) satisfies Authorize) },
    security: undefined,
    schemes: [],
  },
]

test.each(ways)('who asks is told by what is read: $name', async ({ options, security, schemes }) => {
  const document = await documentOf(options)
  expect(document['paths']?.['/uploads']?.['post']?.['security']).toEqual(security)
  expect(Object.keys(document['components']?.['securitySchemes'] ?? {})).toEqual(schemes)
  expect(document['paths']?.['/healthz']?.['get']?.['security']).toEqual([])
})

test("behind a path, the document's addresses are below it", async () => {
  const { servers, paths } = await documentOf({ basePath: '/api' })
  expect(servers).toEqual([{ url: '/api' }])
  expect(Object.keys(paths ?? {})).toContain('/uploads')
})

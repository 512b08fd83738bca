import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createIssuer } from '../issuer/create-issuer.ts'
import { OptionsError } from '../issuer/options/faults.ts'
import { oss } from '../issuer/storage/oss.ts'
import type { Storage } from '../issuer/storage/storage.ts'
import { parseConfig } from './parse-config.ts'

const ENVIRONMENT = { OSS_ACCESS_KEY_ID: 'env-id', OSS_ACCESS_KEY_SECRET: 'env-secret', MY_SECRET: 'my-secret' }
const PAIR = { accessKeyId: 'own-id', accessKeySecret: { env: 'MY_SECRET' } }
const OSS = { kind: 'oss', bucket: 'photos', region: 'cn-hangzhou' }
const MINIMAL = { storage: OSS, authorize: 'public' }
const KEY = 'k'.repeat(32)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-config-'))
  writeFileSync(join(folder, 'secret'), 'file-secret\n')
  writeFileSync(join(folder, 'empty'), '\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

function read(value: unknown, environment: Record<string, string> = ENVIRONMENT) {
  return parseConfig(value, { environment, folder, onFault: () => {} })
}

function faultsOf(value: unknown, environment?: Record<string, string>) {
  try {
    read(value, environment)
  } catch (error) {
    if (error instanceof OptionsError) return error.faults
    throw error
  }
  return []
}

async function secretOf({ signing }: Storage) {
  return (await signing()).credential
}

describe('a storage as data', () => {
  test('is what oss() and s3() make of it', async () => {
    const { storage } = read({ ...MINIMAL, storage: { ...OSS, scheme: 'oss-v1', credential: PAIR } }).issuer
    expect(storage).toMatchObject({ url: 'https://photos.oss-cn-hangzhou.aliyuncs.com/', scheme: 'oss-v1' })
    expect(await secretOf(storage)).toEqual({ accessKeyId: 'own-id', accessKeySecret: 'my-secret' })
    const engine = {
      kind: 's3',
      endpoint: 'http://127.0.0.1:7480',
      bucket: 'photos',
      takesForms: false,
      credential: PAIR,
    }
    expect(read({ ...MINIMAL, storage: engine }).issuer.storage).toMatchObject({ dialect: 's3', takesForms: false })
  })

  test('takes what it leaves out from the environment', async () => {
    const place = { OSS_BUCKET: 'pictures', OSS_REGION: 'cn-beijing' }
    const { storage } = read({ ...MINIMAL, storage: { kind: 'oss' } }, { ...ENVIRONMENT, ...place }).issuer
    expect(storage.url).toBe('https://pictures.oss-cn-beijing.aliyuncs.com/')
    expect((await secretOf(storage)).accessKeyId).toBe('env-id')
    const own = read(MINIMAL, { ...ENVIRONMENT, OSS_REGION: 'cn-beijing', OSS_ENDPOINT: 'oss-cn-beijing.aliyuncs.com' })
    expect(own.issuer.storage.url).toBe('https://photos.oss-cn-hangzhou.aliyuncs.com/')
  })

  test('may be a storage that was made already', () => {
    const storage = oss({
      bucket: 'photos',
      region: 'cn-hangzhou',
      credential: { accessKeyId: 'a', accessKeySecret: 'b' },
    })
    expect(read({ ...MINIMAL, storage }).issuer.storage).toBe(storage)
  })

  test.each([
    ['chain'],
    [{ ecsRole: { roleName: 'uploader' } }],
    [{ assumeRole: { roleArn: 'acs:ram::1:role/uploader', expiresIn: '15m' } }],
    [
      {
        oidcRole: {
          roleArn: 'acs:ram::1:role/uploader',
          providerArn: 'acs:ram::1:oidc-provider/k8s',
          tokenFile: 'token',
        },
      },
    ],
  ])('may have its credential from %j', (credential) => {
    expect(read({ ...MINIMAL, storage: { ...OSS, credential } }).issuer.storage.bucket).toBe('photos')
  })
})

describe('a secret', () => {
  const withSecret = (accessKeySecret: unknown) => ({
    ...MINIMAL,
    storage: { ...OSS, credential: { accessKeyId: 'own-id', accessKeySecret } },
  })

  test('is a variable, a file beside the configuration, or a text', async () => {
    for (const [written, text] of [
      [{ env: 'MY_SECRET' }, 'my-secret'],
      [{ file: 'secret' }, 'file-secret'],
      [{ env: 'DOCKER' }, 'file-secret'],
      ['as-it-is', 'as-it-is'],
    ]) {
      const { storage } = read(withSecret(written), { ...ENVIRONMENT, DOCKER_FILE: join(folder, 'secret') }).issuer
      expect((await secretOf(storage)).accessKeySecret).toBe(text)
    }
  })

  const missing: [written: unknown, says: string][] = [
    [{ env: 'NOT_SET' }, 'The variable NOT_SET is not set, nor is NOT_SET_FILE.'],
    [{ file: 'nowhere' }, 'cannot be read (ENOENT). Look at its name and its permissions.'],
    [{ file: 'empty' }, 'is empty.'],
    [{ file: '.' }, 'cannot be read (EISDIR)'],
    ['', 'This is empty.'],
    [undefined, 'Write a text, { "env": "NAME" } or { "file": "path" }.'],
    [7, 'Write a text, { "env": "NAME" } or { "file": "path" }.'],
    [{ env: 'A', file: 'b' }, 'Write a text, { "env": "NAME" } or { "file": "path" }.'],
  ]

  test.each(missing)('that is %j is refused: %s', (written, says) => {
    const path = 'storage.credential.accessKeySecret'
    expect(faultsOf(withSecret(written))).toEqual([{ path, sentence: expect.stringContaining(says) }])
  })

  test('that is set twice is refused, and no value is shown', () => {
    const both = { ...ENVIRONMENT, MY_SECRET_FILE: join(folder, 'secret') }
    const [fault] = faultsOf(withSecret({ env: 'MY_SECRET' }), both)
    expect(fault?.sentence).toBe('MY_SECRET and MY_SECRET_FILE are both set. Keep one.')
    const [broken] = faultsOf(withSecret('with white space'))
    expect(broken?.sentence).toContain('accessKeySecret holds white space')
    expect(broken?.sentence).not.toContain('with white')
  })

  test('of tokens is POSTERN_TOKEN_SECRET where the configuration has none', () => {
    const environment = { ...ENVIRONMENT, POSTERN_TOKEN_SECRET: KEY }
    expect(read(MINIMAL, environment).issuer.tokenSecret).toBe(KEY)
    expect(read({ ...MINIMAL, tokenSecret: 'own'.repeat(11) }, environment).issuer.tokenSecret).toBe('own'.repeat(11))
    expect(read(MINIMAL).issuer).not.toHaveProperty('tokenSecret')
  })
})

describe('who may upload', () => {
  const ask = { filename: 'a.png', size: 1, type: 'image/png' }
  async function statusFor(config: object, headers: Record<string, string>, route?: string) {
    const { issuer } = read({ storage: OSS, ...config })
    const body = JSON.stringify(route === undefined ? ask : { ...ask, route })
    const all = { 'content-type': 'application/json', ...headers }
    const request = new Request('http://app.local/uploads', { method: 'POST', headers: all, body })
    return (await createIssuer(issuer)(request)).status
  }

  test('is said as data', async () => {
    const authorize = { apiKey: { keys: [{ name: 'server:importer', key: KEY }] } }
    expect(await statusFor({ authorize }, {})).toBe(401)
    expect(await statusFor({ authorize }, { 'x-api-key': KEY })).toBe(200)
  })

  test('is said by the first of a list that knows the caller', async () => {
    const keys = (name: string, key: string) => ({ apiKey: { keys: [{ name, key }] } })
    const authorize = [keys('server:a', KEY), keys('server:b', 'b'.repeat(32))]
    expect(await statusFor({ authorize }, { 'x-api-key': 'b'.repeat(32) })).toBe(200)
    expect(await statusFor({ authorize }, { 'x-api-key': 'c'.repeat(32) })).toBe(401)
  })

  test('is said by a route for itself', async () => {
    const routes = {
      open: { authorize: 'public' },
      closed: { authorize: { apiKey: { keys: [{ name: 's', key: KEY }] } } },
    }
    const config = { authorize: () => undefined, routes }
    expect(await statusFor(config, {}, 'open')).toBe(200)
    expect(await statusFor(config, {}, 'closed')).toBe(401)
    expect(await statusFor(config, { 'x-api-key': KEY }, 'closed')).toBe(200)
  })
})

const wrong: [config: object, path: string, says: string][] = [
  [{ storge: OSS }, 'storge', 'There is no such member. Did you mean "storage"?'],
  [{ authorise: 'public' }, 'authorise', 'Did you mean "authorize"?'],
  [{ storage: 'photos' }, 'storage', 'Write { "kind": "oss", "bucket": …'],
  [{ storage: { bucket: 'photos' } }, 'storage', 'Write { "kind": "oss"'],
  [{ storage: { kind: 'gcs' } }, 'storage.kind', 'Write "oss" or "s3".'],
  [{ storage: { ...OSS, bucket: 'No_Bucket' } }, 'storage', '"No_Bucket" is no bucket'],
  [{ storage: { ...OSS, regoin: 'x' } }, 'storage.regoin', 'Did you mean "region"?'],
  [
    { storage: { kind: 'oss', region: 'cn-hangzhou' } },
    'storage',
    'The bucket is missing. Write it, or set OSS_BUCKET.',
  ],
  [{ storage: { ...OSS, credential: 'env' } }, 'storage.credential', 'Write "chain", an object with accessKeyId'],
  [
    { storage: { ...OSS, credential: { asumeRole: {} } } },
    'storage.credential.asumeRole',
    'Did you mean "assumeRole"?',
  ],
  [
    { storage: { ...OSS, credential: { assumeRole: {} } } },
    'storage.credential.assumeRole.roleArn',
    'This is missing.',
  ],
  [
    { storage: { ...OSS, credential: { assumeRole: { roleArn: 'x' } } } },
    'storage.credential.assumeRole',
    '"x" is no role ARN',
  ],
  [{ storage: { ...OSS, credential: { accessKeyId: 'a' } } }, 'storage.credential.accessKeySecret', 'This is missing.'],
  [{ authorize: undefined }, 'authorize', 'or "public" to let everybody upload.'],
  [{ authorize: true }, 'authorize', 'or "public" to let everybody upload.'],
  [{ authorize: { jwtt: {} } }, 'authorize.jwtt', 'Did you mean "jwt"?'],
  [{ authorize: {} }, 'authorize', 'Write an object with one of jwt, forwardAuth, apiKey.'],
  [{ authorize: { jwt: {}, apiKey: {} } }, 'authorize', 'Write an object with one of jwt, forwardAuth, apiKey.'],
  [{ authorize: { jwt: {} } }, 'authorize.jwt', 'jwt needs one of "jwksUrl", "secret" and "publicKey".'],
  [{ authorize: { jwt: { jwksUri: 'x' } } }, 'authorize.jwt.jwksUri', 'Did you mean "jwksUrl"?'],
  [{ authorize: { forwardAuth: {} } }, 'authorize.forwardAuth.url', 'This is missing.'],
  [{ authorize: { apiKey: { keys: [{ name: 'a', key: 'short' }] } } }, 'authorize.apiKey', 'under 32 characters'],
  [{ routes: { a: { authorize: { jwtt: {} } } } }, 'routes.a.authorize.jwtt', 'Did you mean "jwt"?'],
  [{ routes: { a: { maxsize: 1 } } }, 'routes.a.maxsize', 'Did you mean "maxSize"?'],
  [{ routes: { a: { answer: 'v1' } } }, 'routes.a.answer', 'needs the scheme oss-v1'],
  [{ routes: [] }, 'routes', 'Write an object with a route for each name'],
  [{ limits: { formsPerMinut: 1 } }, 'limits.formsPerMinut', 'Did you mean "formsPerMinute"?'],
  [{ limits: true }, 'limits', 'Write an object, { … }, or false.'],
  [{ cors: { origins: 'https://app.example' } }, 'cors.origins', 'Write a list of origins'],
  [{ cors: { origins: ['app.example'] } }, '', 'cors.origins holds "app.example"'],
  [{ publicUrl: 'app' }, '', 'publicUrl is "app"'],
  [{ trustProxy: -1 }, 'trustProxy', 'Write a whole number from 0 to 31.'],
  [{ trustProxy: ['10.0.0.0/99'] }, '', 'trustProxy holds "10.0.0.0/99"'],
  [{ tokenSecret: 'short' }, '', 'tokenSecret has under 32 bytes.'],
  [{ webhook: { url: 'https://app.example/hook' } }, 'webhook.secret', 'This is missing.'],
  [{ webhook: { url: 'app', secret: `whsec_${KEY}` } }, '', 'webhook.url must be an address'],
  [{ callback: { url: 'app' } }, '', 'callback.url must be an address'],
  [{ metrics: { token: '' } }, 'metrics.token', 'This is empty.'],
  [{ onUploaded: 'x' }, 'onUploaded', 'Write a function; JSON has none.'],
  [{ port: 65_536 }, 'port', 'Write a whole number from 0 to 65535.'],
  [{ page: 'no' }, 'page', 'Write true or false.'],
]

test.each(wrong)('a configuration with %j is refused at "%s": %s', (members, path, says) => {
  expect(faultsOf({ ...MINIMAL, ...members })).toEqual([{ path, sentence: expect.stringContaining(says) }])
})

test.each([[undefined], [null], ['{}'], [[]]])('%j is no configuration', (value) => {
  expect(faultsOf(value)).toContainEqual({ path: '', sentence: 'Write an object, { … }.' })
})

test('what a prototype would bring in is no member', () => {
  expect(faultsOf(JSON.parse(`{"__proto__": {"authorize": "public"}, "storage": ${JSON.stringify(OSS)}}`))).toEqual([
    { path: 'authorize', sentence: 'This is missing.' },
    { path: '__proto__', sentence: expect.stringContaining('There is no such member.') },
  ])
})

test('a route may have the name of something that every object has, but not that of its prototype', () => {
  const { routes } = read({ ...MINIMAL, routes: { constructor: { maxSize: '1KB' } } }).issuer
  expect(Object.entries(routes ?? {})).toEqual([['constructor', { maxSize: '1KB' }]])
  const config = JSON.parse(`{"routes": {"__proto__": {}}, ${JSON.stringify(MINIMAL).slice(1)}`)
  expect(faultsOf(config)).toEqual([
    { path: 'routes.__proto__', sentence: expect.stringContaining('A name has 1 to 64') },
  ])
})

test('all that is wrong is said at once', () => {
  const config = { storage: { kind: 'gcs' }, routes: { a: { maxSize: '1XB' } }, limits: { openUploads: 0 }, port: 'x' }
  expect(faultsOf(config).map(({ path }) => path)).toEqual([
    'storage.kind',
    'authorize',
    'limits.openUploads',
    'port',
    'routes.a.maxSize',
  ])
})

import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { CREDENTIAL, get, NOW, policyTextOf, SIGNATURE_PATH } from './issuer.fixture.ts'
import { createPresetIssuer, PRESETS, type PresetName, type PresetOptions } from './presets.ts'

const NAMES = ['python', 'java', 'go', 'php', 'nodejs', 'ruby', 'csharp'] as const
const HOST = 'photos.oss-cn-hangzhou.aliyuncs.com'

function presetIssuer(name: PresetName, options: Partial<PresetOptions> = {}) {
  return createPresetIssuer(name, {
    credential: CREDENTIAL,
    bucket: 'photos',
    endpoint: 'oss-cn-hangzhou.aliyuncs.com',
    bucketLocation: async () => 'oss-cn-beijing',
    now: () => NOW,
    onError: () => {},
    ...options,
  })
}

function signatureOf(policy: string): string {
  return createHmac('sha1', CREDENTIAL.accessKeySecret).update(policy).digest('base64')
}

/** docs/spec/direct-upload-server.md section 1.2; the clock stands at 23:30:05.678. */
const policies: Record<PresetName, string> = {
  python:
    '{"expiration":"2026-11-25T00:30:05Z","conditions":[["eq","$success_action_status","200"],["starts-with","$key","user-dir-prefix/"],["content-length-range",1,1000000],["in","$content-type",["image/jpg","image/png"]]]}',
  java: '{"expiration":"2026-11-25T00:30:05.000Z","conditions":[["content-length-range",0,1048576000],["starts-with","$key","user-dir-prefix/"]]}',
  go: '{"expiration":"2026-11-25T00:30:05Z","conditions":[["starts-with","$key","user-dir-prefix/"],["content-length-range",1024,10485760]]}',
  php: '{"expiration":"2026-11-24T23:30:35.000Z","conditions":[["content-length-range",0,1048576000],["starts-with","$key","user-dir-prefix/"]]}',
  nodejs:
    '{"expiration":"2026-11-25T00:30:05.000Z","conditions":[["content-length-range",0,1048576000],{"bucket":"photos"}]}',
  ruby: '{"expiration":"2026-11-24T23:30:35Z","conditions":[["starts-with","$key","user-dir-prefix/"]]}',
  csharp: '{"expiration":"2026-11-25T00:30:05.000Z","conditions":[["content-length-range",0,1048576000]]}',
}

const v1 = (policy: string, host: string, dir = 'user-dir-prefix/') => ({
  policy,
  ossAccessKeyId: 'test-key',
  signature: signatureOf(policy),
  host,
  dir,
})

const answers: Record<PresetName, (policy: string) => object> = {
  python: (policy) => v1(policy, `https://${HOST}`),
  java: (policy) => v1(policy, `https://${HOST}`),
  go: (policy) => v1(policy, `http://${HOST}`),
  php: (policy) => v1(policy, `http://${HOST}`),
  nodejs: (policy) => v1(policy, 'http://photos.oss-cn-beijing.aliyuncs.com', 'prefix/'),
  ruby: (policy) => ({ ...v1(policy, `http://${HOST}`), expire: Date.parse('2026-11-24T23:30:35Z') / 1000 }),
  csharp: (policy) => ({
    Accessid: 'test-key',
    Policy: policy,
    Signature: signatureOf(policy),
    Dir: 'user-dir-prefix/',
    Host: HOST,
    Expire: String(Date.parse('2026-11-25T00:30:05Z') / 1000),
  }),
}

test.each(NAMES)('%s answers as its sample does', async (name) => {
  const response = await get(presetIssuer(name), SIGNATURE_PATH)
  expect(response.status).toBe(200)
  const policy = Buffer.from(policies[name]).toString('base64')
  expect(await response.text()).toBe(JSON.stringify(answers[name](policy)))
})

test.each(NAMES)('%s sends JSON that nobody keeps, and for ruby the instant in a header', async (name) => {
  const { headers } = await get(presetIssuer(name), SIGNATURE_PATH)
  expect(Object.fromEntries(headers)).toEqual({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    date: 'Tue, 24 Nov 2026 23:30:05 GMT',
    ...(name === 'ruby' ? { expire: '2026-11-24T23:30:35Z' } : {}),
  })
})

test('the ports are the samples’ own', () => {
  const ports = Object.fromEntries(NAMES.map((name) => [name, PRESETS[name].port]))
  expect(ports).toMatchObject({ go: 8080, ruby: 8000, nodejs: 8000 })
})

test.each(NAMES)('%s puts another folder and another host in the place of its own', async (name) => {
  const issuer = presetIssuer(name, { dir: 'mine', hostUrl: 'http://127.0.0.1:9000/photos/' })
  const answer = await (await get(issuer, SIGNATURE_PATH)).json()
  expect(answer.host ?? answer.Host).toBe('http://127.0.0.1:9000/photos')
  expect(answer.dir ?? answer.Dir).toBe('mine/')
  if (PRESETS[name].conditions('mine/', 'photos').some(({ op }) => op === 'starts-with')) {
    expect(policyTextOf(answer.policy)).toContain('["starts-with","$key","mine/"]')
  }
})

test('a preset may be used with the whole bucket', async () => {
  const answer = await (await get(presetIssuer('go', { dir: '' }), SIGNATURE_PATH)).json()
  expect(answer.dir).toBe('')
  expect(policyTextOf(answer.policy)).toContain('["starts-with","$key",""]')
})

test.each(NAMES)('%s has the address of its sample, healthz, and no other', async (name) => {
  const issuer = presetIssuer(name)
  expect((await get(issuer, '/healthz')).status).toBe(200)
  expect((await get(issuer, SIGNATURE_PATH, 'POST')).status).toBe(405)
  expect((await get(issuer, '/uploads', 'POST')).status).toBe(404)
  expect((await get(issuer, '/templates/../../../etc/passwd')).status).toBe(404)
})

test('nodejs asks where the bucket is once, however many ask at the same time', async () => {
  let asked = 0
  const issuer = presetIssuer('nodejs', { bucketLocation: async () => `oss-cn-${++asked}` })
  const responses = await Promise.all(Array.from({ length: 10 }, () => get(issuer, SIGNATURE_PATH)))
  for (const response of [...responses, await get(issuer, SIGNATURE_PATH)]) {
    expect((await response.json()).host).toBe('http://photos.oss-cn-1.aliyuncs.com')
  }
  expect(asked).toBe(1)
})

test('nodejs says that the storage did not answer, and asks again the next time', async () => {
  const seen: unknown[] = []
  let asked = 0
  const bucketLocation = async () => {
    if (++asked === 1) throw new Error('ECONNREFUSED')
    return 'oss-cn-hangzhou'
  }
  const issuer = presetIssuer('nodejs', { bucketLocation, onError: (error) => seen.push(error) })
  const failed = await get(issuer, SIGNATURE_PATH)
  expect(failed.status).toBe(502)
  expect(await failed.json()).toMatchObject({
    code: 'storage-unreachable',
    detail: expect.stringContaining('"photos"'),
  })
  expect(seen).toHaveLength(1)
  expect((await get(issuer, SIGNATURE_PATH)).status).toBe(200)
})

test.each(['', 'evil.example/', 'a b', 'OSS'])('a location that is none is not answered: "%s"', async (location) => {
  const issuer = presetIssuer('nodejs', { bucketLocation: async () => location })
  expect((await get(issuer, SIGNATURE_PATH)).status).toBe(502)
})

test('nodejs does not ask where the host is given', async () => {
  const bucketLocation = () => Promise.reject(new Error('asked'))
  const issuer = presetIssuer('nodejs', { bucketLocation, hostUrl: 'https://photos.example' })
  expect((await (await get(issuer, SIGNATURE_PATH)).json()).host).toBe('https://photos.example')
})

test('the time it takes to ask is not taken from the form', async () => {
  let clock = NOW
  const bucketLocation = async () => {
    clock = new Date(NOW.getTime() + 5000)
    return 'oss-cn-hangzhou'
  }
  const answer = await (await get(presetIssuer('nodejs', { bucketLocation, now: () => clock }), SIGNATURE_PATH)).json()
  expect(policyTextOf(answer.policy)).toContain('2026-11-25T00:30:10.000Z')
})

const pages: { name: PresetName; source: string }[] = [
  { name: 'java', source: `https://${HOST}` },
  { name: 'csharp', source: HOST },
  { name: 'nodejs', source: 'http://photos.oss-cn-beijing.aliyuncs.com' },
]

test.each(pages)('the page of $name may send to $source', async ({ name, source }) => {
  const issuer = presetIssuer(name, { page: { html: '<main>', files: new Map() } })
  const policy = (await get(issuer, '/')).headers.get('content-security-policy')
  expect(policy?.split('; ')).toContain(`connect-src 'self' ${source}`)
})

const wrong: { why: string; name?: string; options: Partial<PresetOptions>; says: RegExp }[] = [
  { why: 'a name that is none', name: 'perl', options: {}, says: /no preset "perl".*python/ },
  { why: 'the name of something else', name: 'constructor', options: {}, says: /no preset/ },
  { why: 'a bucket that is none', options: { bucket: 'a_b' }, says: /"a_b" is no bucket/ },
  { why: 'a bucket of two letters', options: { bucket: 'ab' }, says: /is no bucket/ },
  {
    why: 'an endpoint with a scheme',
    options: { endpoint: 'https://oss-cn-hangzhou.aliyuncs.com' },
    says: /no endpoint/,
  },
  { why: 'an endpoint with a path', options: { endpoint: 'oss-cn-hangzhou.aliyuncs.com/a' }, says: /no endpoint/ },
  { why: 'no endpoint', options: { endpoint: '' }, says: /no endpoint/ },
  { why: 'a host that is no address', options: { hostUrl: 'photos.example' }, says: /hostUrl/ },
  { why: 'a folder that begins with a slash', options: { dir: '/a' }, says: /dir/ },
  { why: 'no key', options: { credential: { accessKeyId: '', accessKeySecret: 'x' } }, says: /./ },
  { why: 'a temporary key', options: { credential: { ...CREDENTIAL, securityToken: 'STS' } }, says: /security token/ },
]

test.each(wrong)('a preset is not created with $why', ({ name = 'go', options, says }) => {
  // @ts-expect-error: a name as a caller without types may write it
  expect(() => presetIssuer(name, options)).toThrow(says)
  // @ts-expect-error
  expect(() => presetIssuer(name, options)).toThrow(TypeError)
})

test('nodejs is not created where nobody can say where the bucket is', () => {
  const options = { credential: CREDENTIAL, bucket: 'photos', endpoint: 'oss-cn-hangzhou.aliyuncs.com' }
  expect(() => createPresetIssuer('nodejs', options)).toThrow(/bucketLocation, or hostUrl/)
})

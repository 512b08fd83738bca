import { expect, test } from 'vitest'
import { keepFresh } from '../credential/keep-fresh.ts'
import { localServer, type Received, type Reply, WIRE_CREDENTIAL } from '../credential/local-server.fixture.ts'
import { stsSignature, stsStringToSign } from '../sign/sts-request.ts'
import type { IssuerOptions } from './create-issuer.ts'
import type { Handler } from './handler.ts'
import {
  CREDENTIAL,
  conditionsOf,
  get,
  NOW,
  policyTextOf,
  SIGNATURE_PATH,
  testIssuer,
  testStorage,
} from './issuer.fixture.ts'
import { s3 } from './storage/s3.ts'

const PATH = '/get_sts_token_for_oss_upload'
const ROLE = 'acs:ram::1234567890123456:role/uploader'
const GRANTED: Reply = { body: { RequestId: 'ABC', Credentials: WIRE_CREDENTIAL } }

async function setUp(options: Partial<IssuerOptions> = {}, reply: Reply = GRANTED) {
  const { url, received } = await localServer(() => reply)
  const errors: unknown[] = []
  const issuer = testIssuer({
    routes: { default: { prefix: 'avatars/', sts: true }, formsOnly: {} },
    sts: { roleArn: ROLE, endpoint: url },
    onError: (error) => errors.push(error),
    ...options,
  })
  return { issuer, received, errors, endpoint: url }
}

const policyOf = ({ form }: Received) => JSON.parse(form.get('Policy') ?? '')
const json = async (issuer: Handler, path: string) => (await get(issuer, path)).json()

test('the answer is what the vendor’s front ends read, and where to put files', async () => {
  const { issuer } = await setUp()
  const response = await get(issuer, PATH)
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(await response.json()).toEqual({
    AccessKeyId: 'STS.id',
    AccessKeySecret: 'sts-secret',
    SecurityToken: 'sts-token',
    Expiration: '2036-11-24T13:00:00Z',
    bucket: 'photos',
    region: 'oss-cn-hangzhou',
    dir: expect.stringMatching(/^avatars\/2026\/11\/24\/[0-9a-f-]{36}\/$/),
  })
})

test("STS is asked with the storage's credential, for the shortest life and one folder that nobody else has", async () => {
  const { issuer, received } = await setUp()
  const first = await json(issuer, PATH)
  const second = await json(issuer, PATH)
  expect(first.dir).not.toBe(second.dir)
  expect(received.map((one) => policyOf(one).Statement[0].Resource)).toEqual([
    [`acs:oss:*:*:photos/${first.dir}*`],
    [`acs:oss:*:*:photos/${second.dir}*`],
  ])
  const form = received[0]?.form ?? new URLSearchParams()
  expect(form.get('RoleArn')).toBe(ROLE)
  expect(form.get('DurationSeconds')).toBe('900')
  expect(form.get('AccessKeyId')).toBe(CREDENTIAL.accessKeyId)
  expect(form.get('Signature')).toBe(stsSignature(CREDENTIAL.accessKeySecret, stsStringToSign('POST', form)))
})

test('a session is called after its caller, and stays in the folder that the application gave them', async () => {
  const { issuer, received } = await setUp({ authorize: () => ({ id: 'user 7', prefix: 'seven' }) })
  expect((await json(issuer, PATH)).dir).toMatch(/^avatars\/seven\/2026\//)
  expect(received[0]?.form.get('RoleSessionName')).toMatch(/^user_7-[0-9a-f]{16}$/)
})

test('a caller whose folder is a pattern gets no session', async () => {
  const { issuer, received } = await setUp({ authorize: () => ({ id: '7', prefix: 'users/*' }) })
  expect((await get(issuer, PATH)).status).toBe(500)
  expect(received).toEqual([])
})

test('a wider grant and a longer life are written out by hand', async () => {
  const Resource = `acs:oss:*:*:\${bucket}/\${prefix}*`
  const policy = { Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:*Object', Resource }] } as const
  const { issuer, received } = await setUp({
    routes: { album: { prefix: 'albums', sts: { expiresIn: '1h', policy } } },
  })
  await get(issuer, `${PATH}?route=album`)
  const [one] = received
  expect(one?.form.get('DurationSeconds')).toBe('3600')
  expect(one && policyOf(one)).toEqual({
    Version: '1',
    Statement: [{ Effect: 'Allow', Action: 'oss:*Object', Resource: ['acs:oss:*:*:photos/albums/*'] }],
  })
})

test('who may take the role, what sessions are called and an external id can be told', async () => {
  const { url, received } = await localServer(() => GRANTED)
  const credential = async () => ({ accessKeyId: 'other', accessKeySecret: 'secret' })
  const sts = { roleArn: ROLE, endpoint: url, credential, sessionName: 'web', externalId: 'ext' }
  const { issuer } = await setUp({ sts })
  await get(issuer, PATH)
  expect(Object.fromEntries(received[0]?.form ?? [])).toMatchObject({
    AccessKeyId: 'other',
    RoleSessionName: 'web',
    ExternalId: 'ext',
  })
})

test('nobody gets a session whom the application does not let upload', async () => {
  const { issuer, received } = await setUp({ authorize: () => undefined })
  const response = await get(issuer, PATH)
  expect([response.status, received]).toEqual([403, []])
})

test('a route hands out sessions only where it says so: they keep to no size and no type', async () => {
  const { issuer, received } = await setUp()
  const response = await get(issuer, `${PATH}?route=formsOnly`)
  expect(response.status).toBe(404)
  expect((await response.json()).detail).toContain('configured as sts: true of the route')
  expect(received).toEqual([])
})

test('a session counts as the largest object there is, and one that STS refused as nothing', async () => {
  const limits = { bytesPerDay: '10GB' } as const
  const { issuer } = await setUp({ limits })
  const statuses = [await get(issuer, PATH), await get(issuer, PATH), await get(issuer, PATH)].map(
    ({ status }) => status,
  )
  expect(statuses).toEqual([200, 200, 429])
  const refused = await setUp({ limits }, { status: 403, body: { Code: 'NoPermission' } })
  for (let times = 0; times < 5; times++) expect((await get(refused.issuer, PATH)).status).toBe(503)
})

test('an issuer without sts says how it is configured', async () => {
  const { detail } = await json(testIssuer(), PATH)
  expect(detail).toContain('sts: { roleArn } of the issuer, and sts: true of the route')
})

test('a refusal of STS is a problem with its code and request id; the log says what to do', async () => {
  const refusal = { Code: 'EntityNotExist.Role', Message: `The role not exists: ${ROLE}.`, RequestId: 'D4F9' }
  const { issuer, errors } = await setUp({}, { status: 404, body: refusal })
  const response = await get(issuer, PATH)
  const text = await response.text()
  expect(response.status).toBe(503)
  expect(JSON.parse(text)).toMatchObject({
    code: 'credential-unavailable',
    StsCode: 'EntityNotExist.Role',
    StsRequestId: 'D4F9',
  })
  expect(text).not.toContain('1234567890123456')
  expect(errors).toEqual([
    expect.objectContaining({
      cause: expect.objectContaining({ message: expect.stringContaining('Check the role ARN') }),
    }),
  ])
})

test.each<[Partial<IssuerOptions>, string]>([
  [{ sts: { roleArn: 'uploader' } }, 'is no role ARN'],
  [{ sts: { roleArn: ROLE, sessionName: 'a b' } }, 'is no name of a session'],
  [{ sts: { roleArn: ROLE, endpoint: 'http://' } }, 'The endpoint of the STS is no address'],
  [{ sts: { roleArn: ROLE }, routes: { default: {} } }, 'give the route that hands out sts: true'],
  [{ sts: { roleArn: ROLE }, routes: { album: { prefix: 'a*b', sts: true } } }, 'no session can be narrowed to it'],
  [{ routes: { default: { sts: { expiresIn: 899 } } } }, 'routes.default.sts.expiresIn'],
  [{ routes: { default: { sts: { expiresIn: 43_201 } } } }, 'routes.default.sts.expiresIn'],
])('what cannot work is an error at the start: %j', (options, sentence) => {
  expect(() => testIssuer({ routes: { default: { sts: true } }, ...options })).toThrow(sentence)
})

test('a route that hands out sessions needs an issuer that can get them', () => {
  expect(() => testIssuer({ routes: { default: { sts: true } } })).toThrow('give it sts: { roleArn }')
})

/** A storage whose credential ends so many seconds from now, and begins anew when it is asked for again. */
function endingStorage(lifeSeconds: number, now: () => Date) {
  let made = 0
  const source = keepFresh(
    async () => ({
      accessKeyId: `STS.${++made}`,
      accessKeySecret: 'secret',
      securityToken: `token-${made}`,
      expires: new Date(now().getTime() + lifeSeconds * 1000),
    }),
    { now },
  )
  return testStorage({ credential: source })
}

test('a form that a renewed credential signs carries its token, pinned by the policy', async () => {
  let at = NOW
  const issuer = testIssuer({ storage: endingStorage(3600, () => at), now: () => at })
  expect(await json(issuer, SIGNATURE_PATH)).toMatchObject({ security_token: 'token-1' })
  at = new Date(NOW.getTime() + 3_599_000)
  const answer = await json(issuer, SIGNATURE_PATH)
  expect(answer).toMatchObject({
    security_token: 'token-2',
    x_oss_credential: expect.stringMatching(/^STS\.2\//),
  })
  expect(conditionsOf(answer.policy)).toContainEqual({ 'x-oss-security-token': 'token-2' })
})

test.each([
  [600, '2026-11-24T23:40:05.678Z'],
  [599, '2026-11-24T23:40:04.678Z'],
  [120, '2026-11-24T23:32:05.678Z'],
])('a form whose credential lives %d seconds more says that it ends then', async (seconds, end) => {
  const issuer = testIssuer({ storage: endingStorage(seconds, () => NOW) })
  const form = await (
    await issuer(
      new Request('http://app.local/uploads', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ filename: 'a.png', size: 1, type: 'image/png' }),
      }),
    )
  ).json()
  expect(form.expiresAt).toBe(end)
  expect(JSON.parse(policyTextOf(form.fields.policy)).expiration).toBe(end)
})

test('a URL ends with the credential that signed it', async () => {
  const { presign } = await endingStorage(120, () => NOW).signing()
  expect(presign({ method: 'PUT', key: 'a' }, 600, NOW)).toContain('x-oss-expires=120&')
  expect(presign({ method: 'PUT', key: 'a' }, 60, NOW)).toContain('x-oss-expires=60&')
})

test('a credential that never ends shortens nothing', async () => {
  const { presign } = await testStorage().signing()
  expect(presign({ method: 'PUT', key: 'a' }, 600, NOW)).toContain('x-oss-expires=600&')
})

test('a fixed credential that has expired signs nothing', async () => {
  const expires = new Date(NOW.getTime() - 1)
  const storage = testStorage({ credential: { ...CREDENTIAL, securityToken: 'token', expires } })
  const errors: unknown[] = []
  const issuer = testIssuer({ storage, onError: (error) => errors.push(error) })
  expect((await get(issuer, SIGNATURE_PATH)).status).toBe(500)
  expect(String(errors)).toContain('The credential expired at')
})

test('front ends that cannot send a token are told so when a source brings one', async () => {
  const storage = testStorage({ scheme: 'oss-v1', credential: () => ({ ...CREDENTIAL, securityToken: 'token' }) })
  const response = await get(testIssuer({ storage }), SIGNATURE_PATH)
  expect(response.status).toBe(404)
  expect((await response.json()).detail).toContain('cannot send a security token')
})

test('an S3 engine has no such service', () => {
  const storage = s3({ endpoint: 'http://127.0.0.1:7480', bucket: 'photos', credential: CREDENTIAL })
  const options = { storage, sts: { roleArn: ROLE }, routes: { default: { sts: true } } }
  expect(() => testIssuer(options)).toThrow('sts needs a storage of OSS')
})

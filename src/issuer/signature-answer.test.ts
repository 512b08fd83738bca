import { expect, test } from 'vitest'
import { CREDENTIAL, conditionsOf, get, SIGNATURE_PATH, testIssuer, testStorage } from './issuer.fixture.ts'
import type { AnswerShape } from './signature-answer.ts'

const V1 = testStorage({ scheme: 'oss-v1' })

const shapes: { answer: AnswerShape; members: readonly string[] }[] = [
  { answer: 'v1', members: ['policy', 'ossAccessKeyId', 'signature', 'host', 'dir'] },
  { answer: 'v1-expire', members: ['policy', 'ossAccessKeyId', 'signature', 'host', 'dir', 'expire'] },
  { answer: 'accessid', members: ['accessid', 'host', 'policy', 'signature', 'expire', 'dir'] },
  { answer: 'pascal', members: ['Accessid', 'Policy', 'Signature', 'Dir', 'Host', 'Expire'] },
]

test.each(shapes)('the answer $answer has its members, in order', async ({ answer, members }) => {
  const response = await get(testIssuer({ storage: V1, routes: { default: { answer } } }), SIGNATURE_PATH)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(Object.keys(await response.json())).toEqual(members)
})

test('the answer v4 names the version twice, and has a token even where there is none', async () => {
  const answer = await (await get(testIssuer(), SIGNATURE_PATH)).json()
  expect(answer).toEqual({
    policy: expect.any(String),
    x_oss_signature_version: 'OSS4-HMAC-SHA256',
    version: 'OSS4-HMAC-SHA256',
    x_oss_credential: 'test-key/20261124/cn-hangzhou/oss/aliyun_v4_request',
    x_oss_date: '20261124T233005Z',
    signature: expect.stringMatching(/^[0-9a-f]{64}$/),
    security_token: '',
    host: 'https://photos.oss-cn-hangzhou.aliyuncs.com',
    dir: expect.stringMatching(/^uploads\/2026\/11\/24\/[0-9a-f-]{36}\/$/),
  })
})

test('temporary credentials put their token into the V4 answer, and the policy pins it', async () => {
  const storage = testStorage({ credential: { ...CREDENTIAL, securityToken: 'STS-token' } })
  const answer = await (await get(testIssuer({ storage }), SIGNATURE_PATH)).json()
  expect(answer.security_token).toBe('STS-token')
  expect(conditionsOf(answer.policy)).toContainEqual({ 'x-oss-security-token': 'STS-token' })
})

test('an answer expires as a number of seconds, as text, and in a header', async () => {
  const until = Date.parse('2026-11-24T23:40:05Z') / 1000
  const issuer = (answer: AnswerShape) => testIssuer({ storage: V1, routes: { default: { answer } } })
  const expiring = await get(issuer('v1-expire'), SIGNATURE_PATH)
  expect(expiring.headers.get('expire')).toBe('2026-11-24T23:40:05Z')
  expect((await expiring.json()).expire).toBe(until)
  expect((await (await get(issuer('accessid'), SIGNATURE_PATH)).json()).expire).toBe(until)
  expect((await (await get(issuer('pascal'), SIGNATURE_PATH)).json()).Expire).toBe(String(until))
})

test('the front end writes the key, so the policy pins a folder that no other answer has', async () => {
  const issuer = testIssuer({ storage: V1, routes: { default: { prefix: 'a/', types: ['image/png'] } } })
  const first = await (await get(issuer, SIGNATURE_PATH)).json()
  const second = await (await get(issuer, SIGNATURE_PATH)).json()
  expect(first.dir).not.toBe(second.dir)
  expect(conditionsOf(first.policy)).toEqual([
    { bucket: 'photos' },
    ['starts-with', '$key', first.dir],
    ['content-length-range', 1, 104_857_600],
    ['eq', '$success_action_status', '200'],
    ['in', '$content-type', ['image/png']],
  ])
})

test('what a browser runs is in no list of types unless the route names it', async () => {
  const listOf = async (types?: readonly string[]) => {
    const route = types === undefined ? {} : { types }
    const { policy } = await (await get(testIssuer({ storage: V1, routes: { default: route } }), SIGNATURE_PATH)).json()
    return conditionsOf(policy).at(-1)
  }
  expect(JSON.stringify(await listOf())).not.toMatch(/html|xml"|svg|javascript/)
  expect(JSON.stringify(await listOf(['image/*']))).not.toMatch(/svg/)
  expect(await listOf(['image/svg+xml', 'image/svg+xml'])).toEqual(['in', '$content-type', ['image/svg+xml']])
})

test('the fields of a route are not asked of front ends that cannot send them', async () => {
  const issuer = testIssuer({ storage: V1, routes: { default: { fields: { 'x-oss-object-acl': 'private' } } } })
  const { policy } = await (await get(issuer, SIGNATURE_PATH)).json()
  expect(JSON.stringify(conditionsOf(policy))).not.toMatch(/object-acl|forbid-overwrite/)
})

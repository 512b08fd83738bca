import { expect, test } from 'vitest'
import { stsSignature, stsStringToSign } from '../sign/sts-request.ts'
import { localServer, READ_CREDENTIAL, type Reply, WIRE_CREDENTIAL } from './local-server.fixture.ts'
import { createStsClient } from './sts-client.ts'

const NOW = new Date('2026-11-24T12:00:00.678Z')
const CALLER = { accessKeyId: 'ak', accessKeySecret: 'caller-secret' }
const REQUEST = { roleArn: 'acs:ram::1234567890123456:role/uploader', sessionName: 'app', durationSeconds: 900 }
const GRANTED: Reply = { body: { RequestId: 'ABC-1', Credentials: WIRE_CREDENTIAL } }

async function setUp(reply: Reply) {
  const { url, received } = await localServer(() => reply)
  return { client: createStsClient(url, () => NOW), received, host: new URL(url).host }
}

async function failure(reply: Reply): Promise<{ told: string; reason: string; facts: unknown }> {
  const { client } = await setUp(reply)
  const error: unknown = await client.assumeRole(REQUEST, CALLER).catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'credential-unavailable', cause: { message: expect.any(String) } })
  const { message, facts, cause } = error as { message: string; facts: unknown; cause: Error }
  return { told: message, reason: cause.message, facts }
}

test('AssumeRole is one signed POST, and its answer a credential with an end', async () => {
  const { client, received } = await setUp(GRANTED)
  expect(await client.assumeRole({ ...REQUEST, policy: '{"Version":"1"}', externalId: 'ext' }, CALLER)).toEqual(
    READ_CREDENTIAL,
  )
  const [{ form, method, path, headers } = { form: new URLSearchParams() }] = received
  expect([method, path, headers?.['content-type']]).toEqual(['POST', '/', 'application/x-www-form-urlencoded'])
  expect(Object.fromEntries(form)).toMatchObject({
    Action: 'AssumeRole',
    Version: '2015-04-01',
    Format: 'JSON',
    Timestamp: '2026-11-24T12:00:00Z',
    RoleArn: REQUEST.roleArn,
    RoleSessionName: 'app',
    DurationSeconds: '900',
    Policy: '{"Version":"1"}',
    ExternalId: 'ext',
    AccessKeyId: 'ak',
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
  })
  expect(form.get('Signature')).toBe(stsSignature('caller-secret', stsStringToSign('POST', form)))
  expect(form.toString()).not.toContain('caller-secret')
})

test('no two calls have the same nonce', async () => {
  const { client, received } = await setUp(GRANTED)
  await client.assumeRole(REQUEST, CALLER)
  await client.assumeRole(REQUEST, CALLER)
  expect(new Set(received.map(({ form }) => form.get('SignatureNonce'))).size).toBe(2)
})

test('a caller that is temporary itself sends its token, signed like the rest', async () => {
  const { client, received } = await setUp(GRANTED)
  await client.assumeRole(REQUEST, { ...CALLER, securityToken: 'own+token/=' })
  const [{ form } = { form: new URLSearchParams() }] = received
  expect(form.get('SecurityToken')).toBe('own+token/=')
  expect(form.get('Signature')).toBe(stsSignature('caller-secret', stsStringToSign('POST', form)))
})

test('AssumeRoleWithOIDC sends the token of the service account, and no signature', async () => {
  const { client, received } = await setUp(GRANTED)
  const proof = { providerArn: 'acs:ram::1:oidc-provider/ack', token: 'a.b.c' }
  expect(await client.assumeRoleWithOidc(REQUEST, proof)).toEqual(READ_CREDENTIAL)
  const [{ form } = { form: new URLSearchParams() }] = received
  expect(Object.fromEntries(form)).toMatchObject({
    Action: 'AssumeRoleWithOIDC',
    OIDCProviderArn: proof.providerArn,
    OIDCToken: 'a.b.c',
  })
  expect([form.get('Signature'), form.get('AccessKeyId')]).toEqual([null, null])
})

test.each([
  ['NoPermission', 'sts:AssumeRole'],
  ['EntityNotExist.Role', 'Check the role ARN'],
  ['InvalidParameter.DurationSeconds', 'at least 900 seconds'],
  ['InvalidAccessKeyId.NotFound', 'does not exist or is disabled'],
  ['InvalidTimeStamp.Expired', 'clock'],
  ['AuthenticationFail.OIDCToken.Expired', 'token was not accepted'],
  ['Throttling.User', 'too often'],
])('a refusal with %s is told with its request id and what to do', async (code, advice) => {
  const body = { Code: code, Message: 'No.', RequestId: 'D4F9-11', HostId: 'sts', Recommend: 'https://…' }
  const { told, reason, facts } = await failure({ status: 403, body })
  expect(told).toContain(`refused with ${code} (request D4F9-11)`)
  expect(reason).toContain(`answered 403 ${code} (request D4F9-11): No. `)
  expect(reason).toContain(advice)
  expect(facts).toEqual({ StsCode: code, StsRequestId: 'D4F9-11' })
})

test('what STS repeats of the request is not shown, and no caller hears its message', async () => {
  const token = 'A1b2'.repeat(20)
  const Message = `server string to sign is:POST&%2F&AccessKeyId%3Dak%26SecurityToken%3D${token}\r\nroot logged in`
  const { told, reason } = await failure({ status: 400, body: { Code: 'SignatureDoesNotMatch', Message } })
  expect(reason).not.toContain('A1b2')
  expect(reason).not.toContain('\n')
  expect(told).not.toContain('string to sign')
})

test.each<[string, Reply, string]>([
  [
    'a redirect',
    { status: 302, headers: { location: 'https://elsewhere.example/' }, body: '' },
    'Redirects are not followed',
  ],
  ['a page', { body: '<html>' }, 'Is it the address of an STS?'],
  ['an error without a code', { status: 500, body: 'oops' }, 'answered 500 without a Code'],
  ['a code that is none', { status: 500, body: { Code: 'a b\nc' } }, 'answered 500 without a Code'],
  ['no credentials', { body: { RequestId: 'x' } }, 'without Credentials'],
  ['half of them', { body: { Credentials: { ...WIRE_CREDENTIAL, SecurityToken: undefined } } }, 'without Credentials'],
  [
    'an end that is no date',
    { body: { Credentials: { ...WIRE_CREDENTIAL, Expiration: 'soon' } } },
    'without Credentials',
  ],
  [
    'a header in a token',
    { body: { Credentials: { ...WIRE_CREDENTIAL, SecurityToken: 'a\r\nb' } } },
    'without Credentials',
  ],
  ['more than it should be', { body: 'x'.repeat(64 * 1024 + 1) }, 'over 65536 bytes'],
])('an answer with %s is no credential', async (_, reply, sentence) => {
  expect((await failure(reply)).reason).toContain(sentence)
})

test('what a redirect points at is not asked', async () => {
  const other = await localServer(() => GRANTED)
  const { client } = await setUp({ status: 307, headers: { location: `${other.url}/` }, body: '' })
  await expect(client.assumeRole(REQUEST, CALLER)).rejects.toThrow('was not understood')
  expect(other.received).toEqual([])
})

test('an STS that nobody runs is told as that', async () => {
  const client = createStsClient('http://127.0.0.1:1')
  await expect(client.assumeRole(REQUEST, CALLER)).rejects.toMatchObject({
    code: 'credential-unavailable',
    cause: { message: expect.stringContaining('127.0.0.1:1 could not be asked') },
  })
})

test('an STS that never answers is given up', async () => {
  const { url } = await localServer(() => undefined)
  await expect(createStsClient(url, () => NOW, 20).assumeRole(REQUEST, CALLER)).rejects.toMatchObject({
    cause: { message: expect.stringContaining('did not answer in time') },
  })
})

test('nothing is signed with an empty secret: anybody could', () => {
  const { assumeRole } = createStsClient('http://127.0.0.1:1')
  expect(() => assumeRole(REQUEST, { ...CALLER, accessKeySecret: '' })).toThrow('The access key secret is empty')
})

test.each(['', 'http://', 'https://user:pass@sts.aliyuncs.com', 'sts.aliyuncs.com?a=b', 'ftp://x y'])(
  'the endpoint %j is no address',
  (endpoint) => {
    expect(() => createStsClient(endpoint)).toThrow(TypeError)
    expect(() => createStsClient(endpoint)).not.toThrow('pass')
  },
)

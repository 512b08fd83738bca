import { describe, expect, test } from 'vitest'
import { fileStore, NOW, testStore } from '../../../test/store-client.ts'
import { allowing, type CallAnswer, type Parameters, postCall, ROLE_ARN, signedCall } from '../../../test/sts-call.ts'
import { MAX_SESSION_POLICY_BYTES, MAX_STS_CALL_BYTES } from '../../base/limits.ts'
import { readElements } from '../../base/xml.ts'

/** What AssumeRole takes, gives and refuses. docs/spec/auth.md section 5 */

const OWNER = { accessKeyId: 'owner', accessKeySecret: 'secret of the owner' }
const store = await fileStore({
  credentials: [OWNER],
  roles: [{ name: 'uploader' }, { name: 'Long.Night-1', maxSessionSeconds: 43_200 }],
})
const call = (changes: Parameters = {}) => postCall(store, signedCall(changes, OWNER))
const codeOf = ({ status, members }: CallAnswer) => `${status} ${status === 200 ? 'OK' : members['Code']}`

test('a role that is taken gives a temporary key, as STS writes it', async () => {
  const { status, headers, members } = await call({ RoleSessionName: 'alice' })
  expect(status).toBe(200)
  expect(headers['content-type']).toBe('application/json;charset=utf-8')
  expect(headers['cache-control']).toBe('no-store')
  expect(members).toEqual({
    RequestId: headers['x-oss-request-id'],
    AssumedRoleUser: {
      Arn: 'acs:ram::1234567890123456:role/uploader/alice',
      AssumedRoleId: expect.stringMatching(/^3\d{16}:alice$/),
    },
    Credentials: {
      AccessKeyId: expect.stringMatching(/^STS\.[0-9A-F]{40}$/),
      AccessKeySecret: expect.stringMatching(/^[\w-]{43}$/),
      SecurityToken: expect.stringMatching(/^[\w-]+$/),
      Expiration: '2026-01-02T04:04:05Z',
    },
  })
})

test('no two keys are the same', async () => {
  const [one, other] = [await call(), await call()].map(({ members }) => members['Credentials'] as object)
  for (const [name, value] of Object.entries(one ?? {}))
    if (name !== 'Expiration') expect(Object.entries(other ?? {})).not.toContainEqual([name, value])
})

test('a refusal is JSON of the documented shape', async () => {
  const { status, headers, members } = await call({ RoleArn: 'acs:ram::1:role/nobody' })
  expect(status).toBe(404)
  expect(members).toEqual({
    RequestId: headers['x-oss-request-id'],
    HostId: '127.0.0.1:9000',
    Code: 'EntityNotExist.Role',
    Message: 'The specified Role not exists. There is no role "nobody" here.',
    Recommend: 'https://api.aliyun.com/troubleshoot?q=EntityNotExist.Role&product=Sts',
  })
})

const MISSING = ['Version', 'AccessKeyId', 'SignatureNonce', 'Timestamp', 'RoleArn', 'RoleSessionName', 'Action']

test.each(MISSING)('a call without %s is refused, and so is one where it is empty', async (name) => {
  expect(codeOf(await call({ [name]: undefined }))).toBe(`400 Missing${name}`)
  expect(codeOf(await call({ [name]: '' }))).toBe(`400 Missing${name}`)
})

test('a call without a signature is refused', async () => {
  const parameters = signedCall({}, OWNER)
  parameters.delete('Signature')
  expect(codeOf(await postCall(store, parameters))).toBe('400 MissingSignature')
})

const policyOf = (bytes: number) => {
  const policy = allowing('oss:PutObject', 'photos/')
  return policy.replace('photos/', `photos/${'a'.repeat(bytes - policy.length)}`)
}
const ACCOUNT = 'acs:ram::1234567890123456'

const RULES: [name: string, value: string | undefined, expected: string][] = [
  ['Action', 'assumerole', '404 InvalidAction.NotFound'],
  ['Action', 'GetCallerIdentity', '404 InvalidAction.NotFound'],
  ['Version', '2015-04-02', '400 InvalidVersion'],
  ['Format', 'json', '200 OK'],
  ['SignatureMethod', undefined, '200 OK'],
  ['SignatureMethod', 'HMAC-SHA256', '400 InvalidSignatureMethod'],
  ['SignatureVersion', undefined, '200 OK'],
  ['SignatureVersion', '2.0', '400 InvalidSignatureVersion'],

  ['Timestamp', '2026-01-02T03:04:05Z', '200 OK'],
  ['Timestamp', '2026-01-02T03:04:05.999Z', '200 OK'],
  ['Timestamp', '2026-01-02T02:49:05Z', '200 OK'],
  ['Timestamp', '2026-01-02T02:49:04.999Z', '400 InvalidTimeStamp.Expired'],
  ['Timestamp', '2026-01-02T03:19:05Z', '200 OK'],
  ['Timestamp', '2026-01-02T03:19:05.001Z', '400 InvalidTimeStamp.Expired'],
  ['Timestamp', '2026-01-02', '400 InvalidTimeStamp.Format'],
  ['Timestamp', '2026-01-02T03:04:05+00:00', '400 InvalidTimeStamp.Format'],
  ['Timestamp', '2026-02-30T03:04:05Z', '400 InvalidTimeStamp.Format'],
  ['Timestamp', 'Fri, 02 Jan 2026 03:04:05 GMT', '400 InvalidTimeStamp.Format'],

  ['RoleArn', `${ACCOUNT}:role/UPLOADER`, '200 OK'],
  ['RoleArn', 'acs:ram::7:role/uploader', '200 OK'],
  ['RoleArn', `${ACCOUNT}:role/long.night-1`, '200 OK'],
  ['RoleArn', 'acs:ram:::role/uploader', '400 InvalidParameter.RoleArn'],
  ['RoleArn', 'acs:ram:cn-hangzhou:1:role/uploader', '400 InvalidParameter.RoleArn'],
  ['RoleArn', `${ACCOUNT}:user/uploader`, '400 InvalidParameter.RoleArn'],
  ['RoleArn', `${ACCOUNT}:role/`, '400 InvalidParameter.RoleArn'],
  ['RoleArn', `${ACCOUNT}:role/${'a'.repeat(64)}`, '404 EntityNotExist.Role'],
  ['RoleArn', `${ACCOUNT}:role/${'a'.repeat(65)}`, '400 InvalidParameter.RoleArn'],
  ['RoleArn', `${ACCOUNT}:role/constructor`, '404 EntityNotExist.Role'],
  ['RoleArn', `${ACCOUNT}:role/*`, '400 InvalidParameter.RoleArn'],
  ['RoleArn', `${ACCOUNT}:role/uploader/app`, '400 InvalidParameter.RoleArn'],
  ['RoleArn', `${ACCOUNT}:role/uploader\n`, '400 InvalidParameter.RoleArn'],

  ['RoleSessionName', 'a', '400 InvalidParameter.RoleSessionName'],
  ['RoleSessionName', 'a.', '200 OK'],
  ['RoleSessionName', 'a@b.c-d_E9'.padEnd(64, 'x'), '200 OK'],
  ['RoleSessionName', 'x'.repeat(65), '400 InvalidParameter.RoleSessionName'],
  ['RoleSessionName', 'a/b', '400 InvalidParameter.RoleSessionName'],
  ['RoleSessionName', 'a:b', '400 InvalidParameter.RoleSessionName'],
  ['RoleSessionName', '张三', '400 InvalidParameter.RoleSessionName'],

  ['DurationSeconds', '899', '400 InvalidParameter.DurationSeconds'],
  ['DurationSeconds', '900', '200 OK'],
  ['DurationSeconds', '3600', '200 OK'],
  ['DurationSeconds', '3601', '400 InvalidParameter.DurationSeconds'],
  ['DurationSeconds', '1e3', '400 InvalidParameter.DurationSeconds'],
  ['DurationSeconds', '900.5', '400 InvalidParameter.DurationSeconds'],
  ['DurationSeconds', '-900', '400 InvalidParameter.DurationSeconds'],
  ['DurationSeconds', ' 900', '400 InvalidParameter.DurationSeconds'],

  ['ExternalId', 'a', '400 InvalidParameter.ExternalId'],
  ['ExternalId', 'a+', '200 OK'],
  ['ExternalId', '=,.@:/-_'.padEnd(1224, 'x'), '200 OK'],
  ['ExternalId', 'x'.repeat(1225), '400 InvalidParameter.ExternalId'],
  ['ExternalId', 'a b', '400 InvalidParameter.ExternalId'],

  ['Policy', allowing('oss:PutObject', 'photos/a/*'), '200 OK'],
  ['Policy', policyOf(MAX_SESSION_POLICY_BYTES), '200 OK'],
  ['Policy', policyOf(MAX_SESSION_POLICY_BYTES + 1), '400 InvalidParameter.PolicySize'],
  ['Policy', '', '400 InvalidParameter.PolicyGrammar'],
  ['Policy', '{}', '400 InvalidParameter.PolicyGrammar'],
  ['Policy', '{"Version":"2","Statement":[]}', '400 InvalidParameter.PolicyGrammar'],
  ['Policy', `${allowing('oss:PutObject', 'photos/*')},`, '400 InvalidParameter.PolicyGrammar'],
  [
    'Policy',
    '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{}}]}',
    '400 InvalidParameter.PolicyGrammar',
  ],

  ['SourceIdentity', 'alice', '400 UnsupportedParameter'],
  ['SerialNumber', 'acs:ram::1:mfa/device', '400 UnsupportedParameter'],
  ['TokenCode', '123456', '400 UnsupportedParameter'],
  ['RegionId', 'cn-hangzhou', '200 OK'],
]

test.each(RULES)('%s=%s → %s', async (name, value, expected) => {
  expect(codeOf(await call({ [name]: value }))).toBe(expected)
})

test.each([
  ['43200', '2026-01-02T15:04:05Z'],
  [undefined, '2026-01-02T04:04:05Z'],
])(
  'a role that allows more gives more, and 3600 seconds where nothing is asked for: %s',
  async (seconds, Expiration) => {
    const { members } = await call({ RoleArn: `${ACCOUNT}:role/Long.Night-1`, DurationSeconds: seconds })
    expect(members['Credentials']).toMatchObject({ Expiration })
  },
)

test('a role lives no longer than it may, whatever others may', async () => {
  const changes = { RoleArn: `${ACCOUNT}:role/Long.Night-1`, DurationSeconds: '43201' }
  expect(codeOf(await call(changes))).toBe('400 InvalidParameter.DurationSeconds')
})

describe('the parameters stand', () => {
  test('in the query of a GET', async () => {
    const target = `/?${signedCall({}, OWNER, 'GET')}`
    expect(codeOf(await postCall(store, new URLSearchParams(), { method: 'GET', target }))).toBe('200 OK')
  })

  test('in the query of a POST without a body', async () => {
    const sent = { target: `/?${signedCall({}, OWNER)}`, body: '', headers: { 'content-type': '' } }
    expect(codeOf(await postCall(store, new URLSearchParams(), sent))).toBe('200 OK')
  })

  test('partly in the query and partly in the body, and are signed together', async () => {
    const all = [...signedCall({}, OWNER)]
    const target = `/?${new URLSearchParams(all.slice(0, 5))}`
    expect(codeOf(await postCall(store, new URLSearchParams(all.slice(5)), { target }))).toBe('200 OK')
  })

  test('each of them once: of two, it would be anybody’s guess which one counts', async () => {
    const all = [...signedCall({}, OWNER)]
    const target = `/?RoleArn=${encodeURIComponent(ROLE_ARN)}`
    expect(codeOf(await postCall(store, new URLSearchParams(all), { target }))).toBe('400 InvalidParameter')
    const twice = new URLSearchParams([...all, ['Policy', '{}'], ['Policy', '{}']])
    expect(codeOf(await postCall(store, twice))).toBe('400 InvalidParameter')
  })

  test('in no JSON', async () => {
    const headers = { 'content-type': 'application/json' }
    const target = '/?Action=AssumeRole&Format=JSON'
    const answer = await postCall(store, new URLSearchParams(), { target, headers, body: '{}' })
    expect(codeOf(answer)).toBe('400 InvalidParameter.ContentType')
  })

  test.each([
    [MAX_STS_CALL_BYTES, '200 OK'],
    [MAX_STS_CALL_BYTES + 1, '400 InvalidParameter'],
  ])('in a body of %d bytes: %s', async (bytes, expected) => {
    const parameters = signedCall({}, OWNER)
    const answer = await postCall(store, parameters, { body: String(parameters).padEnd(bytes, '&') })
    expect(codeOf(answer)).toBe(expected)
  })
})

describe('the answer is XML', () => {
  test.each([{ Format: 'XML' }, { Format: undefined }])('with %j', async (changes) => {
    const { status, headers, text } = await call(changes)
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/xml;charset=utf-8')
    const answer = readElements(text, 'AssumeRoleResponse')
    expect(answer?.get('RequestId')).toBe(headers['x-oss-request-id'])
    expect(answer?.get('Expiration')).toBe('2026-01-02T04:04:05Z')
  })

  test('also where it is a refusal', async () => {
    const { error } = await call({ Format: 'XML', RoleArn: '<&>' })
    expect(error.get('Code')).toBe('InvalidParameter.RoleArn')
    expect(error.get('HostId')).toBe('127.0.0.1:9000')
  })

  test('and in no other format', async () => {
    expect(codeOf(await call({ Format: 'YAML' }))).toBe('400 InvalidParameter.Format')
  })
})

describe('a call is one only where no bucket is named', () => {
  test.each(['/photos', '/photos/key'])('not at %s', async (target) => {
    const { status, text } = await postCall(store, signedCall({}, OWNER), { target })
    expect(status).not.toBe(200)
    expect(text).not.toContain('SecurityToken')
  })

  test("not at a bucket's host", async () => {
    const headers = { host: 'photos.oss-cn-hangzhou.aliyuncs.com' }
    expect((await postCall(store, signedCall({}, OWNER), { headers })).error.get('Code')).toBe(
      'RequestIsNotMultiPartContent',
    )
  })

  test("at STS's own host", async () => {
    const headers = { host: 'sts.aliyuncs.com' }
    expect(codeOf(await postCall(store, signedCall({}, OWNER), { headers }))).toBe('200 OK')
  })

  test('and a multipart form to no bucket is still told that it names none', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    expect((await postCall(store, new URLSearchParams(), { headers })).error.get('Code')).toBe('InvalidBucketName')
  })
})

test('a signature in the headers (ACS3) is refused by name', async () => {
  const headers = { 'x-acs-action': 'AssumeRole', authorization: 'ACS3-HMAC-SHA256 Credential=owner' }
  expect(codeOf(await postCall(store, new URLSearchParams(), { headers }))).toBe('400 InvalidSignatureMethod')
})

test('a store without roles has none to give', async () => {
  const bare = await testStore({ credentials: [OWNER] })
  expect(codeOf(await postCall(bare, signedCall({}, OWNER)))).toBe('404 EntityNotExist.Role')
})

test('a role that is no role is the mistake of whoever opens the store', async () => {
  await expect(testStore({ roles: [{ name: 'a/b' }] })).rejects.toThrow(
    new TypeError('roles[0].name: write 1 to 64 letters, digits, "." and "-".'),
  )
  await expect(testStore({ roles: [{ name: 'a' }, { name: 'A' }] })).rejects.toThrow(
    'roles[1].name: it is that of roles[0] too.',
  )
  const policy = { Version: '1', Statement: [] }
  await expect(testStore({ roles: [{ name: 'a', policy }] })).rejects.toThrow('roles[0].policy.Statement: it needs one')
})

test('a key that expires sooner than the session gives a session that ends with it', async () => {
  const expires = new Date(NOW.getTime() + 60_000)
  const dying = await testStore({ credentials: [{ ...OWNER, expires }], roles: [{ name: 'uploader' }] })
  const { members } = await postCall(dying, signedCall({}, OWNER))
  expect(members['Credentials']).toMatchObject({ Expiration: '2026-01-02T03:05:05Z' })
})

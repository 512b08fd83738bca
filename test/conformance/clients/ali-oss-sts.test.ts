import OSS from 'ali-oss'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openStore, type Store } from '../../../src/store/open-store.ts'

/** ali-oss gets its temporary credential from the store's STS, by its own STS client. */

const OWNER = { accessKeyId: 'owner', accessKeySecret: 'secret of the owner' }
const ROLE_ARN = 'acs:ram::1234567890123456:role/uploader'
const POLICY = {
  Version: '1',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['oss:PutObject', 'oss:AbortMultipartUpload', 'oss:ListParts'],
      Resource: ['acs:oss:*:*:photos/users/7/*'],
    },
  ],
}

let store: Store
let endpoint: string
beforeAll(async () => {
  vi.spyOn(console, 'warn').mockReturnValue() // ali-oss would like to refresh its token
  store = await openStore({ buckets: ['photos'], credentials: [OWNER], roles: [{ name: 'uploader' }] })
  const server = await store.listen()
  endpoint = server.url
})
afterAll(async () => {
  vi.restoreAllMocks()
  await store.close()
})

async function assumeRole(policy?: string | object, seconds?: number) {
  return (await new OSS.STS({ ...OWNER, endpoint }).assumeRole(ROLE_ARN, policy, seconds, 'session-name')).credentials
}

function clientOf(credentials: Awaited<ReturnType<typeof assumeRole>>, authorizationV4: boolean): OSS {
  const { AccessKeyId, AccessKeySecret, SecurityToken } = credentials
  const key = { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, stsToken: SecurityToken }
  const where = { endpoint, region: 'oss-cn-hangzhou', bucket: 'photos', sldEnable: true }
  return new OSS({ ...key, ...where, authorizationV4 })
}

test.each([
  { signature: 'V1', authorizationV4: false },
  { signature: 'V4', authorizationV4: true },
])(
  'with $signature, a session puts where its policy says, whole and in parts, and nowhere else',
  async ({ authorizationV4 }) => {
    const client = clientOf(await assumeRole(POLICY), authorizationV4)
    expect((await client.put('users/7/a.txt', Buffer.from('hello'))).res.status).toBe(200)
    const large = Buffer.alloc(250_000, 'x')
    expect((await client.multipartUpload('users/7/b.bin', large, { partSize: 100 * 1024 })).res.status).toBe(200)
    const denied = { status: 403, code: 'AccessDenied' }
    await expect(client.put('users/8/a.txt', Buffer.from('hello'))).rejects.toMatchObject(denied)
    await expect(client.get('users/7/a.txt')).rejects.toMatchObject(denied)
    await expect(client.delete('users/7/a.txt')).rejects.toMatchObject(denied)
    await expect(client.list({ prefix: 'users/7/' })).rejects.toMatchObject(denied)

    const whole = clientOf(await assumeRole(), authorizationV4)
    expect((await whole.get('users/7/a.txt')).content.toString()).toBe('hello')
    expect((await whole.get('users/7/b.bin')).content.equals(large)).toBe(true)
  },
)

test('a policy may be a text, and has characters of all kinds', async () => {
  const text = JSON.stringify(POLICY).replace('users/7/*', "张三's !(*) ~+/&=%20/*")
  const client = clientOf(await assumeRole(text), true)
  expect((await client.put("张三's !(x) ~+/&=%20/a", Buffer.from('hello'))).res.status).toBe(200)
})

test.each([
  [{ policy: '{"Version":"1","Statement":[{"Effect":"Allow"}]}' }, 'InvalidParameter.PolicyGrammar'],
  [{ seconds: 3601 }, 'InvalidParameter.DurationSeconds'],
])('ali-oss reads the refusal of %j', async ({ policy, seconds }: { policy?: string; seconds?: number }, code) => {
  await expect(assumeRole(policy, seconds)).rejects.toMatchObject({
    status: 400,
    code,
    message: expect.stringContaining(`${code}: The `),
    requestId: expect.stringMatching(/^[0-9A-F]{24}$/),
  })
})

test('a wrong secret is refused as STS refuses it', async () => {
  const sts = new OSS.STS({ ...OWNER, accessKeySecret: 'wrong', endpoint })
  await expect(sts.assumeRole(ROLE_ARN)).rejects.toMatchObject({ status: 400, code: 'SignatureDoesNotMatch' })
})

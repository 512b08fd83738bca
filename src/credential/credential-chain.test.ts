import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { credentialChain } from './credential-chain.ts'
import { localServer, READ_CREDENTIAL, WIRE_CREDENTIAL } from './local-server.fixture.ts'

const PAIR = { OSS_ACCESS_KEY_ID: 'oss-id', OSS_ACCESS_KEY_SECRET: 'oss-secret' }
const ROLE = 'acs:ram::1234567890123456:role/uploader'
const OSS_PROFILE = '[default]\noss_access_key_id = file-id\noss_secret_access_key = file-secret\n'

/** A home folder with these files, until the test ends. */
function home(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'postern-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const sts = () => localServer(() => ({ body: { RequestId: '1', Credentials: WIRE_CREDENTIAL } }))

test('a credential that is given goes before all others', async () => {
  const credential = { accessKeyId: 'given', accessKeySecret: 'secret' }
  const chain = credentialChain({ credential, environment: PAIR, home: home() })
  expect(await chain.source()).toBe(credential)
  expect(chain.from).toBe('the configuration')
})

test('the environment goes before a profile, and is given at once', () => {
  const chain = credentialChain({ environment: PAIR, home: home({ '.oss/credentials': OSS_PROFILE }) })
  expect(chain.source()).toEqual({ accessKeyId: 'oss-id', accessKeySecret: 'oss-secret' })
  expect(chain.source()).toBe(chain.source())
  expect(chain.from).toBe('OSS_ACCESS_KEY_ID')
})

test('half a credential is an error where it stands, not a reason to look further', () => {
  const files = home({ '.oss/credentials': OSS_PROFILE })
  expect(() => credentialChain({ environment: { OSS_ACCESS_KEY_ID: 'a' }, home: files })).toThrow(
    'OSS_ACCESS_KEY_SECRET is missing',
  )
})

test('where there is none, the sentence says what to set', () => {
  expect(() => credentialChain({ environment: {}, home: home() })).toThrow(
    'Set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET in the environment',
  )
})

test.each(['OSS_STS_ROLE_ARN', 'ALIBABA_CLOUD_ROLE_ARN'])(
  '%s is a role to take with whatever was found',
  async (name) => {
    const { url, received } = await sts()
    const environment = { ...PAIR, [name]: ROLE, ALIBABA_CLOUD_ROLE_SESSION_NAME: 'web-1' }
    const chain = credentialChain({ environment, stsEndpoint: url, home: home() })
    expect(await chain.source()).toEqual(READ_CREDENTIAL)
    expect(chain.from).toBe(`OSS_ACCESS_KEY_ID, as the role ${ROLE}`)
    expect(received[0]?.form.get('RoleArn')).toBe(ROLE)
    expect(received[0]?.form.get('RoleSessionName')).toBe('web-1')
    expect(chain.base()).toMatchObject({ accessKeyId: 'oss-id' })
    expect(await chain.source()).toBe(chain.source())
    expect(received).toHaveLength(1)
  },
)

test('a role is taken by a role: each link is renewed on its own', async () => {
  const { url, received } = await sts()
  const files = home({ token: 'a.b.c\n' })
  const chain = credentialChain({
    environment: {
      ALIBABA_CLOUD_ROLE_ARN: ROLE,
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1:oidc-provider/ack',
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: join(files, 'token'),
      OSS_STS_ROLE_ARN: 'acs:ram::1:role/second',
    },
    stsEndpoint: url,
    home: files,
  })
  expect(await chain.source()).toEqual(READ_CREDENTIAL)
  expect(received.map(({ form }) => [form.get('Action'), form.get('RoleArn'), form.get('SecurityToken')])).toEqual([
    ['AssumeRoleWithOIDC', ROLE, null],
    ['AssumeRole', 'acs:ram::1:role/second', 'sts-token'],
  ])
})

test("a service account's token is read anew for each session, and never shown", async () => {
  const { url, received } = await sts()
  const files = home({ token: 'first' })
  let at = Date.parse('2036-11-24T12:00:00Z')
  const faults: string[] = []
  const chain = credentialChain({
    environment: {
      ALIBABA_CLOUD_ROLE_ARN: ROLE,
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1:oidc-provider/ack',
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: join(files, 'token'),
    },
    stsEndpoint: url,
    home: files,
    now: () => new Date(at),
    onFault: (sentence) => faults.push(sentence),
  })
  expect(chain.from).toBe(`the service account's role ${ROLE}`)
  await chain.source()
  at += 3_540_000 // the last minute
  writeFileSync(join(files, 'token'), 'second')
  await chain.source()
  expect(received.map(({ form }) => form.get('OIDCToken'))).toEqual(['first', 'second'])
  at += 50_000
  writeFileSync(join(files, 'token'), 'hidden\nsecret')
  await chain.source()
  expect(faults).toEqual([expect.stringContaining('holds no token')])
  expect(faults.join()).not.toContain('hidden')
})

test('a token file that is not there is an error that names it', async () => {
  const chain = credentialChain({
    environment: {
      ALIBABA_CLOUD_ROLE_ARN: ROLE,
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1:oidc-provider/ack',
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/nowhere/token',
    },
    home: home(),
    onFault: () => {},
  })
  await expect(async () => chain.source()).rejects.toMatchObject({
    code: 'credential-unavailable',
    message: expect.not.stringContaining('/nowhere'),
    cause: { message: expect.stringContaining('/nowhere/token') },
  })
})

test("the metadata of an instance are asked only where the environment names the instance's role", () => {
  const chain = credentialChain({ environment: { ALIBABA_CLOUD_ECS_METADATA: 'uploader' }, home: home() })
  expect(chain.from).toBe('ECS role "uploader"')
})

test.each([
  [{ '.oss/credentials': OSS_PROFILE }, {}, 'file-id'],
  [
    { '.alibabacloud/credentials': '[default]\ntype=access_key\naccess_key_id=cloud\naccess_key_secret=s' },
    {},
    'cloud',
  ],
  [
    {
      '.alibabacloud/credentials':
        '\ufeff; mine\r\n[default]\r\n# no\r\ntype = sts\r\naccess_key_id = STS.1\r\naccess_key_secret = s=s\r\nsecurity_token = t==\r\n',
    },
    {},
    'STS.1',
  ],
  [
    { '.oss/credentials': `${OSS_PROFILE}[ci]\noss_access_key_id=ci-id\noss_secret_access_key=s\n` },
    { ALIBABA_CLOUD_PROFILE: 'ci' },
    'ci-id',
  ],
  [
    {
      '.oss/credentials': '[default]\nenable = false\noss_access_key_id=off\noss_secret_access_key=s',
      '.alibabacloud/credentials': '[default]\ntype=access_key\naccess_key_id=on\naccess_key_secret=s',
    },
    {},
    'on',
  ],
])('a profile of %j with %j is %s', async (files, environment, id) => {
  const chain = credentialChain({ environment, home: home(files) })
  expect((await chain.source()).accessKeyId).toBe(id)
  expect(chain.from).toMatch(/^profile "\w+" of \//)
})

test.each([
  [{}, { ALIBABA_CLOUD_PROFILE: 'ci' }, 'ALIBABA_CLOUD_PROFILE is "ci", and no file of profiles has it'],
  [{}, { OSS_CREDENTIAL_PROFILES_FILE: '/nowhere' }, 'OSS_CREDENTIAL_PROFILES_FILE names /nowhere'],
  [{ '.oss/credentials': '[default]\noss_access_key_id=a' }, {}, 'oss_secret_access_key of the profile "default" in'],
  [{ '.oss/credentials': '[default]\ntype=rsa_key_pair' }, {}, 'has the type "rsa_key_pair"'],
  [{ '.oss/credentials': '[default]\nregion=x' }, {}, 'has the type ""'],
  [{ '.oss/credentials': `[default]\ntype=ram_role_arn\nrole_arn=nonsense` }, {}, 'is no role ARN'],
  [{ '.oss/credentials': 'x'.repeat(64 * 1024 + 1) }, {}, 'is over 65536 bytes'],
  [{ '.oss/credentials/folder': '' }, {}, 'cannot be read'],
])('a profile of %j with %j is an error: %s', (files, environment, sentence) => {
  expect(() => credentialChain({ environment, home: home(files) })).toThrow(sentence)
})

test('a profile can take a role', async () => {
  const { url, received } = await sts()
  const profile = `[default]\ntype=ram_role_arn\naccess_key_id=a\naccess_key_secret=b\nrole_arn=${ROLE}\nrole_session_name=me`
  const chain = credentialChain({
    environment: {},
    stsEndpoint: url,
    home: home({ '.alibabacloud/credentials': profile }),
  })
  expect(await chain.source()).toEqual(READ_CREDENTIAL)
  expect(received[0]?.form.get('RoleSessionName')).toBe('me')
})

test('a key pair that is replaced in its file is taken within a minute, and one that breaks is not', async () => {
  let at = 0
  const faults: string[] = []
  const folder = home({ '.oss/credentials': OSS_PROFILE })
  const options = { environment: {}, home: folder, now: () => new Date(at), onFault: (s: string) => faults.push(s) }
  const { source } = credentialChain(options)
  const first = source()
  expect(first).toMatchObject({ accessKeyId: 'file-id' })
  at += 60_000
  expect(source()).toBe(first)
  writeFileSync(join(folder, '.oss/credentials'), OSS_PROFILE.replaceAll('file-', 'next-'))
  at += 60_000
  expect(source()).toEqual({ accessKeyId: 'next-id', accessKeySecret: 'next-secret' })
  writeFileSync(join(folder, '.oss/credentials'), '[default]\noss_access_key_id=half')
  at += 60_000
  expect(source()).toMatchObject({ accessKeyId: 'next-id' })
  expect(faults).toEqual([expect.stringContaining('the old one is still valid')])
})

import { describe, expect, test } from 'vitest'
import { type SignedCall, sendAs, WAYS } from '../../../test/sign-as.ts'
import {
  type Answer,
  CREDENTIAL,
  FILENAME,
  fileStore,
  freshKey,
  kept,
  NOW,
  post,
  signed,
  testStore,
} from '../../../test/store-client.ts'
import { ossV1 } from '../../sign/oss-v1.ts'
import type { Credential } from '../../sign/signer.ts'
import type { StoreCredential } from '../keys/own-keys.ts'

const policy = (...Statement: object[]) => ({ Version: '1', Statement })
const allow = (Action: string | string[], ...places: string[]) => ({
  Effect: 'Allow',
  Action,
  Resource: places.map((place) => `acs:oss:*:*:${place}`),
})
const deny = (Action: string | string[], ...places: string[]) => ({ ...allow(Action, ...places), Effect: 'Deny' })
const key = (name: string, ...statements: object[]): StoreCredential => ({
  accessKeyId: name,
  accessKeySecret: `secret of ${name}`,
  policy: policy(...statements),
})

/** May do everything below users/7/, and nothing else. */
const SEVEN = key('seven', allow('oss:*', 'photos/users/7/*'))
const READER = key('reader', allow(['oss:GetObject'], 'photos/*'))
const WRITER = key('writer', allow('oss:PutObject', 'photos/*', 'open/*'))
const NOTHING = key('nothing', allow('oss:GetObject', 'elsewhere/*'))
const ALL_BUT = key(
  'all-but',
  allow('*', '*'),
  deny('oss:DeleteObject', '*'),
  deny('*', 'open/secret/*', 'shown/secret/*'),
)
const NO_ACL = key('no-acl', allow('oss:PutObject', 'photos/*'), deny('oss:PutObjectAcl', '*'))

const store = await fileStore({ credentials: [CREDENTIAL, SEVEN, READER, WRITER, NOTHING, ALL_BUT, NO_ACL] })
const code = ({ error, status }: Answer) => error.get('Code') ?? status
const as = (who: Credential, call: Partial<SignedCall> & { method: string }) =>
  sendAs(store, who, { bucket: 'photos', ...call })

test('a key without a policy may do everything', async () => {
  const name = freshKey()
  for (const method of ['PUT', 'GET', 'HEAD', 'DELETE'])
    expect((await as(CREDENTIAL, { method, key: name })).status).toBeLessThan(300)
})

test.each(WAYS)('$scheme by $by, $style style: what the policy allows is done, all else is refused', async (way) => {
  const name = `users/7/${freshKey()}`
  expect((await as(SEVEN, { ...way, method: 'PUT', key: name, body: 'mine' })).status).toBe(200)
  expect((await as(SEVEN, { ...way, method: 'GET', key: name })).text).toBe('mine')
  expect(code(await as(SEVEN, { ...way, method: 'PUT', key: 'users/8/a' }))).toBe('AccessDenied')
  expect(code(await as(SEVEN, { ...way, method: 'PUT', bucket: 'shown', key: name }))).toBe('AccessDenied')
  expect((await as(SEVEN, { ...way, method: 'DELETE', key: name })).status).toBe(204)
  expect(await kept(store, 'users/8/a')).toBeUndefined()
})

test('the refusal says what was not allowed, on what, and that nothing allows it', async () => {
  const { status, headers, error } = await as(READER, { method: 'PUT', key: 'a' })
  expect(status).toBe(403)
  expect(headers['x-oss-ec']).toBe('0003-00000001')
  expect(Object.fromEntries(error)).toMatchObject({
    Code: 'AccessDenied',
    Message:
      'You have no right to access this object because of bucket acl. The policy of this access key does not allow oss:PutObject on acs:oss:*:*:photos/a.',
    AuthAction: 'oss:PutObject',
    Resource: 'acs:oss:*:*:photos/a',
    NoPermissionType: 'ImplicitDeny',
  })
})

test('the refusal of what a policy denies says so', async () => {
  const { headers, error } = await as(ALL_BUT, { method: 'DELETE', key: 'a' })
  expect(headers['x-oss-ec']).toBe('0003-00000201')
  expect(Object.fromEntries(error)).toMatchObject({
    Code: 'AccessDenied',
    Message:
      'Access denied by bucket policy. The policy of this access key denies oss:DeleteObject on acs:oss:*:*:photos/a.',
    NoPermissionType: 'ExplicitDeny',
  })
})

describe('what anybody may do, a key may do too, unless its policy denies it', () => {
  test('reading what a bucket shows', async () => {
    const name = freshKey()
    await as(CREDENTIAL, { method: 'PUT', bucket: 'shown', key: name, body: 'hello' })
    expect((await as(NOTHING, { method: 'GET', bucket: 'shown', key: name })).text).toBe('hello')
    expect(code(await as(NOTHING, { method: 'PUT', bucket: 'shown', key: name }))).toBe('AccessDenied')
    expect(code(await as(ALL_BUT, { method: 'GET', bucket: 'shown', key: `secret/${name}` }))).toBe('AccessDenied')
  })

  test('writing into an open bucket', async () => {
    const name = freshKey()
    expect((await as(NOTHING, { method: 'PUT', bucket: 'open', key: name })).status).toBe(200)
    expect(code(await as(ALL_BUT, { method: 'PUT', bucket: 'open', key: `secret/${name}` }))).toBe('AccessDenied')
  })

  test('but an ACL is set only by whom a policy lets put the object', async () => {
    const open = { 'x-oss-object-acl': 'public-read' }
    expect(code(await as(NOTHING, { method: 'PUT', bucket: 'open', key: freshKey(), headers: open }))).toBe(
      'AccessDenied',
    )
    expect((await as(WRITER, { method: 'PUT', bucket: 'open', key: freshKey(), headers: open })).status).toBe(200)
  })
})

describe('x-oss-object-acl on a put', () => {
  const headers = { 'x-oss-object-acl': 'public-read' }

  test('needs no more than oss:PutObject, as on OSS', async () => {
    expect((await as(WRITER, { method: 'PUT', key: freshKey(), headers })).status).toBe(200)
  })

  test('is refused by a policy that denies oss:PutObjectAcl', async () => {
    const refused = await as(NO_ACL, { method: 'PUT', key: freshKey(), headers })
    expect(refused.error.get('AuthAction')).toBe('oss:PutObjectAcl')
    expect((await as(NO_ACL, { method: 'PUT', key: freshKey() })).status).toBe(200)
    const form = signed({ key: freshKey(), ...headers }, undefined, ossV1(NO_ACL))
    expect(code(await post(store, form))).toBe('AccessDenied')
  })
})

describe('a form is judged by the policy of the key that signed it', () => {
  const form = (fields: Record<string, string>, who: Credential = SEVEN) =>
    post(store, signed(fields, undefined, ossV1(who)))

  test('a key that the policy covers is kept', async () => {
    const name = `users/7/${freshKey()}`
    expect((await form({ key: name })).status).toBe(204)
    expect((await kept(store, name))?.text).toBe('hello')
  })

  test.each(['users/70', 'users/8/a', 'users/7', 'Users/7/a', 'a/users/7/b', `users/8/${FILENAME}`])(
    'the key %s is refused, though the form keeps its own policy',
    async (name) => {
      const { status, error } = await form({ key: name })
      expect(status).toBe(403)
      expect(error.get('AuthAction')).toBe('oss:PutObject')
      expect(await kept(store, name)).toBeUndefined()
    },
  )

  test('the name of the file is part of the key that is judged', async () => {
    const fields = signed({ key: `users/${FILENAME}` }, undefined, ossV1(SEVEN))
    const named = (filename: string) => post(store, fields, { file: { more: `; filename="${filename}"` } })
    expect(code(await named('8.png'))).toBe('AccessDenied')
  })

  test('a form for one bucket that is posted to another is refused', async () => {
    const fields = signed({ key: 'users/7/a' }, [{ op: 'starts-with', field: 'key', prefix: 'users/' }], ossV1(SEVEN))
    expect(code(await post(store, fields, { bucket: 'shown' }))).toBe('AccessDenied')
  })
})

describe('a key whose time is over', () => {
  const until = (expires: Date, more: Partial<StoreCredential> = {}): StoreCredential => ({
    ...{ accessKeyId: 'STS.x', accessKeySecret: 'secret', expires },
    ...more,
  })
  const answer = async (credential: StoreCredential, way: Partial<SignedCall> = {}) =>
    sendAs(await testStore({ credentials: [CREDENTIAL, credential] }), credential, {
      method: 'PUT',
      bucket: 'photos',
      key: 'a',
      ...way,
    })

  test.each(WAYS)('$scheme by $by, $style style: is good until the instant itself', async (way) => {
    const token = { securityToken: 'token' }
    expect((await answer(until(new Date(NOW.getTime() + 1), token), way)).status).toBe(200)
    const { headers, error } = await answer(until(NOW, token), way)
    expect(error.get('Code')).toBe('SecurityTokenExpired')
    expect(error.get('Message')).toMatch(/^The security token you provided has expired\. It was good until 2026-01-02/)
    expect(headers['x-oss-ec']).toBe('0002-00000007')
  })

  test('is refused as disabled where it is no temporary one', async () => {
    const { error } = await answer(until(NOW))
    expect(error.get('Code')).toBe('InvalidAccessKeyId')
    expect(error.get('Message')).toMatch(/^The OSS Access Key Id you provided is disabled\./)
  })

  test('is refused in a form too', async () => {
    const credential = until(NOW, { securityToken: 'token' })
    const one = await testStore({ credentials: [CREDENTIAL, credential] })
    expect(code(await post(one, signed({ key: 'a' }, undefined, ossV1(credential))))).toBe('SecurityTokenExpired')
  })
})

describe('a temporary key', () => {
  const ONE = { accessKeyId: 'STS.one', accessKeySecret: 'secret of one', securityToken: 'token of one' }
  const TWO = { accessKeyId: 'STS.two', accessKeySecret: 'secret of two', securityToken: 'token of two' }
  const faults: [string, Credential, string, string][] = [
    [
      'without its token',
      { accessKeyId: 'STS.one', accessKeySecret: 'secret of one' },
      'InvalidAccessKeyId',
      '0002-00000002',
    ],
    [
      "with another key's token",
      { ...ONE, securityToken: 'token of two' },
      'AccessKeyIdAndSecurityTokenNotMatch',
      '0002-00000004',
    ],
    ['with a token of nobody', { ...ONE, securityToken: 'invented' }, 'InvalidSecurityToken', '0002-00000006'],
    [
      'that is none, with a token',
      { ...CREDENTIAL, securityToken: 'token of one' },
      'InvalidAccessKeyId',
      '0002-00000002',
    ],
    ['that nobody knows', { ...ONE, accessKeyId: 'STS.three' }, 'InvalidAccessKeyId', '0002-00000902'],
  ]

  test.each(faults)('%s is refused, in requests and in forms', async (_, credential, expected, ec) => {
    const one = await testStore({ credentials: [CREDENTIAL, ONE, TWO] })
    const answers = [await post(one, signed({ key: 'a' }, undefined, ossV1(credential)))]
    for (const way of WAYS)
      answers.push(await sendAs(one, credential, { ...way, method: 'PUT', bucket: 'photos', key: 'a' }))
    for (const { error, headers } of answers) {
      expect(error.get('Code')).toBe(expected)
      expect(headers['x-oss-ec']).toBe(ec)
    }
  })
})

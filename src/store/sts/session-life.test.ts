import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type SignedCall, sendAs, signedAs, WAYS } from '../../../test/sign-as.ts'
import { type Answer, CREDENTIAL, kept, NOW, post, send, signed, testStore } from '../../../test/store-client.ts'
import { allowing, assume } from '../../../test/sts-call.ts'
import { ossV4 } from '../../sign/oss-v4.ts'
import type { Credential } from '../../sign/signer.ts'
import { changeKeyFile } from '../keys/key-file.ts'
import { parseKeyPolicyText } from '../keys/parse-key-policy.ts'
import type { StoreKey } from '../keys/store-key.ts'
import type { Store } from '../open-store.ts'

/** From when on a temporary key is good, and until when. docs/spec/auth.md section 5 */

const ROLES = [{ name: 'uploader' }]
const PUT = { method: 'PUT', bucket: 'photos', key: 'a', body: 'hello' }
const HOUR = 3_600_000
const result = ({ status, error, headers }: Answer) =>
  `${status} ${error.get('Code') ?? 'OK'} ${headers['x-oss-ec'] ?? ''}`.trim()

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-session-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the token and the id of a temporary key belong together', () => {
  const FAULTS: [string, (key: Credential, other: Credential) => Credential, string][] = [
    ['its own token', (key) => key, '200 OK'],
    [
      'no token',
      ({ accessKeyId, accessKeySecret }) => ({ accessKeyId, accessKeySecret }),
      '403 InvalidAccessKeyId 0002-00000002',
    ],
    [
      'the token of another key',
      (key, { securityToken = '' }) => ({ ...key, securityToken }),
      '403 AccessKeyIdAndSecurityTokenNotMatch 0002-00000004',
    ],
    ['a token that is none', (key) => ({ ...key, securityToken: 'token' }), '403 InvalidSecurityToken 0002-00000006'],
    [
      'a token that was changed',
      (key) => ({ ...key, securityToken: `${key.securityToken}A` }),
      '403 InvalidSecurityToken 0002-00000006',
    ],
    [
      "its own token, and another's secret",
      (key, { accessKeySecret }) => ({ ...key, accessKeySecret }),
      '403 SignatureDoesNotMatch 0002-00000040',
    ],
    [
      "another's secret and no token",
      ({ accessKeyId }, { accessKeySecret }) => ({ accessKeyId, accessKeySecret }),
      '403 SignatureDoesNotMatch 0002-00000040',
    ],
    [
      'an id that was never given',
      (key) => ({ ...key, accessKeyId: `STS.${'0'.repeat(40)}` }),
      '403 InvalidAccessKeyId 0002-00000902',
    ],
    [
      'the id of a long-lived key',
      ({ securityToken = '' }) => ({ ...CREDENTIAL, securityToken }),
      '403 InvalidAccessKeyId 0002-00000002',
    ],
  ]

  test.each(FAULTS)('%s', async (_, spoil, expected) => {
    const store = await testStore({ roles: ROLES })
    const spoilt = spoil(await assume(store), await assume(store))
    for (const way of WAYS)
      expect(result(await sendAs(store, spoilt, { ...PUT, ...way })), JSON.stringify(way)).toBe(expected)
    const form = await post(store, signed({ key: 'a' }, undefined, ossV4(spoilt, store.region)))
    expect(result(form)).toBe(expected.replace('200', '204').replace('00000040', '00000705'))
  })
})

test('a temporary key is good until its last moment, and refused from then on, by whatever it signed', async () => {
  let now = NOW
  const store = await testStore({ roles: ROLES, now: () => now })
  const key = await assume(store, { DurationSeconds: '900' })
  const form = signed({ key: 'a' }, undefined, ossV4(key, store.region))
  const requests = () =>
    WAYS.map((way) => signedAs(key, { ...PUT, ...way, at: way.by === 'url' ? new Date(now.getTime() - 1000) : now }))
  now = new Date(NOW.getTime() + 899_999)
  for (const request of requests()) expect(result(await send(store, request))).toBe('200 OK')
  expect(result(await post(store, form))).toBe('204 OK')
  now = new Date(NOW.getTime() + 900_000)
  for (const request of requests())
    expect(result(await send(store, request))).toBe('403 SecurityTokenExpired 0002-00000007')
  expect(result(await post(store, form))).toBe('403 SecurityTokenExpired 0002-00000007')
})

describe('after a restart of the store', () => {
  const reopened = async (data: string) => testStore({ data, roles: ROLES })

  test('what was given before is good as before', async () => {
    const data = join(folder, 'data')
    const first = await reopened(data)
    const key = await assume(first, { Policy: allowing('oss:PutObject', 'photos/a') })
    await first.close()
    const second = await reopened(data)
    expect(result(await sendAs(second, key, PUT))).toBe('200 OK')
    expect(result(await sendAs(second, key, { ...PUT, key: 'b' }))).toBe('403 AccessDenied 0003-00000001')
  })

  test('nothing of it was kept but one key', async () => {
    const data = join(folder, 'data')
    const store = await reopened(data)
    for (let count = 0; count < 20; count++) await assume(store)
    expect((await readdir(data, { recursive: true })).filter((name) => name.includes('sts'))).toEqual(['sts.key'])
  })

  test('in another folder, it is nothing', async () => {
    const key = await assume(await reopened(join(folder, 'data')))
    const other = await reopened(join(folder, 'other'))
    expect(result(await sendAs(other, key, PUT))).toBe('403 InvalidAccessKeyId 0002-00000902')
    await assume(other)
    expect(result(await sendAs(other, key, PUT))).toBe('403 InvalidAccessKeyId 0002-00000902')
  })
})

describe('a temporary key ends at once', () => {
  const ALICE: StoreKey = { name: 'alice', accessKeyId: 'alice', accessKeySecret: 'secret', policies: [] }
  const onlyReader = parseKeyPolicyText(
    '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"acs:ram::*:role/reader"}]}',
  )
  const CHANGES: [string, readonly StoreKey[]][] = [
    ['when the key that asked for it is revoked', []],
    ['when that key may no longer take the role', [{ ...ALICE, policies: [onlyReader] }]],
    ['when that key has another secret', [{ ...ALICE, accessKeySecret: 'another' }]],
  ]
  const opened = async () => {
    const keys = join(folder, 'keys.json')
    await changeKeyFile(keys, () => [ALICE])
    const store = await testStore({ roles: ROLES, keys })
    const change = async (to: readonly StoreKey[]) => {
      await changeKeyFile(keys, () => to)
      await store.reloadKeys()
    }
    return { store, change, key: await assume(store, {}, ALICE) }
  }

  test.each(CHANGES)('%s', async (_, keys) => {
    const { store, change, key } = await opened()
    const form = signed({ key: 'a' }, undefined, ossV4(key, store.region))
    expect(result(await sendAs(store, key, PUT))).toBe('200 OK')
    await change(keys)
    for (const way of WAYS)
      expect(result(await sendAs(store, key, { ...PUT, ...way }))).toMatch(/^403 InvalidAccessKeyId/)
    expect(result(await post(store, form))).toMatch(/^403 InvalidAccessKeyId/)
    await change([ALICE])
    expect(result(await sendAs(store, key, PUT))).toBe('200 OK') // nothing is written down of what has ended
  })

  test.each(CHANGES)('%s, also while its upload is on the way', async (_, keys) => {
    const { store, change, key } = await opened()
    expect(result(await slowly(store, key, () => change(keys)))).toMatch(/^403 InvalidAccessKeyId/)
    expect(await kept(store, 'a')).toBeUndefined()
  })

  test('with the key that asked for it, where that is given an end', async () => {
    const { store, change, key } = await opened()
    await change([{ ...ALICE, expires: NOW }])
    expect(result(await sendAs(store, key, PUT))).toBe('403 SecurityTokenExpired 0002-00000007')
  })

  test('when its role goes, and does what the role has become', async () => {
    const keys = join(folder, 'roles.json')
    const write = async (...roles: object[]) =>
      await writeFile(keys, JSON.stringify({ keys: [], roles }), { mode: 0o600 })
    await write({ name: 'guest' })
    const store = await testStore({ keys })
    const key = await assume(store, { RoleArn: 'acs:ram::1:role/guest' })
    expect(result(await sendAs(store, key, PUT))).toBe('200 OK')
    await write({ name: 'guest', policy: JSON.parse(allowing('oss:GetObject', 'photos/*')) })
    await store.reloadKeys()
    expect(result(await sendAs(store, key, PUT))).toBe('403 AccessDenied 0003-00000001')
    await write()
    await store.reloadKeys()
    expect(result(await sendAs(store, key, PUT))).toMatch(/^403 InvalidAccessKeyId/)
  })
})

test('an upload whose key expires before its last byte is not kept', async () => {
  let now = NOW
  const store = await testStore({ roles: ROLES, now: () => now })
  const key = await assume(store)
  const expire = async () => {
    now = new Date(NOW.getTime() + HOUR)
  }
  expect(result(await slowly(store, key, expire))).toBe('403 SecurityTokenExpired 0002-00000007')
  now = NOW
  expect(await kept(store, 'a')).toBeUndefined()
})

test('a token of a megabyte opens nothing', async () => {
  const store = await testStore({ roles: ROLES })
  const { accessKeyId, accessKeySecret } = await assume(store)
  const spoilt = { accessKeyId, accessKeySecret, securityToken: 'A'.repeat(1_000_000) }
  const form = signed({ key: 'a' }, undefined, ossV4(spoilt, store.region))
  expect(result(await post(store, form))).toMatch(/^40[03] /)
  expect(await kept(store, 'a')).toBeUndefined()
})

/** Sends an upload of which something happens before the last byte. */
async function slowly(store: Store, key: Credential, between: () => Promise<void>): Promise<Answer> {
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('he')
    await between()
    yield Buffer.from('llo')
  }
  const { body: _, ...put }: SignedCall & { body: string } = PUT
  const request = signedAs(key, put)
  return await send(store, { ...request, headers: { ...request.headers, 'content-length': '5' }, body: body() })
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sendAs, signedAs, WAYS } from '../../../test/sign-as.ts'
import { CREDENTIAL, kept, NOW, post, send, signed, testStore } from '../../../test/store-client.ts'
import { ossV4 } from '../../sign/oss-v4.ts'
import { changeKeyFile } from '../keys/key-file.ts'
import { uploadOnlyPolicy } from '../keys/ready-policies.ts'
import type { StoreKey } from '../keys/store-key.ts'
import type { Store } from '../open-store.ts'

/** Keys that come and go while the store runs. */

const ALICE: StoreKey = { name: 'alice', accessKeyId: 'id-of-alice', accessKeySecret: 'secret', policies: [] }
const PUT = { method: 'PUT', bucket: 'photos', key: 'a', body: 'hello' }

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-revoked-'))
  path = join(folder, 'keys.json')
})
afterEach(() => rm(folder, { recursive: true }))

async function change(store: Store, keys: readonly StoreKey[]): Promise<void> {
  await changeKeyFile(path, () => keys)
  await store.reloadKeys()
}

test('a key of the file signs from the moment it is known, and the own pair goes on signing', async () => {
  const store = await testStore({ keys: path })
  expect((await sendAs(store, ALICE, PUT)).error.get('Code')).toBe('InvalidAccessKeyId')
  await change(store, [ALICE])
  expect((await sendAs(store, ALICE, PUT)).status).toBe(200)
  expect((await sendAs(store, CREDENTIAL, PUT)).status).toBe(200)
})

describe('a key that is revoked', () => {
  test.each(WAYS)('is refused, also in what it has signed before: $scheme by $by, $style style', async (way) => {
    await changeKeyFile(path, () => [ALICE])
    const store = await testStore({ keys: path })
    const request = signedAs(ALICE, { ...PUT, ...way })
    expect((await send(store, request)).status).toBe(200)
    await change(store, [])
    const { status, error } = await send(store, request)
    expect({ status, code: error.get('Code') }).toEqual({ status: 403, code: 'InvalidAccessKeyId' })
  })

  test('is refused in forms that it has signed before', async () => {
    await changeKeyFile(path, () => [ALICE])
    const store = await testStore({ keys: path })
    const form = signed({ key: 'a' }, undefined, ossV4(ALICE, store.region))
    expect((await post(store, form)).status).toBe(204)
    await change(store, [])
    expect((await post(store, form)).error.get('Code')).toBe('InvalidAccessKeyId')
  })
})

describe('an upload that began while its key was good', () => {
  const reasons: [string, readonly StoreKey[], string][] = [
    ['is revoked', [], 'InvalidAccessKeyId'],
    [
      'may no longer put there',
      [{ ...ALICE, policies: [uploadOnlyPolicy({ bucket: 'photos', prefix: 'b/' })] }],
      'AccessDenied',
    ],
    ['has expired', [{ ...ALICE, expires: NOW }], 'InvalidAccessKeyId'],
  ]

  test.each(reasons)('is not kept where the key %s before its last byte', async (_, keys, code) => {
    await changeKeyFile(path, () => [ALICE])
    const store = await testStore({ keys: path })
    async function* slowly(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('he')
      await change(store, keys)
      yield Buffer.from('llo')
    }
    const { headers } = signedAs(ALICE, PUT)
    const answer = await send(store, {
      ...signedAs(ALICE, PUT),
      headers: { ...headers, 'content-length': '5' },
      body: slowly(),
    })
    expect(answer.error.get('Code')).toBe(code)
    expect(await kept(store, 'a')).toBeUndefined()
  })
})

test('a secret that is replaced in the file makes the old signatures void', async () => {
  await changeKeyFile(path, () => [ALICE])
  const store = await testStore({ keys: path })
  await change(store, [{ ...ALICE, accessKeySecret: 'another' }])
  expect((await sendAs(store, ALICE, PUT)).error.get('Code')).toBe('SignatureDoesNotMatch')
})

test('a store is not opened with a file that is no key file', async () => {
  await changeKeyFile(path, () => [{ ...ALICE, accessKeyId: CREDENTIAL.accessKeyId }])
  await expect(testStore({ keys: path })).rejects.toThrow(
    `${path}: the access key id test-key is that of the store's own`,
  )
})

test('a policy that is no policy, or a key that is there twice, is the mistake of whoever opens the store', async () => {
  const policy = { Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:*' }] }
  await expect(testStore({ credentials: [{ ...CREDENTIAL, policy }] })).rejects.toThrow(
    new TypeError('credentials[0].policy: Statement[0]: "Resource" is missing.'),
  )
  await expect(testStore({ credentials: [CREDENTIAL, CREDENTIAL] })).rejects.toThrow('an access key id is there twice')
})

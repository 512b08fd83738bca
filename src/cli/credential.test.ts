import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { findCredential, needCredential } from './credential.ts'

const OSS = { OSS_ACCESS_KEY_ID: 'oss-id', OSS_ACCESS_KEY_SECRET: 'oss-secret' }
const CLOUD = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'cloud-id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'cloud-secret' }
const SHORT = { ALIBABA_CLOUD_ACCESS_ID: 'short-id', ALIBABA_CLOUD_ACCESS_SECRET: 'short-secret' }

test.each([
  ['OSS_…', { ...SHORT, ...CLOUD, ...OSS }, { accessKeyId: 'oss-id', accessKeySecret: 'oss-secret' }],
  ['ALIBABA_CLOUD_ACCESS_KEY_…', { ...SHORT, ...CLOUD }, { accessKeyId: 'cloud-id', accessKeySecret: 'cloud-secret' }],
  ['ALIBABA_CLOUD_ACCESS_…', SHORT, { accessKeyId: 'short-id', accessKeySecret: 'short-secret' }],
  [
    'OSS_… with its token',
    { ...OSS, OSS_SESSION_TOKEN: 'tok', ALIBABA_CLOUD_SECURITY_TOKEN: 'other' },
    { accessKeyId: 'oss-id', accessKeySecret: 'oss-secret', securityToken: 'tok' },
  ],
  [
    'ALIBABA_CLOUD_ACCESS_… with its token',
    { ...SHORT, ALIBABA_CLOUD_SECURITY_TOKEN: 'tok' },
    { accessKeyId: 'short-id', accessKeySecret: 'short-secret', securityToken: 'tok' },
  ],
])('the environment names %s before the spellings after it', (_, environment, credential) => {
  expect(findCredential({}, environment)).toEqual(credential)
})

test('options go before the environment, whole', () => {
  const options = { accessKeyId: 'id', accessKeySecret: 'secret' }
  expect(findCredential(options, { ...OSS, OSS_SESSION_TOKEN: 'tok' })).toEqual(options)
})

test('an empty variable is an unset one', () => {
  expect(findCredential({}, { OSS_ACCESS_KEY_ID: '', OSS_ACCESS_KEY_SECRET: '', ...SHORT })?.accessKeyId).toBe(
    'short-id',
  )
  expect(findCredential({}, { OSS_ACCESS_KEY_ID: '' })).toBeUndefined()
})

test.each([
  [{}, { OSS_ACCESS_KEY_ID: 'a' }, 'OSS_ACCESS_KEY_SECRET is missing'],
  [{}, { OSS_ACCESS_KEY_SECRET: 'hidden' }, 'OSS_ACCESS_KEY_ID is missing'],
  [{}, { OSS_ACCESS_KEY_ID: 'a', ...CLOUD }, 'OSS_ACCESS_KEY_SECRET is missing'],
  [{}, { ALIBABA_CLOUD_ACCESS_ID: 'a' }, 'ALIBABA_CLOUD_ACCESS_SECRET is missing'],
  [{}, { OSS_SESSION_TOKEN: 'hidden' }, 'OSS_SESSION_TOKEN is set, but OSS_ACCESS_KEY_ID is not'],
  [{ accessKeyId: 'a' }, OSS, '--access-key-secret is missing'],
  [{ accessKeySecret: 'hidden' }, OSS, '--access-key-id is missing'],
  [{ securityToken: 'hidden' }, OSS, '--access-key-id is missing'],
  [{ accessKeyId: 'a', accessKeySecret: '' }, {}, '--access-key-secret is empty'],
  [{}, { OSS_ACCESS_KEY_ID: 'a', OSS_ACCESS_KEY_SECRET: 'hidden\n' }, 'OSS_ACCESS_KEY_SECRET holds white space'],
  [{}, { OSS_ACCESS_KEY_ID: 'a ', OSS_ACCESS_KEY_SECRET: 'hidden' }, 'OSS_ACCESS_KEY_ID holds white space'],
])('a half or broken credential names its variable and shows no value: %j %j', (options, environment, sentence) => {
  expect(() => findCredential(options, environment)).toThrow(sentence)
  expect(() => findCredential(options, environment)).not.toThrow('hidden')
})

test('a secret may be in a file, which a variable with _FILE at its end names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'postern-credential-'))
  const file = join(folder, 'secret')
  writeFileSync(file, 'oss-secret\n')
  const environment = { OSS_ACCESS_KEY_ID: 'oss-id', OSS_ACCESS_KEY_SECRET_FILE: file }
  expect(findCredential({}, environment)).toEqual({ accessKeyId: 'oss-id', accessKeySecret: 'oss-secret' })
  expect(() => findCredential({}, { ...environment, ...OSS })).toThrow('are both set. Keep one.')
  rmSync(file)
  expect(() => findCredential({}, environment)).toThrow(`The file ${file} cannot be read (ENOENT).`)
  rmSync(folder, { recursive: true })
})

test('where a credential is needed and missing, the sentence says what to set', () => {
  vi.stubEnv('HOME', '/nowhere') // nor is there a profile
  onTestFinished(() => void vi.unstubAllEnvs())
  expect(() => needCredential({}, {})).toThrow('Set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET')
})

import { expect, test } from 'vitest'
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

test('where a credential is needed and missing, the sentence says what to set', () => {
  expect(() => needCredential({}, {})).toThrow('Set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET')
})

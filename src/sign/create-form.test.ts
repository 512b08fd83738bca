import { expect, test } from 'vitest'
import { eq } from '../policy/build-policy.ts'
import { evaluatePolicy } from '../policy/evaluate-policy.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import { createForm } from './create-form.ts'
import { find, GRANT, KEY_PAIR, NOW, received, signers, TEMPORARY } from './forms.fixture.ts'
import { ossV1 } from './oss-v1.ts'
import { ossV4 } from './oss-v4.ts'
import { s3V2 } from './s3-v2.ts'
import { s3V4 } from './s3-v4.ts'
import type { Credential, Signer } from './signer.ts'
import { verifyForm } from './verify-form.ts'

const both: Credential[] = [KEY_PAIR, TEMPORARY]
const all = both.flatMap((credential) =>
  signers(credential).map((signer) => ({ id: credential.accessKeyId, scheme: signer.scheme, signer })),
)

function policyOf(fields: Readonly<Record<string, string>>): unknown {
  return JSON.parse(Buffer.from(fields['policy'] ?? '', 'base64').toString())
}

test('an oss-v4 form carries its key, the other fields, the scope, and the signature, in this order', () => {
  const grant = { ...GRANT, fields: { success_action_status: '200' } }
  expect(Object.entries(createForm(grant, ossV4(TEMPORARY, 'cn-hangzhou'), NOW).fields)).toEqual([
    ['key', 'user/eric/a.png'],
    ['success_action_status', '200'],
    ['x-oss-signature-version', 'OSS4-HMAC-SHA256'],
    ['x-oss-credential', 'STS.ak/20231203/cn-hangzhou/oss/aliyun_v4_request'],
    ['x-oss-date', '20231203T121212Z'],
    ['x-oss-security-token', 'token+/='],
    ['policy', expect.any(String)],
    ['x-oss-signature', expect.stringMatching(/^[0-9a-f]{64}$/)],
  ])
})

test('the policy pins the bucket and every field that the form carries', () => {
  const grant = { ...GRANT, minSize: 1, fields: { 'x-oss-forbid-overwrite': 'true' } }
  const { fields } = createForm(grant, ossV4(TEMPORARY, 'cn-hangzhou'), NOW)
  expect(policyOf(fields)).toEqual({
    expiration: '2023-12-03T12:22:12.000Z',
    conditions: [
      { bucket: 'examplebucket' },
      { key: 'user/eric/a.png' },
      { 'x-oss-forbid-overwrite': 'true' },
      { 'x-oss-signature-version': 'OSS4-HMAC-SHA256' },
      { 'x-oss-credential': 'STS.ak/20231203/cn-hangzhou/oss/aliyun_v4_request' },
      { 'x-oss-date': '20231203T121212Z' },
      { 'x-oss-security-token': 'token+/=' },
      ['content-length-range', 1, 1024],
    ],
  })
})

test.each<[string, Signer, string[]]>([
  ['oss-v1', ossV1(TEMPORARY), ['key', 'x-oss-security-token', 'OSSAccessKeyId', 'policy', 'Signature']],
  ['s3-v2', s3V2(TEMPORARY), ['key', 'AWSAccessKeyId', 'x-amz-security-token', 'policy', 'signature']],
  [
    's3-v4',
    s3V4(TEMPORARY, 'us-east-1'),
    ['key', 'x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-security-token', 'policy', 'x-amz-signature'],
  ],
])('an %s form carries the fields that its scheme names', (_, signer, names) => {
  expect(Object.keys(createForm(GRANT, signer, NOW).fields)).toEqual(names)
})

test.each(all)('a form of $scheme for $id is verified, and its policy accepts it', ({ signer, id }) => {
  const fields = received(createForm({ ...GRANT, fields: { success_action_status: '201' } }, signer, NOW).fields)
  const form = verifyForm(fields, find, NOW)
  if (form.kind === 'anonymous') throw new Error('The form is signed.')
  expect(form).toMatchObject({ scheme: signer.scheme, accessKeyId: id })
  const submission = { fields, bucket: 'examplebucket', contentType: undefined, now: NOW, size: 1024 }
  expect(evaluatePolicy(parsePolicy(form.policy, form.dialect), submission, form.dialect)).toEqual([])
})

test.each(all)('no field of a $scheme form can be changed or left out', ({ signer }) => {
  const form = createForm({ ...GRANT, fields: { success_action_status: '201' } }, signer, NOW)
  for (const name of Object.keys(form.fields)) {
    for (const fields of [{ ...form.fields, [name]: 'another' }, without(form.fields, name)]) {
      expect(() => {
        const verified = verifyForm(received(fields), find, NOW)
        if (verified.kind === 'anonymous') throw new Error('It would be an anonymous form.')
        const { policy, dialect } = verified
        const submission = { fields: received(fields), bucket: 'examplebucket', contentType: undefined, now: NOW }
        const failures = evaluatePolicy(parsePolicy(policy, dialect), submission, dialect)
        if (failures.length > 0) throw new Error('The policy refuses it.')
      }, `${name} changed`).toThrow()
    }
  }
})

test('where the front end writes the key, the policy pins how it begins', () => {
  const { key: _, ...grant } = GRANT
  const form = createForm({ ...grant, keyPrefix: 'user/eric/' }, ossV1(KEY_PAIR), NOW)
  expect(form).not.toHaveProperty('key')
  expect(form.fields).not.toHaveProperty('key')
  expect(policyOf(form.fields)).toMatchObject({
    conditions: [{ bucket: 'examplebucket' }, ['starts-with', '$key', 'user/eric/'], ['content-length-range', 0, 1024]],
  })
})

test("the grant's own conditions come last", () => {
  const form = createForm({ ...GRANT, conditions: [eq('content-type', 'image/png')] }, ossV1(KEY_PAIR), NOW)
  expect(policyOf(form.fields)).toMatchObject({
    conditions: [{}, {}, ['content-length-range', 0, 1024], ['eq', '$content-type', 'image/png']],
  })
})

test('a form says where it goes, until when it is good, and how large the file may be', () => {
  expect(createForm(GRANT, ossV1(KEY_PAIR), NOW)).toMatchObject({
    method: 'POST',
    url: 'https://examplebucket.oss-cn-hangzhou.aliyuncs.com/',
    key: 'user/eric/a.png',
    expiresAt: '2023-12-03T12:22:12.000Z',
    maxSize: 1024,
  })
})

test('a minimum alone reaches up to what one upload can hold', () => {
  const { maxSize: _, ...grant } = GRANT
  const form = createForm({ ...grant, minSize: 1 }, ossV1(KEY_PAIR), NOW)
  expect(form).not.toHaveProperty('maxSize')
  expect(policyOf(form.fields)).toMatchObject({ conditions: [{}, {}, ['content-length-range', 1, 5 * 1024 ** 3]] })
})

test('a signer follows the clock it is given, across a change of day and back', () => {
  const signer = ossV4(KEY_PAIR, 'cn-hangzhou')
  const instants = ['2023-12-03T23:59:59.999Z', '2023-12-04T00:00:00.000Z', '2023-12-03T23:59:59.000Z']
  for (const instant of instants.map((text) => new Date(text))) {
    const { fields } = createForm(GRANT, signer, instant)
    expect(fields['x-oss-credential']).toContain(instant.toISOString().slice(0, 10).replaceAll('-', ''))
    expect(verifyForm(received(fields), find, instant).kind).toBe('signed')
  }
})

test('a signer does not mind that the caller moves its date on', () => {
  const clock = new Date(NOW)
  const signer = ossV4(KEY_PAIR, 'cn-hangzhou')
  createForm(GRANT, signer, clock)
  clock.setUTCDate(4)
  expect(createForm(GRANT, signer, clock).fields['x-oss-date']).toBe('20231204T121212Z')
})

test.each([
  ['neither key nor keyPrefix', { key: undefined }],
  ['both key and keyPrefix', { keyPrefix: 'user/' }],
  ['no life', { expiresInSeconds: 0 }],
  ['a life that is not a number', { expiresInSeconds: Number.NaN }],
  ['a policy of its own', { fields: { Policy: 'e30=' } }],
  ['a key among the fields', { fields: { Key: 'a' } }],
  ['a bucket among the fields', { fields: { bucket: 'a' } }],
  ['a file among the fields', { fields: { file: 'a' } }],
  ['a signature of its own', { fields: { 'X-OSS-Signature': 'a' } }],
])('a grant with %s is our own mistake', (_, changes) => {
  const { key, ...rest } = { ...GRANT, ...changes }
  const grant = key === undefined ? rest : { ...rest, key }
  expect(() => createForm(grant, ossV4(KEY_PAIR, 'cn-hangzhou'), NOW)).toThrow(TypeError)
})

test('a V4 form lives seven days and not a second more, for the store would refuse it before its end', () => {
  const week = 7 * 24 * 3600
  expect(() => createForm({ ...GRANT, expiresInSeconds: week }, ossV4(KEY_PAIR, 'cn-hangzhou'), NOW)).not.toThrow()
  expect(() => createForm({ ...GRANT, expiresInSeconds: week + 1 }, ossV4(KEY_PAIR, 'cn-hangzhou'), NOW)).toThrow(
    TypeError,
  )
  expect(() => createForm({ ...GRANT, expiresInSeconds: week + 1 }, ossV1(KEY_PAIR), NOW)).not.toThrow()
})

test('a region is written without the "oss-" of its endpoint', () => {
  expect(() => ossV4(KEY_PAIR, 'oss-cn-hangzhou')).toThrow('Write the region as "cn-hangzhou"')
})

test.each(['', 'cn hangzhou', 'cn/hangzhou', 'a'.repeat(65)])('%j is no region', (region) => {
  expect(() => ossV4(KEY_PAIR, region)).toThrow(TypeError)
  expect(() => s3V4(KEY_PAIR, region)).toThrow(TypeError)
})

test('a credential that could never sign is our own mistake', () => {
  expect(() => ossV1({ accessKeyId: '', accessKeySecret: 'sk' })).toThrow('The access key id is empty.')
  expect(() => ossV4({ accessKeyId: 'ak', accessKeySecret: '' }, 'cn-hangzhou')).toThrow(
    'The access key secret is empty.',
  )
})

function without(fields: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => field !== name))
}

import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { evaluatePolicy } from '../policy/evaluate-policy.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import { createForm } from './create-form.ts'
import { find, GRANT, KEY_PAIR, NOW, received, receivedForm, refusal, signers, TEMPORARY } from './forms.fixture.ts'
import { ossV1 } from './oss-v1.ts'
import { ossV4 } from './oss-v4.ts'
import { s3V4 } from './s3-v4.ts'
import { verifyForm } from './verify-form.ts'

const V1 = ossV1(KEY_PAIR)
const V4 = ossV4(KEY_PAIR, 'cn-hangzhou')
const AWS4 = s3V4(KEY_PAIR, 'us-east-1')

/** When, where and with which token a signed form counts. */

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** docs/spec/post-object.md section 5. The form's date is a whole second; it is the store's clock that moves here. */
const CLOCKS = [
  { after: -15 * MINUTE, code: undefined },
  { after: -15 * MINUTE - 1, code: 'date-ahead' },
  { after: 0, code: undefined },
  { after: 7 * DAY, code: undefined },
  { after: 7 * DAY + 1, code: 'signature-too-old' },
]

test.each(CLOCKS)('a V4 form met $after ms after its date → $code', ({ after, code }) => {
  for (const signer of [V4, AWS4]) {
    const error = refusal(receivedForm(signer), new Date(NOW.getTime() + after))
    expect(error?.code).toBe(code)
  }
})

test('a V1 form has no date, and lives as long as its policy', () => {
  expect(refusal(receivedForm(V1), new Date(NOW.getTime() + 30 * DAY))).toBeUndefined()
})

test('a refusal for time says both clocks', () => {
  expect(refusal(receivedForm(V4), new Date('2023-12-10T12:12:13Z'))?.facts).toEqual({
    RequestTime: '2023-12-03T12:12:12.000Z',
    ServerTime: '2023-12-10T12:12:13.000Z',
  })
})

test('the date and the credential name the same day, in UTC, also a second around midnight', () => {
  const before = new Date('2023-12-03T23:59:59Z')
  const after = new Date('2023-12-04T00:00:00Z')
  const fields = received(createForm(GRANT, V4, before).fields)
  expect(refusal(fields, after)).toBeUndefined()
  expect(refusal(new Map([...fields, ['x-oss-date', '20231204T000000Z']]), after)?.code).toBe('credential-date')
})

test("a date that is not the policy's fails as an unmet condition", () => {
  const fields = receivedForm(V4, { 'x-oss-date': '20231203T121213Z' })
  const form = verifyForm(fields, find, NOW)
  if (form.kind === 'anonymous') throw new Error('The form is signed.')
  const submission = { fields, bucket: 'examplebucket', contentType: undefined, now: NOW }
  expect(evaluatePolicy(parsePolicy(form.policy), submission, form.dialect)).toMatchObject([
    { kind: 'unmet', condition: { field: 'x-oss-date' } },
  ])
})

test("a store in a region takes OSS V4 forms for that region only; S3's name any", () => {
  expect(refusal(receivedForm(V4), NOW, 'cn-hangzhou')).toBeUndefined()
  expect(refusal(receivedForm(V4), NOW, 'cn-beijing')?.code).toBe('credential-region')
  expect(refusal(receivedForm(AWS4), NOW, 'cn-hangzhou')).toBeUndefined()
})

test('an endpoint in place of a region is told what to write', () => {
  const credential = 'ak/20231203/oss-cn-hangzhou/oss/aliyun_v4_request'
  for (const region of ['cn-hangzhou', 'oss-cn-hangzhou', undefined]) {
    const error = refusal(receivedForm(V4, { 'x-oss-credential': credential }), NOW, region)
    expect(error?.code).toBe('credential-region')
    expect(error?.detail).toBe('Write the region as "cn-hangzhou": "oss-cn-hangzhou" is the name of its endpoint.')
  }
})

const TOKENS = [
  { who: 'a temporary key', credential: TEMPORARY, token: 'token+/=', code: undefined },
  { who: 'a temporary key', credential: TEMPORARY, token: 'another', code: 'security-token-mismatch' },
  { who: 'a temporary key', credential: TEMPORARY, token: undefined, code: 'security-token-unexpected' },
  { who: 'a temporary key', credential: TEMPORARY, token: '', code: 'security-token-unexpected' },
  { who: 'a long-lived key', credential: KEY_PAIR, token: undefined, code: undefined },
  { who: 'a long-lived key', credential: KEY_PAIR, token: '', code: undefined },
  { who: 'a long-lived key', credential: KEY_PAIR, token: 'token+/=', code: 'security-token-unexpected' },
]

test.each(TOKENS)('$who with the token $token → $code', ({ credential, token, code }) => {
  for (const signer of signers(credential)) {
    const name = signer.scheme.startsWith('oss') ? 'x-oss-security-token' : 'x-amz-security-token'
    expect(refusal(receivedForm(signer, { [name]: token }))?.code).toBe(code)
  }
})

test('who cannot sign learns nothing about tokens', () => {
  const wrong = { signature: 'x', 'x-oss-security-token': 'another' }
  expect(refusal(receivedForm(ossV1(TEMPORARY), wrong))?.code).toBe('signature-mismatch')
})

test('no message says a token or a secret', () => {
  for (const token of ['another', undefined]) {
    const error = refusal(receivedForm(ossV4(TEMPORARY, 'cn-hangzhou'), { 'x-oss-security-token': token }))
    expect(JSON.stringify([error?.message, error?.facts])).not.toMatch(/token\+|another|sts-sk/)
  }
})

test('a key whose secret is empty signs nothing, for anybody could sign with it', () => {
  const careless = () => ({ accessKeyId: 'ak', accessKeySecret: '' })
  const fields = receivedForm(V1, {
    signature: createHmac('sha1', '')
      .update(receivedForm(V1).get('policy') ?? '')
      .digest('base64'),
  })
  expect(() => verifyForm(fields, careless, NOW)).toThrow('The access key secret is empty.')
})

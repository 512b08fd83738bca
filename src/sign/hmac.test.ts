import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { KEY_PAIR } from './forms.fixture.ts'
import { sameText, signingKey } from './hmac.ts'

test('the signing key of a scope is a chain of four HMACs', () => {
  const key = signingKey(KEY_PAIR, 'aliyun_v4', '20231203/cn-hangzhou/oss/aliyun_v4_request')
  // docs/spec/auth.md section 7.6
  expect(Buffer.from(key).toString('hex')).toBe('6964fec96e2929c66d8602cc0a4bd25918c0fa64791aeb55736ffe06397879e0')
})

test('a key stays right however many scopes its credential has been asked for', () => {
  const scopes = Array.from({ length: 100 }, (_, index) => `20231203/region-${index}/oss/aliyun_v4_request`)
  const first = scopes.map((scope) => signingKey(KEY_PAIR, 'aliyun_v4', scope))
  expect(scopes.map((scope) => signingKey(KEY_PAIR, 'aliyun_v4', scope))).toEqual(first)
})

test('a key is kept for the secret it came from, not for the access key id', () => {
  const rotated = { ...KEY_PAIR, accessKeySecret: 'another' }
  const scope = '20231203/cn-hangzhou/oss/aliyun_v4_request'
  expect(signingKey(rotated, 'aliyun_v4', scope)).not.toEqual(signingKey(KEY_PAIR, 'aliyun_v4', scope))
  const day = createHmac('sha256', 'aliyun_v4another').update('20231203').digest()
  expect(signingKey(rotated, 'aliyun_v4', '20231203')).toEqual(day)
})

test.each([
  ['', '', true],
  ['a', 'a', true],
  ['a', 'b', false],
  ['a', 'ab', false],
  ['ab', 'a', false],
  ['é', 'e', false],
  ['中', '中', true],
])('%j and %j are the same text: %j', (one, other, same) => {
  expect(sameText(one, other)).toBe(same)
})

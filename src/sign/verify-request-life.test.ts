import { expect, test } from 'vitest'
import { KEY_PAIR, NOW, TEMPORARY } from './forms.fixture.ts'
import { ADDRESS, byHeader, byUrl, MINUTE, PLACES, refusal, V1, V4, v4Authorization } from './requests.fixture.ts'
import type { Credential } from './signer.ts'

/** When a signed request counts, and with which token. */

// Time

test.each([
  { after: -15 * MINUTE, code: undefined },
  { after: -15 * MINUTE - 1, code: 'request-time-skewed' },
  { after: 15 * MINUTE, code: undefined },
  { after: 15 * MINUTE + 1, code: 'request-time-skewed' },
])('a request signed in its header, met $after ms after its date → $code', ({ after, code }) => {
  const now = new Date(NOW.getTime() + after)
  for (const how of [V1, V4]) expect(refusal(byHeader(how), now)?.code).toBe(code)
})

test('a refusal for the clock says both clocks, and what is allowed', () => {
  expect(refusal(byHeader(V1), new Date('2023-12-03T13:00:00Z'))?.facts).toEqual({
    RequestTime: '2023-12-03T12:12:12.000Z',
    ServerTime: '2023-12-03T13:00:00.000Z',
    MaxAllowedSkewMilliseconds: '900000',
  })
})

test.each([
  { how: V1, after: -30 * 24 * 60 * MINUTE, code: undefined }, // a V1 URL says only when it ends
  { how: V1, after: 10 * MINUTE, code: undefined },
  { how: V1, after: 10 * MINUTE + 1, code: 'request-expired' },
  { how: V4, after: -15 * MINUTE, code: undefined },
  { how: V4, after: -15 * MINUTE - 1, code: 'date-ahead' },
  { how: V4, after: 10 * MINUTE, code: undefined },
  { how: V4, after: 10 * MINUTE + 1, code: 'request-expired' },
])('a $how.scheme URL good for ten minutes, met $after ms after its date → $code', ({ how, after, code }) => {
  expect(refusal(byUrl(how), new Date(NOW.getTime() + after))?.code).toBe(code)
})

test('an expired URL says when it ended', () => {
  expect(refusal(byUrl(V4), new Date('2023-12-03T13:00:00Z'))?.facts).toEqual({
    Expires: '2023-12-03T12:22:12.000Z',
    ServerTime: '2023-12-03T13:00:00.000Z',
  })
})

test.each([
  ['no date', {}, 'request-date-missing'],
  ['an ISO date with hyphens', { date: '2023-12-03T12:12:12Z' }, 'request-date-missing'],
  ['a Date header', { date: 'Sun, 03 Dec 2023 12:12:12 GMT' }, 'request-signature-mismatch'],
  ['a compact x-oss-date', { 'x-oss-date': '20231203T121212Z' }, 'request-signature-mismatch'],
  [
    'a bad x-oss-date before a good Date',
    { 'x-oss-date': 'x', date: 'Sun, 03 Dec 2023 12:12:12 GMT' },
    'request-date-missing',
  ],
])('a request with %s', (_, dates, code) => {
  for (const authorization of ['OSS ak:c2ln', v4Authorization('ak/20231203/cn-hangzhou/oss/aliyun_v4_request')]) {
    expect(refusal({ address: ADDRESS, headers: { authorization, ...dates } })?.code).toBe(code)
  }
})

// Tokens

const TOKENS = [
  { credential: TEMPORARY, name: 'x-oss-security-token', token: undefined, code: 'request-signature-mismatch' },
  { credential: KEY_PAIR, name: 'x-oss-security-token', token: 'token', code: 'request-signature-mismatch' },
  // Unsigned, as the Python SDK of the second generation sends it (docs/spec/auth.md section 1).
  { credential: KEY_PAIR, name: 'security-token', token: 'token', code: 'security-token-unexpected' },
]

test.each(TOKENS)('V1 of $credential.accessKeyId with $name = $token → $code', ({ credential, name, token, code }) => {
  expect(refusal(byHeader(V1, { [name]: token }, credential))?.code).toBe(code)
})

test.each([
  ['token+/=', undefined],
  ['another', 'security-token-mismatch'],
  [undefined, 'security-token-unexpected'],
])('V1 with the unsigned header security-token = %j → %s', (token, code) => {
  const { securityToken: _, ...withoutToken } = TEMPORARY
  expect(refusal(byHeader(V1, { 'security-token': token }, withoutToken))?.code).toBe(code)
})

test.each(PLACES)('%s: a token that is signed, but not of this key, is refused', (_, sign) => {
  const invented: Credential = { ...KEY_PAIR, securityToken: 'invented' }
  expect(refusal(sign(invented))?.code).toBe('security-token-unexpected')
  const swapped: Credential = { ...TEMPORARY, securityToken: 'swapped' }
  expect(refusal(sign(swapped))?.code).toBe('security-token-mismatch')
  const { securityToken: _token, ...forgotten } = TEMPORARY
  expect(refusal(sign(forgotten))?.code).toBe('security-token-unexpected')
})

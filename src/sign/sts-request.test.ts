import { expect, test } from 'vitest'
import { stsSignature, stsStringToSign } from './sts-request.ts'

/** docs/spec/auth.md section 7.6 */
const CALL = {
  Action: 'AssumeRole',
  RoleArn: 'acs:ram::1234567890123456:role/samplerole',
  RoleSessionName: 'app',
  DurationSeconds: '3600',
  Format: 'JSON',
  Version: '2015-04-01',
  AccessKeyId: 'ak',
  SignatureMethod: 'HMAC-SHA1',
  SignatureVersion: '1.0',
  SignatureNonce: 'nonce-1',
  Timestamp: '2023-12-03T12:12:12Z',
}

test('a call to STS is signed over its parameters, sorted by name and encoded twice', () => {
  const text = stsStringToSign('POST', Object.entries(CALL))
  expect(text).toMatch(/^POST&%2F&AccessKeyId%3Dak%26Action%3DAssumeRole%26DurationSeconds%3D3600%26Format%3DJSON%26/)
  expect(text).toContain('RoleArn%3Dacs%253Aram%253A%253A1234567890123456%253Arole%252Fsamplerole')
  expect(stsSignature('sk', text)).toBe('tMyENGzx9W7j5wbgai1+PxEIkRw=')
})

test('a signature does not depend on the order in which parameters were sent, nor on a signature among them', () => {
  const sent: [string, string][] = [...Object.entries(CALL).reverse(), ['Signature', 'anything']]
  expect(stsStringToSign('POST', sent)).toBe(stsStringToSign('POST', Object.entries(CALL)))
})

test('a signature for one method is none for another', () => {
  expect(stsStringToSign('GET', [])).toBe('GET&%2F&')
  expect(stsStringToSign('POST', [])).toBe('POST&%2F&')
})

test.each([
  ["!'()*", '%2521%2527%2528%2529%252A'],
  ['~-._', '~-._'],
  [' ', '%2520'],
  ['+', '%252B'],
  ['/', '%252F'],
  ['中', '%25E4%25B8%25AD'],
  ['', ''],
])('the value %j is signed as %j', (value, encoded) => {
  expect(stsStringToSign('GET', [['a', value]])).toBe(`GET&%2F&a%3D${encoded}`)
})

test('capitals sort before small letters', () => {
  expect(stsStringToSign('GET', Object.entries({ a: '1', B: '2', A: '3' }))).toBe('GET&%2F&A%3D3%26B%3D2%26a%3D1')
})

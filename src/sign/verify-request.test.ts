import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KEY_PAIR, NOW, TEMPORARY } from './forms.fixture.ts'
import type { RequestAddress } from './request-address.ts'
import { ADDRESS, byHeader, byUrl, PLACES, refusal, V1, V4, v4Authorization, verified } from './requests.fixture.ts'
import { presignQuery, signRequest } from './sign-request.ts'

test('a request without a signature is anonymous', () => {
  expect(verified({ address: ADDRESS, headers: {} })).toEqual({ kind: 'anonymous' })
  expect(verified({ address: ADDRESS, headers: { authorization: '' } })).toEqual({ kind: 'anonymous' })
})

test.each(PLACES)('%s: who signed, and where, is found out', (place, sign) => {
  for (const credential of [KEY_PAIR, TEMPORARY]) {
    const [scheme, , , by] = place.split(' ')
    const { accessKeyId, securityToken } = credential
    const signer = { accessKeyId, ...(securityToken && { securityToken }) }
    expect(verified(sign(credential))).toEqual({ kind: 'signed', ...signer, scheme, by })
  }
})

test.each(PLACES)('%s: another method, bucket, key or sub-resource than was signed is refused', (_, sign) => {
  const { address, headers } = sign(KEY_PAIR)
  const query: RequestAddress['query'] = address.query.filter(([name]) => name !== 'acl')
  const { key: _key, ...bucketOnly } = address
  const changed: RequestAddress[] = [
    { ...address, method: 'DELETE' },
    { ...address, bucket: 'other' },
    { ...address, key: 'a b/中.pn' },
    bucketOnly,
    { ...address, query },
    { ...address, query: [...query, ['acl', 'x']] },
    { ...address, query: [...address.query, ['acl', '']] },
    { ...address, query: [...address.query, ['uploads', '']] },
  ]
  for (const address of changed) expect(refusal({ address, headers })?.code).toBe('request-signature-mismatch')
})

test.each(PLACES)('%s: a content type, content MD5 or x-oss-* header that was not signed is refused', (_, sign) => {
  const { address, headers } = sign(KEY_PAIR)
  for (const name of ['content-type', 'content-md5', 'x-oss-object-acl', 'x-oss-meta-a']) {
    expect(refusal({ address, headers: { ...headers, [name]: 'x' } })?.code).toBe('request-signature-mismatch')
  }
  expect(refusal({ address, headers: { ...headers, range: 'bytes=0-1' } })).toBeUndefined()
})

test('a query parameter that is no sub-resource is covered by V4, and free in V1', () => {
  for (const [place, sign] of PLACES) {
    const { address, headers } = sign(KEY_PAIR)
    const added: RequestAddress = { ...address, query: [...address.query, ['prefix', 'a']] }
    const code = place.startsWith('oss-v4') ? 'request-signature-mismatch' : undefined
    expect(refusal({ address: added, headers })?.code).toBe(code)
  }
})

test('the order of the query makes no difference', () => {
  for (const [, sign] of PLACES) {
    const { address, headers } = sign(TEMPORARY)
    expect(refusal({ address: { ...address, query: address.query.toReversed() }, headers })).toBeUndefined()
  }
})

test('a header named as additional is covered; the same header left out or changed is refused', () => {
  const how = { ...V4, additionalHeaders: ['Range'] }
  const { Range, ...sent } = signRequest(ADDRESS, { Range: 'bytes=0-1' }, KEY_PAIR, how, NOW)
  expect(refusal({ address: ADDRESS, headers: { ...sent, range: Range } })).toBeUndefined()
  expect(refusal({ address: ADDRESS, headers: { ...sent, range: 'bytes=0-2' } })?.code).toBe(
    'request-signature-mismatch',
  )
  expect(refusal({ address: ADDRESS, headers: sent })?.detail).toBe(
    '"range" is named as signed, but the request has no such header.',
  )
})

// Signed twice: EC 0002-00000039

test('a request signed in its header and in its URL is refused, though both be right', () => {
  for (const how of [V1, V4]) {
    for (const other of [V1, V4]) {
      const { headers } = byHeader(how)
      const { address } = byUrl(other)
      expect(refusal({ address, headers })?.code).toBe('authentication-repeated')
    }
  }
})

test('a URL signed in both schemes is refused', () => {
  const query = [...byUrl(V1).address.query, ...byUrl(V4).address.query]
  expect(refusal({ address: { ...ADDRESS, query }, headers: {} })?.message).toBe(
    'It is signed in the URL (V1) and in the URL (V4).',
  )
})

test('a URL that carries a parameter of its signature twice is refused', () => {
  for (const how of [V1, V4]) {
    const { address } = byUrl(how, {}, TEMPORARY)
    for (const pair of address.query) {
      if (pair[0] === 'acl') continue
      const query = [...address.query, pair]
      expect(refusal({ address: { ...address, query }, headers: {} })?.code).toBe('authentication-repeated')
    }
  }
})

// The shapes

test.each([
  ['OSS', 'authorization-malformed'],
  ['OSS ', 'authorization-malformed'],
  ['OSS ak', 'authorization-malformed'],
  ['OSS ak:', 'authorization-malformed'],
  ['OSS :c2ln', 'authorization-malformed'],
  ['OSS unknown:c2ln', 'access-key-id-unknown'],
  ['OSS ak:c2ln', 'request-signature-mismatch'],
  ['oss ak:c2ln', 'authorization-malformed'],
  ['OSS2 AccessKeyId:ak,Signature:c2ln', 'authorization-malformed'],
  ['Bearer token', 'authorization-malformed'],
  ['AWS4-HMAC-SHA256 Credential=ak/20231203/us-east-1/s3/aws4_request', 'authorization-malformed'],
  ['OSS4-HMAC-SHA256', 'authorization-malformed'],
  ['OSS4-HMAC-SHA256 Credential=ak', 'authorization-malformed'],
  ['OSS4-HMAC-SHA256 Signature=00', 'authorization-malformed'],
  ['OSS4-HMAC-SHA256 Credential=ak,Signature=', 'authorization-malformed'],
  ['OSS4-HMAC-SHA256 Credential=ak,Signature=00', 'authorization-credential-malformed'],
  ['OSS4-HMAC-SHA256 Credential=ak,Signature=00,Extra=1', 'authorization-malformed'],
  ['OSS4-HMAC-SHA256 Credential=ak,Signature=00,Signature=00', 'authorization-malformed'],
  [v4Authorization('ak/20231203/cn-hangzhou/oss/aliyun_v4_request'), 'request-signature-mismatch'],
  [`${v4Authorization('ak/20231203/cn-hangzhou/oss/aliyun_v4_request')},AdditionalHeaders=`, 'authorization-malformed'],
  [v4Authorization('ak/20231203/cn-hangzhou/oss-cloudbox/aliyun_v4_request'), 'request-signature-mismatch'],
  [v4Authorization('ak/20231203/cn-hangzhou/ecs/aliyun_v4_request'), 'authorization-credential-malformed'],
  [v4Authorization('ak/20231203/cn-hangzhou/oss/aliyun_v3_request'), 'authorization-credential-malformed'],
  [v4Authorization('/20231203/cn-hangzhou/oss/aliyun_v4_request'), 'authorization-credential-malformed'],
  [v4Authorization('ak/20231202/cn-hangzhou/oss/aliyun_v4_request'), 'authorization-date'],
  [v4Authorization('ak/2023/cn-hangzhou/oss/aliyun_v4_request'), 'authorization-date'],
  [v4Authorization('ak/20231203/oss-cn-hangzhou/oss/aliyun_v4_request'), 'credential-region'],
  [v4Authorization('ak/20231203/cn-beijing/oss/aliyun_v4_request'), 'credential-region'],
])('Authorization: %s → %s', (authorization, code) => {
  const headers = { authorization, 'x-oss-date': '20231203T121212Z' }
  expect(refusal({ address: ADDRESS, headers }, NOW, 'cn-hangzhou')?.code).toBe(code)
})

test('a space after each comma of a V4 header is taken, as the Python SDK writes it', () => {
  const { authorization } = byHeader(V4).headers
  expect(refusal(byHeader(V4, { authorization: authorization?.replaceAll(',', ', ') }))).toBeUndefined()
})

test.each([
  ['OSSAccessKeyId', undefined, 'query-authentication-incomplete'],
  ['Signature', undefined, 'query-authentication-incomplete'],
  ['Signature', '', 'query-authentication-incomplete'],
  ['Expires', undefined, 'query-authentication-incomplete'],
  ['Expires', 'soon', 'query-expires-invalid'],
  ['Expires', '-1', 'query-expires-invalid'],
  ['Expires', '1e9', 'query-expires-invalid'],
  ['Expires', '9'.repeat(13), 'query-expires-invalid'],
  ['Expires', '9'.repeat(12), 'request-signature-mismatch'],
  ['OSSAccessKeyId', 'unknown', 'access-key-id-unknown'],
  ['security-token', 'x', 'request-signature-mismatch'],
])('a V1 URL with %s = %j → %s', (name, value, code) => {
  expect(refusal(byUrl(V1, { [name]: value }))?.code).toBe(code)
})

test.each([
  ['x-oss-signature-version', undefined, 'query-authentication-invalid'],
  ['x-oss-signature-version', 'OSS2', 'query-authentication-invalid'],
  ['x-oss-credential', undefined, 'query-authentication-invalid'],
  ['x-oss-credential', 'ak', 'query-authentication-invalid'],
  ['x-oss-credential', 'ak/20231204/cn-hangzhou/oss/aliyun_v4_request', 'authorization-date'],
  ['x-oss-credential', 'ak/20231203/cn-beijing/oss/aliyun_v4_request', 'credential-region'],
  ['x-oss-date', undefined, 'query-authentication-invalid'],
  ['x-oss-date', 'Sun, 03 Dec 2023 12:12:12 GMT', 'query-authentication-invalid'],
  ['x-oss-expires', undefined, 'query-authentication-invalid'],
  ['x-oss-expires', '0', 'query-expires-range'],
  ['x-oss-expires', '1', 'request-signature-mismatch'],
  ['x-oss-expires', '604800', 'request-signature-mismatch'],
  ['x-oss-expires', '604801', 'query-expires-range'],
  ['x-oss-expires', '6e2', 'query-expires-range'],
  ['x-oss-expires', ' 600', 'query-expires-range'],
  ['x-oss-signature', undefined, 'query-authentication-invalid'],
  ['x-oss-signature', '0'.repeat(64), 'request-signature-mismatch'],
  ['x-oss-additional-headers', 'range', 'query-authentication-invalid'],
  ['x-oss-security-token', 'x', 'request-signature-mismatch'],
])('a V4 URL with %s = %j → %s', (name, value, code) => {
  expect(refusal(byUrl(V4, { [name]: value }), NOW, 'cn-hangzhou')?.code).toBe(code)
})

test('a payload hash that nobody checks is refused', () => {
  expect(refusal(byHeader(V4, { 'x-oss-content-sha256': 'e3b0c442' }))?.code).toBe('content-sha256-invalid')
})

// What the answer says

test('a wrong V4 signature is answered with what should have been signed, and with no secret', () => {
  const error = refusal(byUrl(V4, { 'x-oss-signature': '00' }))
  expect(error?.facts).toEqual({
    OSSAccessKeyId: 'ak',
    SignatureProvided: '00',
    StringToSign: expect.stringMatching(
      /^OSS4-HMAC-SHA256\n20231203T121212Z\n20231203\/cn-hangzhou\/oss\/aliyun_v4_request\n[0-9a-f]{64}$/,
    ),
    CanonicalRequest: [
      'GET',
      '/photos/a%20b/%E4%B8%AD.png',
      'acl&x-oss-credential=ak%2F20231203%2Fcn-hangzhou%2Foss%2Faliyun_v4_request&x-oss-date=20231203T121212Z&x-oss-expires=600&x-oss-signature-version=OSS4-HMAC-SHA256',
      '',
      '',
      'UNSIGNED-PAYLOAD',
    ].join('\n'),
  })
})

test('a wrong V1 signature is answered with the string to sign', () => {
  expect(refusal(byHeader(V1, { authorization: 'OSS ak:c2ln' }))?.facts).toEqual({
    OSSAccessKeyId: 'ak',
    SignatureProvided: 'c2ln',
    StringToSign:
      'GET\n\n\nSun, 03 Dec 2023 12:12:12 GMT\nx-oss-date:Sun, 03 Dec 2023 12:12:12 GMT\n/photos/a b/中.png?acl',
  })
})

// Text

test('a header of any text is signed as UTF-8 and received as bytes', () => {
  for (const how of [V1, V4]) {
    for (const text of ['plain', 'é', 'Ã©', '中文', '😀']) {
      const sent = signRequest(ADDRESS, { 'x-oss-meta-a': text }, KEY_PAIR, how, NOW)
      const onTheWire = Buffer.from(text).toString('latin1')
      expect(refusal({ address: ADDRESS, headers: { ...sent, 'x-oss-meta-a': onTheWire } })).toBeUndefined()
    }
  }
})

test('a header sent as Latin-1 and signed as text, as node:http sends it, is verified too', () => {
  const sent = signRequest(ADDRESS, { 'x-oss-meta-a': 'é' }, KEY_PAIR, V1, NOW)
  expect(refusal({ address: ADDRESS, headers: sent })).toBeUndefined()
})

test('the whole service and a bucket alone are addresses too', () => {
  for (const address of [
    { method: 'GET', query: [] },
    { method: 'PUT', bucket: 'photos', query: [] },
  ]) {
    for (const how of [V1, V4]) {
      expect(refusal({ address, headers: signRequest(address, {}, KEY_PAIR, how, NOW) })).toBeUndefined()
    }
  }
})

const texts = fc.string({ unit: 'grapheme', maxLength: 20 })

test('what is signed verifies, whatever the address', () => {
  const pairs = fc
    .array(fc.tuple(texts, texts), { maxLength: 5 })
    .filter((query) => query.every(([name]) => !OURS.has(name)))
  fc.assert(
    fc.property(
      texts,
      pairs,
      texts,
      fc.constantFrom(V1, V4),
      fc.constantFrom(KEY_PAIR, TEMPORARY),
      (key, query, type, how, who) => {
        const address: RequestAddress = { method: 'PUT', bucket: 'photos', key, query }
        const given = { 'content-type': type }
        const { 'content-type': _, ...sent } = signRequest(address, given, who, how, NOW)
        const wire = Buffer.from(type).toString('latin1')
        expect(refusal({ address, headers: { ...sent, 'content-type': wire } })).toBeUndefined()
        const presigned = presignQuery(address, given, who, { ...how, expiresInSeconds: 1 }, NOW)
        expect(
          refusal({ address: { ...address, query: presigned }, headers: { 'content-type': wire } }),
        ).toBeUndefined()
      },
    ),
  )
})

const OURS = new Set(['Expires', 'Signature', 'OSSAccessKeyId', 'security-token'])

test('no header or parameter, of whatever text, makes verifying fail otherwise than with a refusal', () => {
  const names = fc.constantFrom('authorization', 'date', 'x-oss-date', 'x-oss-content-sha256', 'x-oss-security-token')
  const parameters = fc.constantFrom(...byUrl(V1).address.query, ...byUrl(V4).address.query).map(([name]) => name)
  const schemes = fc.constantFrom('', 'OSS ', 'OSS4-HMAC-SHA256 ', 'OSS4-HMAC-SHA256 Credential=')
  const values = fc.tuple(schemes, texts).map(([scheme, text]) => scheme + text)
  fc.assert(
    fc.property(fc.dictionary(names, values), fc.array(fc.tuple(parameters, texts)), (headers, query) => {
      refusal({ address: { ...ADDRESS, query }, headers })
    }),
  )
})

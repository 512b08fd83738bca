import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { canonicalRequest, encode, encodePair } from '../../src/sign/canonical-request.ts'
import { hmacSha1, signingKey } from '../../src/sign/hmac.ts'
import {
  type Credential,
  ossV1,
  ossV4,
  presignQuery,
  type RequestAddress,
  type Scheme,
  type Signer,
  s3V2,
  s3V4,
  signRequest,
  verifyForm,
  verifyRequest,
} from '../../src/sign.ts'
import { encodedPolicy, lowerCase } from './sign.fixture.ts'
import { HEADER_V1, HEADER_V4, URL_V1, URL_V4, V1, V4_ADDRESS, V4_HEADERS } from './sign-vectors.fixture.ts'

/** The published vectors, each at both ends: we make the signature, and we accept it. */

test.each(HEADER_V1)('header V1: %s', (_, base, query, headers, credential, signature) => {
  const now = new Date('2022-12-28T10:27:41Z')
  const address = { ...base, query }
  const sent = signRequest(address, headers, credential, V1, now)
  expect(sent['authorization']).toBe(`OSS ak:${signature}`)
  expect(sent['x-oss-date']).toBe('Wed, 28 Dec 2022 10:27:41 GMT')
  expect(verifyRequest(address, lowerCase(sent), () => credential, now)).toEqual({
    kind: 'signed',
    accessKeyId: 'ak',
    ...(credential.securityToken && { securityToken: 'token' }),
    scheme: 'oss-v1',
    by: 'header',
  })
})

test.each(URL_V1)('URL V1: %s', (_, key, expires, credential, signature) => {
  const now = new Date((expires - 60) * 1000)
  const address: RequestAddress = { method: 'GET', bucket: 'bucket', key, query: [['versionId', 'versionId']] }
  const query = presignQuery(address, {}, credential, { ...V1, expiresInSeconds: 60 }, now)
  expect(new Map(query).get('Signature')).toBe(signature)
  expect(new Map(query).get('Expires')).toBe(String(expires))
  expect(verifyRequest({ ...address, query }, new Map(), () => credential, now)).toMatchObject({
    kind: 'signed',
    scheme: 'oss-v1',
    by: 'url',
  })
})

test.each(HEADER_V4)('header V4: %s', (name, date, credential, how, signature) => {
  const now = new Date(date)
  const sent = signRequest(V4_ADDRESS, V4_HEADERS, credential, how, now)
  expect(sent['authorization']).toContain(`,Signature=${signature}`)
  expect(sent['authorization']?.includes('AdditionalHeaders=abc;zabc,')).toBe(name === 'additional headers')
  expect(verifyRequest(V4_ADDRESS, lowerCase(sent), () => credential, now)).toEqual({
    kind: 'signed',
    accessKeyId: 'ak',
    ...(credential.securityToken && { securityToken: 'token' }),
    scheme: 'oss-v4',
    by: 'header',
  })
})

test('the canonical request of the V4 base vector has the published hash', () => {
  const headers = lowerCase({
    ...V4_HEADERS,
    'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-oss-date': '20231216T162057Z',
  })
  const canonical = canonicalRequest(V4_ADDRESS, headers, [])
  expect(createHash('sha256').update(canonical).digest('hex')).toBe(
    'f4613657f1b108998e8dbd10a1aa5da621dc2c6e02c9ddec0f163664848704c4',
  )
})

test('the signing key of a day and a region is the derived one', () => {
  const credential = { accessKeyId: 'ak', accessKeySecret: 'sk' }
  const key = signingKey(credential, 'aliyun_v4', '20231203/cn-hangzhou/oss/aliyun_v4_request')
  expect(Buffer.from(key).toString('hex')).toBe('6964fec96e2929c66d8602cc0a4bd25918c0fa64791aeb55736ffe06397879e0')
})

test.each(URL_V4)('URL V4: %s', (_, date, expiresInSeconds, credential, how, signature) => {
  const now = new Date(date)
  const headers = { ...V4_HEADERS, 'content-type': 'application/octet-stream' }
  const query = presignQuery(V4_ADDRESS, headers, credential, { ...how, expiresInSeconds }, now)
  expect(new Map(query).get('x-oss-signature')).toBe(signature)
  expect(verifyRequest({ ...V4_ADDRESS, query }, lowerCase(headers), () => credential, now)).toEqual({
    kind: 'signed',
    accessKeyId: 'ak',
    ...(credential.securityToken && { securityToken: 'token' }),
    scheme: 'oss-v4',
    by: 'url',
  })
})

test("STS's own signature is made of the same encoding and the same HMAC", () => {
  const parameters: [string, string][] = [
    ['AccessKeyId', 'ak'],
    ['Action', 'AssumeRole'],
    ['DurationSeconds', '3600'],
    ['Format', 'JSON'],
    ['RoleArn', 'acs:ram::1234567890123456:role/samplerole'],
    ['RoleSessionName', 'app'],
    ['SignatureMethod', 'HMAC-SHA1'],
    ['SignatureNonce', 'nonce-1'],
    ['SignatureVersion', '1.0'],
    ['Timestamp', '2023-12-03T12:12:12Z'],
    ['Version', '2015-04-01'],
  ]
  const stringToSign = `POST&%2F&${encode(parameters.map(encodePair).join('&'))}`
  expect(hmacSha1('sk&', stringToSign)).toBe('tMyENGzx9W7j5wbgai1+PxEIkRw=')
})

// Forms: a policy as it was published, and its signature

interface FormVector {
  readonly source: string
  readonly signer: (credential: Credential) => Signer
  readonly scheme: Scheme
  readonly secret: string
  readonly policy: string
  readonly signature: string
  /** When it was signed, and the scope's fields of then. */
  readonly now: string
}

const FORMS: FormVector[] = [
  {
    source: 'docs/spec/auth.md section 7.5, policy 1',
    signer: ossV1,
    scheme: 'oss-v1',
    secret: 'B'.repeat(30),
    policy:
      'eyJleHBpcmF0aW9uIjoiMjAyMC0wMy0xOVQwMzo0NDowNi40NzZaIiwiY29uZGl0aW9ucyI6W3siYnVja2V0IjoiZ2VuLXBvc3QtcG9saWN5In0sWyJlcSIsIiRrZXkiLCJ1c2VyXC9lcmljXC9cXCR7ZmlsZW5hbWV9Il0sWyJzdGFydHMtd2l0aCIsIiRrZXkiLCJ1c2VyXC9lcmljIl0sWyJzdGFydHMtd2l0aCIsIiR4LW9zcy1tZXRhLXRhZyIsImR1bW15X2V0YWciXSxbImNvbnRlbnQtbGVuZ3RoLXJhbmdlIiwxLDEwMjRdXX0=',
    signature: '9fs2TRS2W2k5hV8mLsvqZBnlC2M=',
    now: '2020-03-19T03:00:00Z',
  },
  {
    source: 'docs/spec/auth.md section 7.5, policy 2',
    signer: ossV1,
    scheme: 'oss-v1',
    secret: 'B'.repeat(30),
    policy:
      'eyJleHBpcmF0aW9uIjoiMjAyMC0wMy0xOVQwMzo0NDowNi40NzZaIiwiY29uZGl0aW9ucyI6W3siYnVja2V0IjoiZ2VuLXBvc3QtcG9saWN5In0sWyJzdGFydHMtd2l0aCIsIiRrZXkiLCJ1c2VyXC9lcmljIl0sWyJzdGFydHMtd2l0aCIsIiR4LW9zcy1tZXRhLXRhZyIsImR1bW15X2V0YWciXSxbImNvbnRlbnQtbGVuZ3RoLXJhbmdlIiwxLDEwMjRdLFsiaW4iLCIkY29udGVudC10eXBlIixbImltYWdlXC9qcGciLCJpbWFnZVwvcG5nIl1dLFsibm90LWluIiwiJGNhY2hlLWNvbnRyb2wiLFsibm8tY2FjaGUiXV1dfQ==',
    signature: '/yrk/7alTmdIh9a3YOkkIcKYlbA=',
    now: '2020-03-19T03:00:00Z',
  },
  {
    source: 'docs/spec/auth.md section 7.6, V1 form',
    signer: ossV1,
    scheme: 'oss-v1',
    secret: 'sk',
    policy:
      'eyJleHBpcmF0aW9uIjoiMjAyMy0xMi0wM1QxMzoxMjoxMi4wMDBaIiwiY29uZGl0aW9ucyI6W1sic3RhcnRzLXdpdGgiLCIka2V5IiwidXNlci9lcmljLyJdLFsiY29udGVudC1sZW5ndGgtcmFuZ2UiLDEsMTAyNF1dfQ==',
    signature: 'zDksgBEmbzzASrPlgCAzhq601gk=',
    now: '2023-12-03T12:12:12Z',
  },
  {
    source: 'docs/spec/auth.md section 7.6, V4 form',
    signer: (credential) => ossV4(credential, 'cn-hangzhou'),
    scheme: 'oss-v4',
    secret: 'sk',
    policy:
      'eyJleHBpcmF0aW9uIjoiMjAyMy0xMi0wM1QxMzoxMjoxMi4wMDBaIiwiY29uZGl0aW9ucyI6W3siYnVja2V0IjoiZXhhbXBsZWJ1Y2tldCJ9LHsieC1vc3Mtc2lnbmF0dXJlLXZlcnNpb24iOiJPU1M0LUhNQUMtU0hBMjU2In0seyJ4LW9zcy1jcmVkZW50aWFsIjoiYWsvMjAyMzEyMDMvY24taGFuZ3pob3Uvb3NzL2FsaXl1bl92NF9yZXF1ZXN0In0seyJ4LW9zcy1kYXRlIjoiMjAyMzEyMDNUMTIxMjEyWiJ9LFsiY29udGVudC1sZW5ndGgtcmFuZ2UiLDEsMTAyNF1dfQ==',
    signature: 'a9d2bb5685784710427e7d5f6a0257be0a3ab2b70396e3d28cda4ab77d9c43cb',
    now: '2023-12-03T12:12:12Z',
  },
  {
    // The page prints policy and signature; the secret is the one AWS's examples used before wJalrXUtn…EXAMPLEKEY.
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/HTTPPOSTExamples.html, file upload',
    signer: s3V2,
    scheme: 's3-v2',
    secret: 'uV3F3YluFJax1cknvbcGwgjvx4QpvB+leU8dUj2o',
    policy:
      'eyAiZXhwaXJhdGlvbiI6ICIyMDA3LTEyLTAxVDEyOjAwOjAwLjAwMFoiLAogICJjb25kaXRpb25zIjogWwogICAgeyJidWNrZXQiOiAiam9obnNtaXRoIn0sCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci9lcmljLyJdLAogICAgeyJhY2wiOiAicHVibGljLXJlYWQifSwKICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL2pvaG5zbWl0aC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwKICAgIFsic3RhcnRzLXdpdGgiLCAiJENvbnRlbnQtVHlwZSIsICJpbWFnZS8iXSwKICAgIHsieC1hbXotbWV0YS11dWlkIjogIjE0MzY1MTIzNjUxMjc0In0sCiAgICBbInN0YXJ0cy13aXRoIiwgIiR4LWFtei1tZXRhLXRhZyIsICIiXQogIF0KfQo=',
    signature: '0RavWzkygo6QX9caELEqKi9kDbU=',
    now: '2007-12-01T11:00:00Z',
  },
  {
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html',
    signer: (credential) => s3V4(credential, 'us-east-1'),
    scheme: 's3-v4',
    secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    policy:
      'eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9',
    signature: '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
    now: '2015-12-29T00:00:00Z',
  },
]

test.each(FORMS)('form, $scheme: $source', ({ signer, scheme, secret, policy, signature, now: text }) => {
  const now = new Date(text)
  const credential: Credential = { accessKeyId: 'ak', accessKeySecret: secret }
  const one = signer(credential)
  const fields = { ...one.scopeFields(now), ...one.sign(encodedPolicy(policy), now) }
  expect(Object.values(fields)).toContain(signature)
  expect(verifyForm(lowerCase(fields), () => credential, now)).toMatchObject({ kind: 'signed', scheme, policy })
})

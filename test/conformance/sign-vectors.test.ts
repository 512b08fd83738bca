import { expect, test } from 'vitest'
import {
  type Credential,
  ossV1,
  ossV4,
  presignQuery,
  type RequestAddress,
  type RequestScheme,
  type Scheme,
  type Signer,
  s3V2,
  s3V4,
  signRequest,
  verifyForm,
  verifyRequest,
} from '../../src/sign.ts'
import { encodedPolicy, lowerCase } from './sign.fixture.ts'

/** The published vectors, each at both ends: we make the signature, and we accept it. */

const AK: Credential = { accessKeyId: 'ak', accessKeySecret: 'sk' }
const STS: Credential = { ...AK, securityToken: 'token' }

type Headers = Readonly<Record<string, string>>
type Query = RequestAddress['query']
const V1: RequestScheme = { scheme: 'oss-v1' }
const V4: RequestScheme = { scheme: 'oss-v4', region: 'cn-hangzhou' }

// docs/spec/auth.md section 7.1

const NELSON: RequestAddress = { method: 'PUT', bucket: 'examplebucket', key: 'nelson', query: [] }
const NELSON_HEADERS: Headers = {
  'Content-MD5': 'eB5eJF1ptWaXm4bijSPyxw==',
  'Content-Type': 'text/html',
  'x-oss-meta-author': 'alice',
  'x-oss-meta-magic': 'abracadabra',
}
const RESOURCE_GROUP: RequestAddress = { method: 'GET', bucket: 'examplebucket', query: [] }
const HEADER_V1: [string, RequestAddress, Query, Headers, Credential, string][] = [
  ['base', NELSON, [], NELSON_HEADERS, AK, 'kSHKmLxlyEAKtZPkJhG9bZb5k7M='],
  ['?acl', NELSON, [['acl', '']], NELSON_HEADERS, AK, '/afkugFbmWDQ967j1vr6zygBLQk='],
  [
    '?acl and an unsigned parameter',
    NELSON,
    [
      ['acl', ''],
      ['non-signed-key', 'value'],
    ],
    NELSON_HEADERS,
    AK,
    '/afkugFbmWDQ967j1vr6zygBLQk=',
  ],
  ['token', NELSON, [], NELSON_HEADERS, STS, 'H3PAlN3Vucn74tPVEqaQC4AnLwQ='],
  ['token and ?acl', NELSON, [['acl', '']], NELSON_HEADERS, STS, 'yeceHMAsgusDPCR979RJcLtd7RI='],
  [
    '?resourceGroup and an unsigned parameter',
    RESOURCE_GROUP,
    [
      ['resourceGroup', ''],
      ['non-resousce', 'null'],
    ],
    {},
    AK,
    'vkQmfuUDyi1uDi3bKt67oemssIs=',
  ],
  [
    '?resourceGroup&acl',
    RESOURCE_GROUP,
    [
      ['resourceGroup', ''],
      ['acl', ''],
    ],
    {},
    AK,
    'x3E5TgOvl/i7PN618s5mEvpJDYk=',
  ],
]

test.each(HEADER_V1)('header V1: %s', (_, base, query, headers, credential, signature) => {
  const now = new Date('2022-12-28T10:27:41Z')
  const address = { ...base, query }
  const sent = signRequest(address, headers, credential, V1, now)
  expect(sent['authorization']).toBe(`OSS ak:${signature}`)
  expect(sent['x-oss-date']).toBe('Wed, 28 Dec 2022 10:27:41 GMT')
  expect(verifyRequest(address, lowerCase(sent), () => credential, now)).toEqual({
    kind: 'signed',
    accessKeyId: 'ak',
    scheme: 'oss-v1',
    by: 'header',
  })
})

// docs/spec/auth.md section 7.2

const URL_V1: [string, string, number, Credential, string][] = [
  ['base', 'key', 1699807420, AK, 'dcLTea+Yh9ApirQ8o8dOPqtvJXQ='],
  ['token', 'key+123', 1699808204, STS, 'jzKYRrM5y6Br0dRFPaTGOsbrDhY='],
]

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

// docs/spec/auth.md sections 7.3 and 7.4

const V4_ADDRESS: RequestAddress = {
  method: 'PUT',
  bucket: 'bucket',
  key: '1234+-/123/1.txt',
  query: [
    ['param1', 'value1'],
    ['+param1', 'value3'],
    ['|param1', 'value4'],
    ['+param2', ''],
    ['|param2', ''],
    ['param2', ''],
  ],
}
const V4_HEADERS: Headers = {
  'x-oss-head1': 'value',
  abc: 'value',
  ZAbc: 'value',
  XYZ: 'value',
  'content-type': 'text/plain',
}
const CLOUD_BOX: RequestScheme = { scheme: 'oss-v4', region: 'cb-123', product: 'oss-cloudbox' }
const ADDITIONAL = ['ZAbc', 'abc', 'x-oss-no-exist', 'x-oss-head1']
const HEADER_V4: [string, string, Credential, RequestScheme, string][] = [
  ['base', '2023-12-16T16:20:57Z', AK, V4, 'e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe'],
  ['token', '2023-12-17T03:47:36Z', STS, V4, 'b94a3f999cf85bcdc00d332fbd3734ba03e48382c36fa4d5af5df817395bd9ea'],
  [
    'additional headers',
    '2023-12-16T17:25:12Z',
    AK,
    { ...V4, additionalHeaders: ADDITIONAL },
    '4a4183c187c07c8947db7620deb0a6b38d9fbdd34187b6dbaccb316fa251212f',
  ],
  [
    'cloud box',
    '2023-12-16T16:20:57Z',
    AK,
    CLOUD_BOX,
    '94ce1f12c17d148ea681030275a94449d3357f5b5b21133996eec80af3e08a43',
  ],
]

test.each(HEADER_V4)('header V4: %s', (name, date, credential, how, signature) => {
  const now = new Date(date)
  const sent = signRequest(V4_ADDRESS, V4_HEADERS, credential, how, now)
  expect(sent['authorization']).toContain(`,Signature=${signature}`)
  expect(sent['authorization']?.includes('AdditionalHeaders=abc;zabc,')).toBe(name === 'additional headers')
  expect(verifyRequest(V4_ADDRESS, lowerCase(sent), () => credential, now)).toEqual({
    kind: 'signed',
    accessKeyId: 'ak',
    scheme: 'oss-v4',
    by: 'header',
  })
})

const URL_V4: [string, string, number, Credential, RequestScheme, string][] = [
  ['base', '2023-12-17T02:54:37Z', 599, AK, V4, 'a39966c61718be0d5b14e668088b3fa07601033f6518ac7b523100014269c0fe'],
  ['token', '2023-12-17T03:56:28Z', 599, STS, V4, '3817ac9d206cd6dfc90f1c09c00be45005602e55898f26f5ddb06d7892e1f8b5'],
  [
    'additional headers',
    '2023-12-17T03:30:09Z',
    599,
    AK,
    { ...V4, additionalHeaders: ADDITIONAL },
    '6bd984bfe531afb6db1f7550983a741b103a8c58e5e14f83ea474c2322dfa2b7',
  ],
  ['long', '2023-12-17T02:54:37Z', 432000, AK, V4, '31029123dc7732d2d2cfd4006ea4fdb6cf86da6478f813e2bf8f87877c7b9fec'],
  [
    'cloud box',
    '2023-12-17T02:54:37Z',
    599,
    AK,
    { ...CLOUD_BOX, additionalHeaders: ADDITIONAL },
    '07284191b9b4978ac3520cd39ee2dea2747eda454089359371ff463a6c7ba20f',
  ],
]

test.each(URL_V4)('URL V4: %s', (_, date, expiresInSeconds, credential, how, signature) => {
  const now = new Date(date)
  const headers = { ...V4_HEADERS, 'content-type': 'application/octet-stream' }
  const query = presignQuery(V4_ADDRESS, headers, credential, { ...how, expiresInSeconds }, now)
  expect(new Map(query).get('x-oss-signature')).toBe(signature)
  expect(verifyRequest({ ...V4_ADDRESS, query }, lowerCase(headers), () => credential, now)).toEqual({
    kind: 'signed',
    accessKeyId: 'ak',
    scheme: 'oss-v4',
    by: 'url',
  })
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

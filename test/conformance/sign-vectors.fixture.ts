import type { Credential, RequestAddress, RequestScheme } from '../../src/sign.ts'

/** The published vectors of signed requests: docs/spec/auth.md section 7. */

const AK: Credential = { accessKeyId: 'ak', accessKeySecret: 'sk' }
const STS: Credential = { ...AK, securityToken: 'token' }

type Headers = Readonly<Record<string, string>>
type Query = RequestAddress['query']
export const V1: RequestScheme = { scheme: 'oss-v1' }
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
export const HEADER_V1: [string, RequestAddress, Query, Headers, Credential, string][] = [
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

// docs/spec/auth.md section 7.2

export const URL_V1: [string, string, number, Credential, string][] = [
  ['base', 'key', 1699807420, AK, 'dcLTea+Yh9ApirQ8o8dOPqtvJXQ='],
  ['token', 'key+123', 1699808204, STS, 'jzKYRrM5y6Br0dRFPaTGOsbrDhY='],
]

// docs/spec/auth.md sections 7.3 and 7.4

export const V4_ADDRESS: RequestAddress = {
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
export const V4_HEADERS: Headers = {
  'x-oss-head1': 'value',
  abc: 'value',
  ZAbc: 'value',
  XYZ: 'value',
  'content-type': 'text/plain',
}
const CLOUD_BOX: RequestScheme = { scheme: 'oss-v4', region: 'cb-123', product: 'oss-cloudbox' }
const ADDITIONAL = ['ZAbc', 'abc', 'x-oss-no-exist', 'x-oss-head1']
export const HEADER_V4: [string, string, Credential, RequestScheme, string][] = [
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

export const URL_V4: [string, string, number, Credential, RequestScheme, string][] = [
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

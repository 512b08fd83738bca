import { expect, test } from 'vitest'
import { KEY_PAIR, NOW, TEMPORARY } from './forms.fixture.ts'
import type { RequestAddress } from './request-address.ts'
import { presignUrl, signRequest } from './sign-request.ts'

const ADDRESS: RequestAddress = {
  method: 'GET',
  bucket: 'photos',
  key: 'a b/+.png',
  query: [['x-oss-process', 'image/a,b']],
}
const V4 = { scheme: 'oss-v4', region: 'cn-hangzhou' } as const

test('the headers given are sent as they are, with ours beside them', () => {
  expect(signRequest(ADDRESS, { Range: 'bytes=0-1' }, TEMPORARY, V4, NOW)).toEqual({
    Range: 'bytes=0-1',
    'x-oss-security-token': 'token+/=',
    'x-oss-date': '20231203T121212Z',
    'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
    authorization: expect.stringMatching(
      /^OSS4-HMAC-SHA256 Credential=STS\.ak\/20231203\/cn-hangzhou\/oss\/aliyun_v4_request,Signature=[0-9a-f]{64}$/,
    ),
  })
})

test.each(['https://photos.example.com', 'https://photos.example.com/'])(
  'a presigned URL begins where keys begin: %s',
  (base) => {
    const url = new URL(presignUrl(base, ADDRESS, {}, KEY_PAIR, { ...V4, expiresInSeconds: 60 }, NOW))
    expect(url.href).toMatch(/^https:\/\/photos\.example\.com\/a%20b\/%2B\.png\?x-oss-process=image%2Fa%2Cb&/)
    expect([...url.searchParams.keys()]).toEqual([
      'x-oss-process',
      'x-oss-signature-version',
      'x-oss-credential',
      'x-oss-date',
      'x-oss-expires',
      'x-oss-signature',
    ])
  },
)

test('a V1 URL ends at a whole second', () => {
  const now = new Date(NOW.getTime() + 999)
  const url = new URL(
    presignUrl('http://localhost', ADDRESS, {}, KEY_PAIR, { scheme: 'oss-v1', expiresInSeconds: 60 }, now),
  )
  expect(url.searchParams.get('Expires')).toBe('1701605592')
})

test.each([
  [{ ...V4, expiresInSeconds: 0 }],
  [{ ...V4, expiresInSeconds: 604_801 }],
  [{ ...V4, expiresInSeconds: Number.NaN }],
  [{ scheme: 'oss-v1', expiresInSeconds: 0 } as const],
  [{ ...V4, region: 'oss-cn-hangzhou', expiresInSeconds: 60 }],
  [{ ...V4, region: '', expiresInSeconds: 60 }],
])('%j is our own mistake', (how) => {
  expect(() => presignUrl('http://localhost', ADDRESS, {}, KEY_PAIR, how, NOW)).toThrow(TypeError)
})

test('seven days is the most that a V4 URL lives', () => {
  expect(() =>
    presignUrl('http://localhost', ADDRESS, {}, KEY_PAIR, { ...V4, expiresInSeconds: 604_800 }, NOW),
  ).not.toThrow()
})

import { expect, test } from 'vitest'
import { presignS3Url, type S3Request, s3RequestUrl, signS3Request } from './s3-request.ts'

/** The examples of the vendor's own pages. */
const EXAMPLE = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  accessKeySecret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const DAY = new Date('2013-05-24T00:00:00Z')
const BASE = 'https://examplebucket.s3.amazonaws.com'
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
const signed: { what: string; request: S3Request; names: string; signature: string }[] = [
  {
    what: 'GET of a range of an object',
    request: {
      method: 'GET',
      url: `${BASE}/test.txt`,
      query: [],
      headers: { Range: 'bytes=0-9', 'x-amz-content-sha256': EMPTY },
    },
    names: 'host;range;x-amz-content-sha256;x-amz-date',
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    what: 'PUT of an object whose name has a "$"',
    request: {
      method: 'PUT',
      url: `${BASE}/test%24file.text`,
      query: [],
      headers: {
        Date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      },
    },
    names: 'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    what: 'GET of a sub-resource without a value',
    request: { method: 'GET', url: `${BASE}/`, query: [['lifecycle', '']], headers: { 'x-amz-content-sha256': EMPTY } },
    names: 'host;x-amz-content-sha256;x-amz-date',
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    what: 'GET of a list',
    request: {
      method: 'GET',
      url: `${BASE}/`,
      query: [
        ['prefix', 'J'],
        ['max-keys', '2'],
      ],
      headers: { 'x-amz-content-sha256': EMPTY },
    },
    names: 'host;x-amz-content-sha256;x-amz-date',
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
]

test.each(signed)('$what is signed as the vendor publishes it', ({ request, names, signature }) => {
  const { authorization } = signS3Request(request, EXAMPLE, 'us-east-1', DAY)
  expect(authorization).toBe(
    `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${names},Signature=${signature}`,
  )
})

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
test('a presigned URL is the one that the vendor publishes', () => {
  const request: S3Request = { method: 'GET', url: `${BASE}/test.txt`, query: [], headers: {} }
  expect(presignS3Url(request, EXAMPLE, 'us-east-1', 86_400, DAY)).toBe(
    `${BASE}/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`,
  )
})

const put: S3Request = { method: 'PUT', url: `${BASE}/a.png`, query: [], headers: { 'Content-Type': 'image/png' } }

test('a temporary credential travels with what it has signed', () => {
  const credential = { ...EXAMPLE, securityToken: 'token+/=' }
  expect(signS3Request(put, credential, 'us-east-1', DAY)).toMatchObject({ 'x-amz-security-token': 'token+/=' })
  expect(presignS3Url(put, credential, 'us-east-1', 60, DAY)).toContain('&X-Amz-Security-Token=token%2B%2F%3D&')
})

test('headers are signed by their names in lower case, in order, and their values without spare spaces', () => {
  const request = { ...put, headers: { 'x-amz-meta-b': ' two   words ', 'Content-Type': 'image/png' } }
  const same = { ...put, headers: { 'content-type': 'image/png', 'X-Amz-Meta-B': 'two words' } }
  const url = presignS3Url(request, EXAMPLE, 'us-east-1', 60, DAY)
  expect(url).toContain('X-Amz-SignedHeaders=content-type%3Bhost%3Bx-amz-meta-b')
  expect(presignS3Url(same, EXAMPLE, 'us-east-1', 60, DAY)).toBe(url)
})

test('a port is part of the host that is signed, unless it is the usual one', () => {
  const at = (host: string) => presignS3Url({ ...put, url: `http://${host}/a` }, EXAMPLE, 'us-east-1', 60, DAY)
  const signatureOf = (url: string) => new URL(url).searchParams.get('X-Amz-Signature')
  expect(signatureOf(at('127.0.0.1:80'))).toBe(signatureOf(at('127.0.0.1')))
  expect(signatureOf(at('127.0.0.1:7480'))).not.toBe(signatureOf(at('127.0.0.1')))
})

test('a key with dots in it is signed as it is, and not as another', () => {
  const sign = (url: string) => signS3Request({ ...put, url }, EXAMPLE, 'us-east-1', DAY)['authorization']
  expect(sign(`${BASE}/a/../b`)).not.toBe(sign(`${BASE}/b`))
})

test.each([0, 604_801, Number.NaN])('no URL lives for %s seconds', (seconds) => {
  expect(() => presignS3Url(put, EXAMPLE, 'us-east-1', seconds, DAY)).toThrow(TypeError)
})

test.each([1, 604_800])('a URL may live for %s seconds', (seconds) => {
  expect(presignS3Url(put, EXAMPLE, 'us-east-1', seconds, DAY)).toContain(`X-Amz-Expires=${seconds}&`)
})

test('a request is sent to the address that was signed, its query in the same order', () => {
  const query: S3Request['query'] = [
    ['uploads', ''],
    ['a b', 'c/d'],
  ]
  expect(s3RequestUrl({ ...put, query })).toBe(`${BASE}/a.png?a%20b=c%2Fd&uploads=`)
  expect(s3RequestUrl(put)).toBe(`${BASE}/a.png`)
})

test('nobody signs without a secret', () => {
  expect(() => signS3Request(put, { ...EXAMPLE, accessKeySecret: '' }, 'us-east-1', DAY)).toThrow('secret is empty')
})

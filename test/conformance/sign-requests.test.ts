import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import {
  type Credential,
  presignQuery,
  presignUrl,
  type RequestAddress,
  signRequest,
  verifyRequest,
} from '../../src/sign.ts'
import { aliOss, CREDENTIALS, lowerCase } from './sign.fixture.ts'

/** Request signatures beside those of ali-oss 6.23, which is not ours: what it signs we verify, and sign the same. */

const NOW = new Date('2023-12-03T12:12:12Z')
const KEYS = ['a.png', '照片/a b+c.png', "it's (1)*!~.txt", 'dir//x', 'percent%2Fsign', 'a&b=c?d#e', '😀']
const CASES = CREDENTIALS.flatMap(([who, credential]) => KEYS.map((key) => ({ who, credential, key })))
const V4 = { scheme: 'oss-v4', region: 'cn-hangzhou' } as const

beforeAll(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] }) // ali-oss asks the clock itself
  vi.spyOn(console, 'warn').mockReturnValue() // ali-oss would like to refresh its token
})
afterAll(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test.each(CASES)('header V1 with $who of $key', ({ credential, key }) => {
  const address: RequestAddress = { method: 'PUT', bucket: 'examplebucket', key, query: [['acl', '']] }
  const sent = signRequest(
    address,
    { 'content-type': 'text/plain', 'x-oss-meta-a': ' b ' },
    credential,
    { scheme: 'oss-v1' },
    NOW,
  )
  const { authorization, ...headers } = sent
  expect(authorization).toBe(aliOss(credential).authorization('PUT', `/examplebucket/${key}`, { acl: '' }, headers))
  expectSigned(address, sent, credential, 'oss-v1', 'header')
})

test.each(CASES)('header V4 with $who of $key', ({ credential, key }) => {
  const address: RequestAddress = {
    method: 'PUT',
    bucket: 'examplebucket',
    key,
    query: [
      ['acl', ''],
      ['b', 'c d/é'],
    ],
  }
  const how = { ...V4, additionalHeaders: ['Host'] }
  const sent = signRequest(address, { host: 'localhost', 'x-oss-meta-a': ' b ' }, credential, how, NOW)
  const { authorization, ...headers } = sent
  const request = { headers, queries: { acl: null, b: 'c d/é' } }
  expect(authorization).toBe(aliOss(credential).authorizationV4('PUT', request, 'examplebucket', key, ['host']))
  expectSigned(address, sent, credential, 'oss-v4', 'header')
})

test.each(CASES)('URL V1 with $who of $key', ({ credential, key }) => {
  const url = aliOss(credential).signatureUrl(key, {
    method: 'GET',
    expires: 600,
    process: 'image/resize,w_100',
    response: { 'content-type': 'text/plain; charset=utf-8' },
  })
  const address = addressOf('GET', key, url)
  expectSigned(address, {}, credential, 'oss-v1', 'url')
  const query = new Map(address.query)
  const own = address.query.filter(([name]) => name === 'x-oss-process' || name === 'response-content-type')
  const ours = presignQuery(
    { ...address, query: own },
    {},
    credential,
    { scheme: 'oss-v1', expiresInSeconds: 600 },
    NOW,
  )
  expect(new Map(ours)).toEqual(query)
})

test.each(CASES)('URL V4 with $who of $key', async ({ credential, key }) => {
  const headers = { 'content-type': 'image/png', host: 'localhost' }
  const request = { headers, queries: { versionId: 'x y', acl: null } }
  const url = await aliOss(credential).signatureUrlV4('PUT', 600, request, key, ['host'])
  const address = addressOf('PUT', key, url)
  expectSigned(address, headers, credential, 'oss-v4', 'url')
  const own: RequestAddress['query'] = [
    ['versionId', 'x y'],
    ['acl', ''],
  ]
  const how = { ...V4, additionalHeaders: ['host'], expiresInSeconds: 600 }
  expect(new Map(presignQuery({ ...address, query: own }, headers, credential, how, NOW))).toEqual(
    new Map(address.query),
  )
})

test.each(CASES)('our URL V4 with $who of $key is read back as we signed it', ({ credential, key }) => {
  const address: RequestAddress = { method: 'GET', bucket: 'examplebucket', key, query: [['versionId', 'a+b c']] }
  const url = presignUrl(
    'http://127.0.0.1:9000/examplebucket',
    address,
    {},
    credential,
    { ...V4, expiresInSeconds: 1 },
    NOW,
  )
  const { pathname, searchParams } = new URL(url)
  expect(decodeURIComponent(pathname)).toBe(`/examplebucket/${key}`)
  expectSigned({ ...address, query: [...searchParams] }, {}, credential, 'oss-v4', 'url')
})

function expectSigned(
  address: RequestAddress,
  headers: Readonly<Record<string, string>>,
  credential: Credential,
  scheme: string,
  by: string,
): void {
  const { accessKeyId, securityToken } = credential
  const verified = verifyRequest(address, lowerCase(headers), () => credential, NOW, { region: 'cn-hangzhou' })
  expect(verified).toEqual({ kind: 'signed', accessKeyId, ...(securityToken && { securityToken }), scheme, by })
}

function addressOf(method: string, key: string, url: string): RequestAddress {
  return { method, bucket: 'examplebucket', key, query: [...new URL(url).searchParams] }
}

import { expect, test } from 'vitest'
import { needRegion, readPlace } from './place.ts'

test.each([
  ['oss-cn-hangzhou.aliyuncs.com', 'https://photos.oss-cn-hangzhou.aliyuncs.com/', 'cn-hangzhou'],
  ['https://oss-cn-hangzhou.aliyuncs.com/', 'https://photos.oss-cn-hangzhou.aliyuncs.com/', 'cn-hangzhou'],
  [
    'http://oss-ap-southeast-1-internal.aliyuncs.com',
    'http://photos.oss-ap-southeast-1-internal.aliyuncs.com/',
    'ap-southeast-1',
  ],
  ['oss-accelerate.aliyuncs.com', 'https://photos.oss-accelerate.aliyuncs.com/', undefined],
  ['http://127.0.0.1:9000', 'http://127.0.0.1:9000/photos/', undefined],
  ['http://localhost:9000', 'http://localhost:9000/photos/', undefined],
  ['http://[::1]:9000', 'http://[::1]:9000/photos/', undefined],
  ['http://store.example:9000', 'http://photos.store.example:9000/', undefined],
])('browsers post to the bucket below the endpoint %s', (endpoint, url, region) => {
  expect(readPlace({ bucket: 'photos', endpoint })).toMatchObject({ url, region })
})

test('the region alone tells the endpoint, in both spellings', () => {
  for (const region of ['cn-beijing', 'oss-cn-beijing'])
    expect(readPlace({ bucket: 'photos', region })).toMatchObject({
      url: 'https://photos.oss-cn-beijing.aliyuncs.com/',
      region: 'cn-beijing',
    })
})

test('a given region goes before the one in the endpoint', () => {
  const place = readPlace({ bucket: 'photos', endpoint: 'oss-cn-hangzhou.aliyuncs.com', region: 'cn-beijing' })
  expect(needRegion(place)).toBe('cn-beijing')
})

test('a host of its own replaces the address that browsers post to, and no other', () => {
  const options = { bucket: 'photos', endpoint: 'oss-cn-hangzhou.aliyuncs.com', hostUrl: 'https://cdn.example' }
  expect(readPlace(options)).toMatchObject({
    url: 'https://cdn.example/',
    bucketUrl: 'https://photos.oss-cn-hangzhou.aliyuncs.com/',
  })
})

test.each([
  [{}, 'Give --bucket, or set OSS_BUCKET'],
  [{ bucket: '' }, 'Give --bucket, or set OSS_BUCKET'],
  [{ bucket: 'photos' }, 'Give --endpoint or --region'],
  [{ bucket: 'photos', endpoint: 'a b' }, 'is no endpoint'],
  [{ bucket: 'photos', endpoint: 'https://host/path' }, 'is no endpoint'],
  [{ bucket: 'photos', endpoint: 'https://user:hidden@host' }, 'takes no user name and password'],
  [{ bucket: 'photos', region: 'cn-hangzhou', hostUrl: 'https://u:hidden@host' }, 'takes no user name and password'],
  [{ bucket: 'photos', region: 'cn.hangzhou/..' }, 'is no region'],
  [{ bucket: 'photos', region: 'cn-hangzhou', hostUrl: 'cdn.example' }, 'is no URL to post to'],
  [{ bucket: 'photos', region: 'cn-hangzhou', hostUrl: 'javascript:alert(1)' }, 'is no URL to post to'],
])('what is missing or wrong is named: %j', (options, sentence) => {
  expect(() => readPlace(options)).toThrow(sentence)
  expect(() => readPlace(options)).not.toThrow('hidden')
})

test('where a signature needs a region that nothing tells, the sentence says how to give it', () => {
  const place = readPlace({ bucket: 'photos', endpoint: 'http://127.0.0.1:9000' })
  expect(() => needRegion(place)).toThrow('Give --region, or set OSS_REGION')
})

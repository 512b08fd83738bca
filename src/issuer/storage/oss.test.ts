import { expect, test } from 'vitest'
import type { Credential } from '../../sign/signer.ts'
import { type OssOptions, oss } from './oss.ts'

const credential: Credential = { accessKeyId: 'test-key', accessKeySecret: 'test-secret' }
const PHOTOS: OssOptions = { bucket: 'photos', region: 'cn-hangzhou', credential }

const addresses: { given: Partial<OssOptions>; url: string; serverUrl: string }[] = [
  {
    given: {},
    url: 'https://photos.oss-cn-hangzhou.aliyuncs.com/',
    serverUrl: 'https://photos.oss-cn-hangzhou.aliyuncs.com/',
  },
  {
    given: { endpoint: 'oss-cn-hangzhou-internal.aliyuncs.com', url: 'https://files.example.com' },
    url: 'https://files.example.com/',
    serverUrl: 'https://photos.oss-cn-hangzhou-internal.aliyuncs.com/',
  },
  {
    given: { endpoint: 'http://127.0.0.1:9000' },
    url: 'http://127.0.0.1:9000/photos/',
    serverUrl: 'http://127.0.0.1:9000/photos/',
  },
  { given: { url: 'http://10.0.0.1/photos/' }, url: 'http://10.0.0.1/photos/', serverUrl: 'http://10.0.0.1/photos/' },
]

test.each(addresses)('browsers send to $url, this server to $serverUrl', ({ given, url, serverUrl }) => {
  expect(oss({ ...PHOTOS, ...given })).toMatchObject({ url, serverUrl, region: 'cn-hangzhou' })
})

const wrong: { why: string; given: Partial<OssOptions>; says: string }[] = [
  { why: 'a bucket that is none', given: { bucket: 'Photos' }, says: '"Photos" is no bucket' },
  { why: 'an address that is none', given: { url: 'photos' }, says: 'url is "photos"' },
  { why: 'an address of another scheme', given: { url: 'ftp://x/' }, says: 'https:// or http://' },
  { why: 'a user in the address', given: { url: 'https://u:hidden@x/' }, says: 'without user' },
  { why: 'a user in the endpoint', given: { endpoint: 'https://u:hidden@x/' }, says: 'no user name' },
  { why: 'an endpoint with a path', given: { endpoint: 'https://x/photos' }, says: 'is no endpoint' },
  { why: 'a region that is none', given: { region: 'a.b' }, says: 'is no region' },
  { why: 'an empty secret', given: { credential: { ...credential, accessKeySecret: '' } }, says: 'secret is empty' },
]

test.each(wrong)('a storage is not made with $why', ({ given, says }) => {
  const make = () => oss({ ...PHOTOS, ...given })
  expect(make).toThrow(TypeError)
  expect(make).toThrow(says)
  expect(make).not.toThrow('hidden')
})

test('where the endpoint does not tell the region, V4 asks for it, and V1 does not', () => {
  const bare = { bucket: 'photos', endpoint: 'http://127.0.0.1:9000', credential }
  expect(() => oss(bare)).toThrow('signs for a region')
  expect(oss({ ...bare, scheme: 'oss-v1' }).region).toBeUndefined()
})

test('a storage without any address is refused', () => {
  expect(() => oss({ bucket: 'photos', scheme: 'oss-v1', credential })).toThrow('needs an address')
})

test('a source of credentials is asked each time, and what signs is made anew only for another credential', async () => {
  let current: Credential = { ...credential, accessKeyId: 'first' }
  const { signing } = oss({ ...PHOTOS, credential: async () => current })
  const first = await signing()
  expect(await signing()).toBe(first)
  current = { ...credential, accessKeyId: 'second', securityToken: 'token' }
  const second = await signing()
  expect(second.credential.accessKeyId).toBe('second')
  expect(second.signer.scopeFields(new Date())).toHaveProperty('x-oss-security-token', 'token')
})

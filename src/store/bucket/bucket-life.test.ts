import { XMLValidator } from 'fast-xml-parser'
import { expect, test } from 'vitest'
import { sendAs } from '../../../test/sign-as.ts'
import { CREDENTIAL, fileStore, kept, send, sendSigned, testStore } from '../../../test/store-client.ts'

/** docs/spec/object-api.md section 5: buckets come, are listed, described, and go. */

const store = await fileStore()
const ask = (method: string, target: string, body = '', headers: Record<string, string> = {}) =>
  sendSigned(store, { method, target, body, headers })

test('an empty bucket is deleted, and is gone', async () => {
  await ask('PUT', '/short-lived/')
  const answer = await ask('DELETE', '/short-lived/')
  expect([answer.status, answer.text]).toEqual([204, ''])
  for (const method of ['GET', 'DELETE'])
    expect(Object.fromEntries((await ask(method, '/short-lived/')).error)).toMatchObject({
      Code: 'NoSuchBucket',
      BucketName: 'short-lived',
    })
})

test('a bucket with an object stays until the object is gone', async () => {
  await ask('PUT', '/filled/')
  await ask('PUT', '/filled/a', 'hello')
  const answer = await ask('DELETE', '/filled/')
  expect(answer.status).toBe(409)
  expect(Object.fromEntries(answer.error)).toMatchObject({ Code: 'BucketNotEmpty', BucketName: 'filled' })
  expect(answer.error.get('Message')).toMatch(/^The bucket you tried to delete is not empty\./)
  expect((await ask('GET', '/filled/a')).text).toBe('hello')
  await ask('DELETE', '/filled/a')
  expect((await ask('DELETE', '/filled/')).status).toBe(204)
})

test('a bucket with an open upload stays until the upload is aborted', async () => {
  await ask('PUT', '/uploading/')
  const upload = /<UploadId>(\w+)</.exec((await ask('POST', '/uploading/a?uploads')).text)?.[1]
  expect((await ask('DELETE', '/uploading/')).error.get('Code')).toBe('BucketNotEmpty')
  expect((await ask('DELETE', `/uploading/a?uploadId=${upload}`)).status).toBe(204)
  expect((await ask('DELETE', '/uploading/')).status).toBe(204)
})

test('a bucket made again is empty and has none of the old settings', async () => {
  await ask('PUT', '/again/', '', { 'x-oss-acl': 'public-read' })
  await ask('DELETE', '/again/')
  await ask('PUT', '/again/')
  expect((await ask('GET', '/again/?acl')).text).toContain('<Grant>private</Grant>')
})

test('unsigned, no bucket is deleted, however open it is', async () => {
  expect((await send(store, { method: 'DELETE', target: '/open/' })).status).toBe(403)
})

test('an object put while its bucket is deleted is either kept in a bucket, or refused', async () => {
  for (let round = 0; round < 60; round++) {
    await ask('PUT', '/contested/')
    const put = () => ask('PUT', '/contested/a', 'hello')
    const remove = () => ask('DELETE', '/contested/')
    const both = round % 2 === 0 ? [put(), remove()] : [remove(), put()].reverse()
    const [stored, removed] = await Promise.all(both)
    const outcome = [stored?.status, removed?.status]
    expect([
      [200, 409],
      [404, 204],
    ]).toContainEqual(outcome)
    const found = await kept(store, 'a', 'contested')
    expect(found?.text).toBe(outcome[0] === 200 ? 'hello' : undefined)
    await ask('DELETE', '/contested/a')
    await ask('DELETE', '/contested/')
  }
})

test('a bucket that goes while an object arrives takes nothing with it and leaves nothing behind', async () => {
  await ask('PUT', '/leaving/')
  const size = 200_000 // more than is kept inline
  let removed: number | undefined
  async function* body() {
    yield Buffer.alloc(size / 2)
    removed = (await ask('DELETE', '/leaving/')).status
    yield Buffer.alloc(size / 2)
  }
  const headers = { 'content-length': String(size) }
  const answer = await sendSigned(store, { method: 'PUT', target: '/leaving/a', body: body(), headers })
  expect([removed, answer.status, answer.error.get('Code')]).toEqual([204, 404, 'NoSuchBucket'])
  await ask('PUT', '/leaving/')
  expect((await ask('GET', '/leaving/')).text).not.toContain('<Contents>')
  expect((await ask('DELETE', '/leaving/')).status).toBe(204)
})

// What there is to know of a bucket

test('?bucketInfo tells where a bucket is and what it is', async () => {
  const { text, status } = await ask('GET', '/shown/?bucketInfo')
  expect([status, XMLValidator.validate(text)]).toEqual([200, true])
  expect(text).toContain(
    '<BucketInfo><Bucket><Name>shown</Name><CreationDate>2026-01-02T03:04:05.000Z</CreationDate>' +
      '<Location>oss-cn-hangzhou</Location><Region>cn-hangzhou</Region><StorageClass>Standard</StorageClass>' +
      '<ExtranetEndpoint>127.0.0.1:9000</ExtranetEndpoint><IntranetEndpoint>127.0.0.1:9000</IntranetEndpoint>' +
      '<DataRedundancyType>LRS</DataRedundancyType>',
  )
  expect(text).toContain('<Owner><ID>test-key</ID><DisplayName>test-key</DisplayName></Owner>')
  expect(text).toContain('<AccessControlList><Grant>public-read</Grant></AccessControlList>')
})

test.each<[style: 'path' | 'host', host: string, endpoint: string]>([
  ['path', '127.0.0.1:9000', '127.0.0.1:9000'],
  ['path', 'photos.example:9000', 'photos.example:9000'],
  ['host', 'photos.oss-cn-hangzhou.aliyuncs.com', 'oss-cn-hangzhou.aliyuncs.com'],
  ['host', 'Photos.localhost:9000', 'localhost:9000'],
  ['path', 'photos.oss-cn-hangzhou.aliyuncs.com', 'oss-cn-hangzhou.aliyuncs.com'], // ali-oss, IP endpoint and sldEnable
  ['path', '.oss-cn-hangzhou.aliyuncs.com', 'oss-cn-hangzhou.aliyuncs.com'],
  ['path', 'undefined.oss-cn-hangzhou.aliyuncs.com', 'oss-cn-hangzhou.aliyuncs.com'],
  ['path', 'a"<b>', 'a&quot;&lt;b&gt;'],
])('%s style, asked as %s: the endpoint is %s', async (style, host, endpoint) => {
  const query = [['bucketInfo', '']] as const
  const { text } = await sendAs(store, CREDENTIAL, { method: 'GET', bucket: 'photos', query, style, headers: { host } })
  expect(text).toContain(`<ExtranetEndpoint>${endpoint}</ExtranetEndpoint><IntranetEndpoint>${endpoint}<`)
})

// The list of buckets

const NAMES = ['ant', 'bear', 'bee-1', 'bee-2', 'cat']

async function list(query = '', names: readonly string[] = NAMES) {
  const own = await testStore({ buckets: names })
  const answer = await sendAs(own, CREDENTIAL, { method: 'GET', query: [...new URLSearchParams(query)] })
  const found = [...answer.text.matchAll(/<Name>(.*?)<\/Name>/g)].map(([, name]) => name)
  return { ...answer, found }
}

test('all buckets are listed by name, with their owner and where they are', async () => {
  const { text, found } = await list()
  expect(found).toEqual(NAMES)
  expect(text).toContain(
    '<ListAllMyBucketsResult><Owner><ID>test-key</ID><DisplayName>test-key</DisplayName></Owner><Buckets><Bucket><Name>ant</Name>' +
      '<CreationDate>2026-01-02T03:04:05.000Z</CreationDate><Location>oss-cn-hangzhou</Location>',
  )
  expect(text).not.toContain('IsTruncated')
})

test('a store without buckets lists none', async () => {
  expect((await list('', [])).text).toContain('<Buckets></Buckets></ListAllMyBucketsResult>')
})

test.each([
  ['prefix=be', ['bear', 'bee-1', 'bee-2']],
  ['prefix=dog', []],
  ['marker=bee-1', ['bee-2', 'cat']],
  ['marker=b', ['bear', 'bee-1', 'bee-2', 'cat']],
  ['marker=%F0%9F%98%80', []],
  ['prefix=be&marker=bear', ['bee-1', 'bee-2']],
  ['max-keys=5', NAMES],
])('of the buckets, %s lists %j, and all of them', async (query, names) => {
  const { text, found } = await list(query)
  expect(found).toEqual(names)
  expect(text).not.toContain('IsTruncated')
})

test('pages of buckets follow each other by NextMarker', async () => {
  const { text, found } = await list('prefix=b&max-keys=2&marker=a%3Cb')
  expect(found).toEqual(['bear', 'bee-1'])
  expect(text).toContain(
    '<Prefix>b</Prefix><Marker>a&lt;b</Marker><MaxKeys>2</MaxKeys><IsTruncated>true</IsTruncated><NextMarker>bee-1</NextMarker>',
  )
  expect((await list('prefix=b&max-keys=2&marker=bee-1')).found).toEqual(['bee-2'])
})

test('a hundred buckets are listed where nobody says how many', async () => {
  const names = Array.from({ length: 101 }, (_, index) => `bucket-${String(index).padStart(3, '0')}`)
  const { text, found } = await list('', names)
  expect([found.length, text.includes('<NextMarker>bucket-099</NextMarker>')]).toEqual([100, true])
})

test.each(['0', '1001', 'all'])('max-keys=%s is refused', async (value) => {
  const { error } = await list(`max-keys=${value}`)
  expect(Object.fromEntries(error)).toMatchObject({
    Code: 'InvalidArgument',
    EC: '0017-00000289',
    ArgumentName: 'max-keys',
    ArgumentValue: value,
  })
})

test('a filter by tags is not passed over', async () => {
  expect((await list('tag-key=team')).status).toBe(501)
})

test('unsigned, nobody lists buckets', async () => {
  expect((await send(store, { method: 'GET', target: '/' })).error.get('Code')).toBe('AccessDenied')
})

import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  collect,
  fileStore,
  freshKey,
  kept,
  NOW,
  send,
  sendSigned,
  storeRequest,
  testStore,
} from '../../../test/store-client.ts'
import { presignQuery } from '../../sign/sign-request.ts'

/** docs/spec/object-api.md section 5: PUT, GET, HEAD and DELETE of objects. */

const store = await fileStore()
const put = (key: string, headers: Record<string, string> = {}, body = 'hello', bucket = 'photos') =>
  sendSigned(store, { method: 'PUT', target: `/${bucket}/${key}`, headers, body })
const get = (key: string, headers: Record<string, string> = {}) =>
  sendSigned(store, { method: 'GET', target: `/photos/${key}`, headers })

test('what was put is what is kept, with its headers', async () => {
  const key = freshKey()
  const headers = { 'content-type': 'text/plain', 'cache-control': 'no-cache', 'x-oss-meta-a': '1' }
  const answer = await put(key, headers)
  expect(answer).toMatchObject({ status: 200, text: '' })
  expect(answer.headers).toMatchObject({
    etag: '"5D41402ABC4B2A76B9719D911017C592"',
    'content-md5': expect.any(String),
  })
  expect(await get(key)).toMatchObject({ status: 200, text: 'hello', headers })
})

test('every header that is kept with an object is sent back with it', async () => {
  const key = freshKey()
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'max-age=60',
    'content-disposition': 'attachment; filename="a.txt"',
    'content-encoding': 'gzip',
    'content-language': 'zh-CN',
    expires: 'Fri, 28 Feb 2027 05:38:42 GMT',
    'x-oss-meta-author': 'me',
    'x-oss-storage-class': 'Archive',
    'x-oss-server-side-encryption': 'KMS',
    'x-oss-server-side-encryption-key-id': '9468da86',
  }
  await put(key, headers)
  for (const method of ['GET', 'HEAD'])
    expect((await sendSigned(store, { method, target: `/photos/${key}` })).headers).toMatchObject(headers)
})

test('what came without a type is bytes, whatever its name ends with', async () => {
  const key = freshKey()
  await put(`${key}.html`)
  expect((await get(`${key}.html`)).headers['content-type']).toBe('application/octet-stream')
})

test('the meta of an object are three headers', async () => {
  const key = freshKey()
  await put(key, { 'x-oss-meta-a': '1' })
  const answer = await sendSigned(store, { method: 'HEAD', target: `/photos/${key}?objectMeta` })
  expect(answer).toMatchObject({ status: 200, text: '' })
  const common = ['server', 'date', 'x-oss-request-id', 'x-oss-server-time']
  expect(Object.keys(answer.headers).filter((name) => !common.includes(name))).toEqual([
    'content-length',
    'etag',
    'last-modified',
  ])
  expect(answer.headers['content-length']).toBe('5')
  expect((await sendSigned(store, { method: 'HEAD', target: '/photos/nothing?objectMeta' })).status).toBe(404)
})

test.each([
  ['/photos/nothing', 404, 'NoSuchKey', {}],
  ['/photos/nothing?objectMeta', 404, 'NoSuchKey', {}],
  ['/nowhere/a', 404, 'NoSuchBucket', {}],
  ['/PHOTOS/a', 400, 'InvalidBucketName', {}],
  ['/photos//a', 400, 'InvalidObjectName', {}],
  ['/photos/head?versionId=1', 501, 'NotImplemented', {}],
  ['/photos/head', 412, 'PreconditionFailed', { 'if-match': '"other"' }],
  ['/photos/head', 403, 'SignatureDoesNotMatch', { authorization: 'OSS test-key:AAAA', date: NOW.toUTCString() }],
])('HEAD %s is refused with %i, and %s stands in x-oss-err', async (target, status, code, headers) => {
  await put('head')
  const ask = 'authorization' in headers ? send : sendSigned
  const answer = await ask(store, { method: 'HEAD', target, headers })
  expect(answer).toMatchObject({ text: '', headers: { 'x-oss-err': expect.any(String) } })
  const xml = Buffer.from(answer.headers['x-oss-err'] ?? '', 'base64').toString()
  expect([answer.status, /<Code>(.*?)<\/Code>/.exec(xml)?.[1]]).toEqual([status, code])
})

test('text in a header stays the text it was, whatever its alphabet', async () => {
  const key = freshKey()
  await put(key, { 'x-oss-meta-a': '作者' })
  const sentBack = (await get(key)).headers['x-oss-meta-a'] ?? ''
  expect(Buffer.from(sentBack, 'latin1').toString()).toBe('作者')
})

test('a HEAD says what a GET says, without the bytes', async () => {
  const key = freshKey()
  await put(key)
  const { bytes, headers } = await sendSigned(store, { method: 'HEAD', target: `/photos/${key}` })
  const variable = { 'x-oss-request-id': expect.any(String), 'x-oss-server-time': expect.any(String) }
  expect(headers).toEqual({ ...(await get(key)).headers, ...variable })
  expect(bytes.length).toBe(0)
})

test('a HEAD that fails tells why in x-oss-err', async () => {
  const answer = await sendSigned(store, { method: 'HEAD', target: '/photos/nothing' })
  expect(answer).toMatchObject({ status: 404, text: '' })
  const xml = Buffer.from(answer.headers['x-oss-err'] ?? '', 'base64').toString()
  expect(xml).toContain('<Code>NoSuchKey</Code><Message>The specified key does not exist.')
  expect(xml).toContain('<Key>nothing</Key>')
})

test('a deleted object is gone, and deleting it again is no error', async () => {
  const key = freshKey()
  await put(key)
  for (let times = 0; times < 2; times++)
    expect((await sendSigned(store, { method: 'DELETE', target: `/photos/${key}` })).status).toBe(204)
  expect((await get(key)).error.get('Code')).toBe('NoSuchKey')
})

test.each([
  ['bytes=0-4', 206, 'bytes 0-4/10', '01234'],
  ['bytes=9-9', 206, 'bytes 9-9/10', '9'],
  ['bytes=5-', 206, 'bytes 5-9/10', '56789'],
  ['bytes=-3', 206, 'bytes 7-9/10', '789'],
  ['bytes=-10', 206, 'bytes 0-9/10', '0123456789'],
  ['bytes=0-1,5-6', 206, 'bytes 0-1/10', '01'],
  ['bytes=0-10', 200, undefined, '0123456789'],
  ['bytes=10-', 200, undefined, '0123456789'],
  ['bytes=-11', 200, undefined, '0123456789'],
  ['bytes=-0', 200, undefined, '0123456789'],
  ['bytes=5-4', 200, undefined, '0123456789'],
  ['bytes=a-b', 200, undefined, '0123456789'],
  ['bytes=', 200, undefined, '0123456789'],
  ['byte=0-4', 200, undefined, '0123456789'],
])('Range %s of ten bytes → %i', async (range, status, contentRange, text) => {
  await put('ten', {}, '0123456789')
  const answer = await get('ten', { range })
  expect(answer).toMatchObject({ status, text })
  expect(answer.headers['content-range']).toBe(contentRange)
  expect(answer.headers['content-length']).toBe(String(text.length))
  expect(answer.headers['x-oss-hash-crc64ecma']).toBe((await get('ten')).headers['x-oss-hash-crc64ecma'])
})

test('a range of a large object is read from its middle', async () => {
  await put('large', {}, 'a'.repeat(100_000) + 'b'.repeat(100_000))
  expect((await get('large', { range: 'bytes=99999-100000' })).text).toBe('ab')
})

const ETAG = '"5D41402ABC4B2A76B9719D911017C592"'
const before = new Date(NOW.getTime() - 1000).toUTCString()

test.each([
  [{ 'if-match': ETAG }, 200],
  [{ 'if-match': ETAG.slice(1, -1) }, 200],
  [{ 'if-match': '*' }, 200],
  [{ 'if-match': '"other"' }, 412],
  [{ 'if-none-match': '"other"' }, 200],
  [{ 'if-none-match': `"other", ${ETAG}` }, 304],
  [{ 'if-modified-since': NOW.toUTCString() }, 304],
  [{ 'if-modified-since': before }, 200],
  [{ 'if-modified-since': 'yesterday' }, 200],
  [{ 'if-unmodified-since': NOW.toUTCString() }, 200],
  [{ 'if-unmodified-since': before }, 412],
  [{ 'if-match': ETAG, 'if-unmodified-since': before }, 200],
  [{ 'if-none-match': '"other"', 'if-modified-since': NOW.toUTCString() }, 200],
])('%j → %i', async (headers, status) => {
  await put('conditional')
  for (const method of ['GET', 'HEAD']) {
    const answer = await sendSigned(store, { method, target: '/photos/conditional', headers })
    expect(answer.status).toBe(status)
    if (status === 304) expect(answer).toMatchObject({ text: '', headers: { etag: ETAG } })
  }
  expect((await get('conditional', headers)).error.get('Code')).toBe(status === 412 ? 'PreconditionFailed' : undefined)
})

test('the query overrides headers of a signed GET, and of no other', async () => {
  const key = freshKey()
  await put(key, {}, 'hello', 'shown')
  const query = 'response-content-type=text/html&response-content-disposition=attachment'
  const target = `/shown/${key}?${query}`
  expect((await sendSigned(store, { method: 'GET', target })).headers).toMatchObject({
    'content-type': 'text/html',
    'content-disposition': 'attachment',
  })
  expect((await send(store, { method: 'GET', target })).error.get('Code')).toBe('InvalidRequest')
  const split = `/shown/${key}?response-content-type=a%0D%0Ax-injected:%201`
  expect((await sendSigned(store, { method: 'GET', target: split })).error.get('Code')).toBe('InvalidRequest')
})

test.each(['oss-v1', 'oss-v4'] as const)('a URL presigned with %s opens a private object', async (scheme) => {
  const key = freshKey()
  await put(key)
  const address = { method: 'GET', bucket: 'photos', key, query: [] }
  const how = scheme === 'oss-v1' ? { scheme } : { scheme, region: store.region }
  const query = presignQuery(address, {}, store.credentials[0], { ...how, expiresInSeconds: 60 }, NOW)
  const search = new URLSearchParams(query.map(([name, value]) => [name, value])).toString()
  expect((await send(store, { method: 'GET', target: `/photos/${key}?${search}` })).text).toBe('hello')
  expect((await send(store, { method: 'GET', target: `/photos/other?${search}` })).status).toBe(403)
})

test.each([
  ['a wrong Content-MD5', { 'content-md5': createHash('md5').update('other').digest('base64') }, 'InvalidDigest'],
  ['a Content-MD5 that is none', { 'content-md5': 'x' }, 'InvalidDigest'],
  ['a short body', { 'content-length': '6' }, 'IncompleteBody'],
  ['no length', { 'content-length': '' }, 'MissingContentLength'],
  ['over 5 GB', { 'content-length': '5368709121' }, 'EntityTooLarge'],
  ['a condition', { 'if-modified-since': before }, 'NotImplemented'],
  ['a symlink to make', { 'x-oss-symlink-target': 'a' }, 'NotImplemented'],
  ['headers to keep', { 'x-oss-persistent-headers': 'a:eA==' }, 'NotImplemented'],
  ['a time to be kept', { 'x-oss-object-worm-mode': 'COMPLIANCE' }, 'NotImplemented'],
  ['tags that are none', { 'x-oss-tagging': 'a=1=2' }, 'InvalidArgument'],
  ['an unknown ACL', { 'x-oss-object-acl': 'open' }, 'InvalidArgument'],
])('a PUT with %s is refused and keeps nothing', async (_, headers, code) => {
  const key = freshKey()
  expect((await put(key, headers)).error.get('Code')).toBe(code)
  expect(await kept(store, key)).toBeUndefined()
})

test('a PUT of unknown length in chunks is accepted', async () => {
  const key = freshKey()
  await put(key, { 'content-length': '', 'transfer-encoding': 'chunked' })
  expect((await get(key)).text).toBe('hello')
})

test('a PUT with forbid-overwrite leaves an object as it is', async () => {
  const key = freshKey()
  await put(key)
  const answer = await put(key, { 'x-oss-forbid-overwrite': 'true' }, 'other')
  expect(answer).toMatchObject({ status: 409 })
  expect((await get(key)).text).toBe('hello')
})

test('an object that is replaced while it is read is read to its end', async () => {
  const key = freshKey()
  await put(key, {}, 'a'.repeat(3_000_000), 'open')
  const { body } = await store.handler(storeRequest({ method: 'GET', target: `/open/${key}` }))
  await put(key, {}, 'new', 'open')
  expect((await collect(body)).toString()).toBe('a'.repeat(3_000_000))
  expect((await kept(store, key, 'open'))?.text).toBe('new')
})

test('readers of an object that is replaced again and again always see one of its versions whole', async () => {
  const key = freshKey()
  const version = (letter: string) => letter.repeat(200_000)
  await put(key, {}, version('a'))
  const writing = (async () => {
    for (const letter of 'bcdefghij') await put(key, {}, version(letter))
  })()
  const readers = Array.from({ length: 30 }, async () => {
    const { status, text } = await get(key)
    expect(status).toBe(200)
    expect(text).toBe(version(text.charAt(0)))
  })
  await Promise.all([writing, ...readers])
})

test('who may do what with an object, without a signature', async () => {
  const acls = ['default', 'private', 'public-read', 'public-read-write'] as const
  const allowed: Record<string, string> = {}
  for (const bucket of ['photos', 'shown', 'open'])
    for (const acl of acls) {
      await put(`acl-${acl}`, { 'x-oss-object-acl': acl }, 'hello', bucket)
      const target = `/${bucket}/acl-${acl}`
      const status = async (method: string) => (await send(store, { method, target, body: '' })).status
      const [read, write, remove] = [await status('GET'), await status('PUT'), await status('DELETE')]
      allowed[`${bucket} ${acl}`] =
        `${read === 200 ? 'r' : '-'}${write === 200 ? 'w' : '-'}${remove === 204 ? 'd' : '-'}`
    }
  expect(allowed).toEqual({
    'photos default': '---',
    'photos private': '---',
    'photos public-read': 'r--',
    'photos public-read-write': 'r--',
    'shown default': 'r--',
    'shown private': '---',
    'shown public-read': 'r--',
    'shown public-read-write': 'r--',
    'open default': 'rwd',
    'open private': '---',
    'open public-read': 'r--',
    'open public-read-write': 'rwd',
  })
})

test('an anonymous writer may not set an ACL', async () => {
  const headers = { 'x-oss-object-acl': 'public-read' }
  const answer = await send(store, { method: 'PUT', target: `/open/${freshKey()}`, headers, body: 'x' })
  expect(answer.error.get('Message')).toMatch(/^Anonymous user has no right to access this object\./)
})

test('without a right nobody learns whether an object exists', async () => {
  await put('there')
  const there = await send(store, { method: 'GET', target: '/photos/there' })
  const nowhere = await send(store, { method: 'GET', target: '/photos/nowhere' })
  expect([there.status, nowhere.status]).toEqual([403, 403])
  expect(there.error.get('Message')).toBe(nowhere.error.get('Message'))
})

test('a wrong signature is refused also where none is needed', async () => {
  const headers = { authorization: 'OSS test-key:AAAA', date: NOW.toUTCString() }
  const answer = await send(store, { method: 'GET', target: '/shown/a', headers })
  expect(answer.error.get('Code')).toBe('SignatureDoesNotMatch')
})

test('where host and path both name the bucket, the signature says which key is meant', async () => {
  const both = await testStore({ buckets: ['photos'] })
  const headers = { host: 'photos.oss-cn-hangzhou.aliyuncs.com' }
  // as ali-oss does with an IP endpoint and sldEnable: the path's first segment is the bucket again
  await sendSigned(both, { method: 'PUT', target: '/photos/a', headers, body: 'stripped' })
  expect((await kept(both, 'a'))?.text).toBe('stripped')
  // as a virtual host does: the path is the key
  const address = { method: 'GET', bucket: 'photos', key: 'photos/a', query: [] }
  const how = { scheme: 'oss-v4', region: both.region, expiresInSeconds: 60 } as const
  const query = presignQuery(address, {}, both.credentials[0], how, NOW)
  const search = new URLSearchParams(query.map(([name, value]) => [name, value])).toString()
  const answer = await send(both, { method: 'GET', target: `/photos/a?${search}`, headers })
  expect(answer.error.get('Key')).toBe('photos/a')
})

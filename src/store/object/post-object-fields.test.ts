import { expect, test } from 'vitest'
import { FILENAME, fileStore, freshKey, kept, NOW, post, send, signed, testStore } from '../../../test/store-client.ts'
import { MAX_STORED_HEADERS_BYTES } from './object-properties.ts'

/** docs/spec/post-object.md sections 3 and 6: what a form may say of its object, and what it is answered. */

const store = await fileStore()

test('what the fields say of the object comes back with every GET', async () => {
  const key = freshKey()
  const fields = {
    key,
    'Cache-Control': 'max-age=60',
    'Content-Disposition': 'inline; filename="猫.png"',
    'Content-Encoding': 'gzip',
    Expires: 'Wed, 21 Oct 2026 07:28:00 GMT',
    'x-oss-meta-Author': '李 & co',
    'x-oss-storage-class': 'IA',
    'x-oss-server-side-encryption': 'KMS',
    'x-oss-server-side-encryption-key-id': 'key-1',
  }
  expect((await post(store, signed(fields), { file: { type: 'image/png' } })).status).toBe(204)
  const { headers } = (await kept(store, key)) ?? expect.fail()
  const text = (name: string) => Buffer.from(headers[name] ?? '', 'latin1').toString()
  expect(headers).toMatchObject({
    'cache-control': 'max-age=60',
    'content-encoding': 'gzip',
    expires: 'Wed, 21 Oct 2026 07:28:00 GMT',
    'content-type': 'image/png',
    'x-oss-storage-class': 'IA',
    'x-oss-server-side-encryption': 'KMS',
    'x-oss-server-side-encryption-key-id': 'key-1',
    'x-oss-object-type': 'Normal',
    'last-modified': NOW.toUTCString(),
  })
  expect(text('content-disposition')).toBe('inline; filename="猫.png"')
  expect(text('x-oss-meta-author')).toBe('李 & co')
})

test.each([
  { fields: { 'x-oss-content-type': 'a/a', 'Content-Type': 'c/c' }, type: 'b/b', kind: 'a/a' },
  { fields: { 'Content-Type': 'c/c' }, type: 'b/b', kind: 'b/b' },
  { fields: { 'Content-Type': 'c/c' }, type: undefined, kind: 'c/c' },
  { fields: {}, type: undefined, kind: 'application/octet-stream' },
])('$fields and the file entry’s $type → $kind', async ({ fields, type, kind }) => {
  const key = freshKey()
  await post(store, signed({ key, ...fields }), { file: { ...(type !== undefined && { type }) } })
  expect((await kept(store, key))?.headers['content-type']).toBe(kind)
})

test.each([
  [{ 'x-oss-object-acl': 'public' }, 'InvalidArgument', undefined],
  [{ 'x-oss-storage-class': 'Cold' }, 'InvalidArgument', undefined],
  [{ 'x-oss-forbid-overwrite': 'yes' }, 'InvalidArgument', '0006-00000117'],
  [{ 'x-oss-forbid-overwrite': 'TRUE' }, 'InvalidArgument', '0006-00000117'],
  [{ 'x-oss-server-side-encryption': 'AES' }, 'InvalidEncryptionAlgorithmError', undefined],
  [{ 'x-oss-server-side-encryption-key-id': 'k' }, 'InvalidArgument', undefined],
  [
    { 'x-oss-server-side-encryption': 'AES256', 'x-oss-server-side-encryption-key-id': 'k' },
    'InvalidArgument',
    undefined,
  ],
  [{ 'x-oss-meta-a_b': '1' }, 'InvalidArgument', undefined],
  [{ 'x-oss-meta-': '1' }, 'InvalidArgument', undefined],
  [{ bucket: 'open' }, 'InvalidArgument', undefined],
  [{ bucket: '' }, 'InvalidArgument', undefined],
  [{ success_action_redirect: 'javascript:alert(1)' }, 'InvalidArgument', undefined],
  [{ success_action_redirect: '/relative' }, 'InvalidArgument', undefined],
  [{ success_action_redirect: `https://a.example/${'a'.repeat(2048)}` }, 'InvalidArgument', undefined],
  [{ 'x-oss-tagging': 'a=1' }, 'NotImplemented', undefined],
])('%j is refused before the file is read', async (fields, code, ec) => {
  const key = freshKey()
  const answer = await post(store, signed({ key, ...fields }), { file: { value: 'x'.repeat(100_000) } })
  expect(answer.error.get('Code'), answer.text).toBe(code)
  expect(answer.error.get('EC')).toBe(ec)
  expect(await kept(store, key)).toBeUndefined()
})

test('user metadata may have 8 KB, names and values together', async () => {
  const value = 'x'.repeat(8 * 1024 - 'name'.length)
  expect((await post(store, signed({ key: freshKey(), 'x-oss-meta-name': value }))).status).toBe(204)
  const answer = await post(store, signed({ key: freshKey(), 'x-oss-meta-name': `${value}x` }))
  expect(answer.error.get('Code')).toBe('MetadataTooLarge')
})

test('the headers kept with an object have a limit too', async () => {
  const fixed = 'content-typeapplication/octet-streamcache-controlx-oss-server-side-encryption-key-id'
  const value = 'x'.repeat(MAX_STORED_HEADERS_BYTES - fixed.length)
  expect((await post(store, signed({ key: freshKey(), 'Cache-Control': value }))).status).toBe(204)
  const answer = await post(store, signed({ key: freshKey(), 'Cache-Control': `${value}x` }))
  expect(answer.error.get('Code')).toBe('InvalidArgument')
})

test('the x-oss-object-acl header counts, and the field of that name wins over it', async () => {
  const [byHeader, byField] = [freshKey(), freshKey()]
  const headers = { 'x-oss-object-acl': 'public-read' }
  await post(store, signed({ key: byHeader }), { headers })
  await post(store, signed({ key: byField, 'x-oss-object-acl': 'private' }), { headers })
  expect((await send(store, { method: 'GET', target: `/photos/${byHeader}` })).status).toBe(200)
  expect((await send(store, { method: 'GET', target: `/photos/${byField}` })).status).toBe(403)
})

test('with forbid-overwrite an object is made once', async () => {
  const fields = signed({ key: freshKey(), 'x-oss-forbid-overwrite': 'true' })
  expect((await post(store, fields)).status).toBe(204)
  const again = await post(store, fields, { file: { value: 'other' } })
  expect(again).toMatchObject({ status: 409 })
  expect(again.error.get('Code')).toBe('FileAlreadyExists')
  expect((await kept(store, fields['key'] ?? ''))?.text).toBe('hello')
})

test('of many forms that race for one key with forbid-overwrite, one is kept', async () => {
  const fields = signed({ key: freshKey(), 'x-oss-forbid-overwrite': 'true' })
  const posts = Array.from({ length: 8 }, (_, at) => post(store, fields, { file: { value: `${at}`.repeat(70_000) } }))
  const statuses = (await Promise.all(posts)).map(({ status }) => status)
  expect(statuses.sort()).toEqual([204, ...Array.from({ length: 7 }, () => 409)])
})

// The key

test.each([
  [`u/${FILENAME}`, '; filename="a.png"', 'u/a.png'],
  [`u/${FILENAME}`, '; filename="C:\\dir\\a.png"', 'u/a.png'],
  [`u/${FILENAME}`, '; filename="../../etc/passwd"', 'u/passwd'],
  [`u/${FILENAME}`, '; filename=".."', 'u/..'],
  [`u/${FILENAME}x`, '; filename=""', 'u/x'],
  [`u/${FILENAME}`, '', `u/${FILENAME}`],
])('%s with%s becomes %s', async (key, more, expected) => {
  expect((await post(store, signed({ key }), { file: { more } })).status).toBe(204)
  expect(await kept(store, expected)).toBeDefined()
})

test.each([
  ['', 'The Object name can not be empty.'],
  ['/a', 'The specified object is not valid.'],
  ['\\a', 'The specified object is not valid.'],
  ['a'.repeat(1024), 'The Length of Object name must be less than 1024.'],
  ['é'.repeat(512), 'The Length of Object name must be less than 1024.'],
  [`${'a'.repeat(1020)}${FILENAME}`, 'The Length of Object name must be less than 1024.'],
])('the key %j is refused', async (key, message) => {
  const answer = await post(store, signed({ key }))
  expect(answer.error.get('Code')).toBe('InvalidObjectName')
  expect(answer.error.get('Message')?.startsWith(message), answer.text).toBe(true)
})

test.each([
  '../../../etc/passwd',
  'a/../b',
  'a//b',
  '.',
  'nul-\0-inside',
  'a'.repeat(1023),
  'é'.repeat(511),
  '猫 ?#%&+"<>\r\n',
])('the key %j is a name like any other, never a path', async (key) => {
  expect((await post(store, signed({ key }))).status).toBe(204)
  expect((await kept(store, key))?.text).toBe('hello')
})

// Section 6: answers

test.each([
  ['200', 200],
  ['201', 201],
  ['204', 204],
  ['404', 204],
  ['', 204],
])('success_action_status %j → %i', async (value, status) => {
  expect((await post(store, signed({ key: freshKey(), success_action_status: value }))).status).toBe(status)
})

test('every success names ETag, CRC-64, MD5 and the request', async () => {
  const answer = await post(store, signed({ key: freshKey() }), { file: { value: '123456789' } })
  expect(answer.headers).toMatchObject({
    etag: '"25F9E794323B453885F5181F1B624D0B"',
    'x-oss-hash-crc64ecma': '11051210869376104954',
    'content-md5': 'JfnnlDI7RTiF9RgfG2JNCw==',
    'x-oss-request-id': expect.stringMatching(/^[0-9A-F]{24}$/),
    'x-oss-server-time': expect.stringMatching(/^\d+$/),
    server: 'AliyunOSS',
    date: NOW.toUTCString(),
  })
})

test('encryption is echoed', async () => {
  const answer = await post(store, signed({ key: freshKey(), 'x-oss-server-side-encryption': 'AES256' }))
  expect(answer.headers['x-oss-server-side-encryption']).toBe('AES256')
})

test.each([
  ['/photos/', { host: '127.0.0.1:9000' }, 'http://127.0.0.1:9000/photos/a%2F..%2F%3Cb%3E%20%26.txt'],
  ['/', { host: 'photos.localhost:9000' }, 'http://photos.localhost:9000/a%2F..%2F%3Cb%3E%20%26.txt'],
])('201 to %s says where the object is, and there it is', async (target, headers, location) => {
  const key = 'a/../<b> &.txt'
  const acl = { 'x-oss-object-acl': 'public-read' }
  const answer = await post(store, signed({ key, ...acl, success_action_status: '201' }), { target, headers })
  expect(answer.headers['content-type']).toBe('application/xml')
  expect(answer.text).toBe(
    `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Location>${location}</Location><Bucket>photos</Bucket>` +
      '<Key>a/../&lt;b&gt; &amp;.txt</Key><ETag>&quot;5D41402ABC4B2A76B9719D911017C592&quot;</ETag></PostResponse>',
  )
  const { pathname } = new URL(location)
  expect((await send(store, { method: 'GET', target: pathname, headers })).text).toBe('hello')
})

test.each([
  ['https://app.example/done', 'https://app.example/done?'],
  ['https://app.example/done?job=1#end', 'https://app.example/done?job=1&'],
  ['http://app.example', 'http://app.example/?'],
])('a redirect to %s is a 303 that tells bucket, key and etag', async (redirect, begins) => {
  const key = 'a & b.txt'
  const answer = await post(store, signed({ key, success_action_redirect: redirect, success_action_status: '201' }))
  expect(answer).toMatchObject({ status: 303, text: '' })
  const location = answer.headers['location'] ?? ''
  expect(location.startsWith(begins)).toBe(true)
  const { searchParams, hash } = new URL(location)
  expect(searchParams.get('bucket')).toBe('photos')
  expect(searchParams.get('key')).toBe(key)
  expect(searchParams.get('etag')).toBe('"5D41402ABC4B2A76B9719D911017C592"')
  expect(hash).toBe(new URL(redirect).hash)
})

test('a refusal is XML that names code, message, request, host, facts, EC and where to read on', async () => {
  const answer = await post(store, signed({ key: 'a' }, [{ op: 'content-length-range', min: 0, max: 1 }]))
  expect(answer.headers['content-type']).toBe('application/xml')
  expect([...answer.error.keys()]).toEqual([
    'Code',
    'Message',
    'RequestId',
    'HostId',
    'ProposedSize',
    'MaxSizeAllowed',
    'EC',
    'RecommendDoc',
  ])
  expect(answer.error.get('RequestId')).toBe(answer.headers['x-oss-request-id'])
  expect(answer.error.get('HostId')).toBe('127.0.0.1:9000')
})

test('what is no refusal leaves as an internal error without detail, and is told to whoever runs the store', async () => {
  const told: unknown[] = []
  let isBroken = false
  const broken = await testStore({
    now: () => {
      if (!isBroken || told.length > 0) return NOW
      throw new Error('the disk said: secret')
    },
    buckets: [],
    onError: (error, requestId) => told.push([error, requestId]),
  })
  isBroken = true
  const answer = await send(broken, { method: 'GET', target: '/photos/a' })
  expect(answer.status).toBe(500)
  expect(answer.text).not.toContain('secret')
  expect(told).toEqual([[new Error('the disk said: secret'), answer.headers['x-oss-request-id']]])
})

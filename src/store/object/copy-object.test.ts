import { expect, test } from 'vitest'
import { fileStore, freshKey, NOW, type Sent, send, sendSigned } from '../../../test/store-client.ts'
import { readElements } from '../../base/xml.ts'
import { checkCopySize } from './copy-record.ts'

/** docs/spec/object-api.md section 5: CopyObject. */

const store = await fileStore()
type Headers = Record<string, string>
const put = (key: string, headers: Headers = {}, body = 'hello', bucket = 'photos') =>
  sendSigned(store, { method: 'PUT', target: `/${bucket}/${key}`, headers, body })
const copy = (source: string, key: string, headers: Headers = {}, bucket = 'photos') =>
  sendSigned(store, {
    method: 'PUT',
    target: `/${bucket}/${key}`,
    headers: { 'x-oss-copy-source': source, ...headers },
  })
const ask = (method: string, key: string, more: Partial<Sent> = {}, bucket = 'photos') =>
  sendSigned(store, { method, target: `/${bucket}/${key}`, ...more })
const headersOf = async (key: string, bucket = 'photos') => (await ask('HEAD', key, {}, bucket)).headers

test('a copy has the bytes and what was said of them, and the answer tells its ETag and time', async () => {
  const [source, key] = [freshKey(), freshKey()]
  const said = { 'content-type': 'text/plain', 'cache-control': 'no-cache', 'x-oss-meta-a': '1' }
  await put(source, said)
  const answer = await copy(`/photos/${source}`, key, {}, 'shown')
  expect(answer.status).toBe(200)
  expect(readElements(answer.text, 'CopyObjectResult')).toEqual(
    new Map([
      ['ETag', '"5D41402ABC4B2A76B9719D911017C592"'],
      ['LastModified', NOW.toISOString()],
    ]),
  )
  expect(answer.headers['content-md5']).toBeUndefined()
  const made = await ask('GET', key, {}, 'shown')
  expect(made).toMatchObject({ text: 'hello', headers: said })
  expect(answer.headers['x-oss-hash-crc64ecma']).toBe(made.headers['x-oss-hash-crc64ecma'])
})

test('what is not copied: the ACL, the storage class, the encryption', async () => {
  const [source, key] = [freshKey(), freshKey()]
  await put(source, {
    'x-oss-object-acl': 'public-read',
    'x-oss-storage-class': 'IA',
    'x-oss-server-side-encryption': 'AES256',
  })
  await copy(`/photos/${source}`, key)
  expect(await headersOf(key)).toMatchObject({ 'x-oss-storage-class': 'Standard' })
  expect((await headersOf(key))['x-oss-server-side-encryption']).toBeUndefined()
  expect((await send(store, { method: 'GET', target: `/photos/${key}` })).status).toBe(403)

  const asked = {
    'x-oss-storage-class': 'IA',
    'x-oss-server-side-encryption': 'SM4',
    'x-oss-object-acl': 'public-read',
  }
  expect((await copy(`/photos/${source}`, key, asked)).headers['x-oss-server-side-encryption']).toBe('SM4')
  expect((await send(store, { method: 'HEAD', target: `/photos/${key}` })).headers).toMatchObject({
    'x-oss-storage-class': 'IA',
    'x-oss-server-side-encryption': 'SM4',
  })
})

test.each([
  ['COPY', 'text/plain', '1', undefined],
  ['copy', 'text/plain', '1', undefined],
  ['REPLACE', 'text/html', undefined, '2'],
  ['replace', 'text/html', undefined, '2'],
])('with the metadata directive %s a copy has the type %s', async (directive, type, a, b) => {
  const [source, key] = [freshKey(), freshKey()]
  await put(source, { 'content-type': 'text/plain', 'x-oss-meta-a': '1' })
  const asked = { 'content-type': 'text/html', 'x-oss-meta-b': '2', 'x-oss-metadata-directive': directive }
  await copy(`/photos/${source}`, key, asked)
  const headers = await headersOf(key)
  expect([headers['content-type'], headers['x-oss-meta-a'], headers['x-oss-meta-b']]).toEqual([type, a, b])
})

test('a copy onto itself replaces the metadata whatever the directive, and keeps what it does not name', async () => {
  const key = freshKey()
  const kept = { 'x-oss-object-acl': 'private', 'x-oss-storage-class': 'IA', 'x-oss-server-side-encryption': 'AES256' }
  await put(key, { ...kept, 'x-oss-meta-a': '1', 'x-oss-tagging': 'a=1' }, 'hello', 'shown')
  await copy(`/shown/${key}`, key, { 'x-oss-meta-b': '2', 'x-oss-metadata-directive': 'COPY' }, 'shown')
  const { headers, text } = await ask('GET', key, {}, 'shown')
  expect(text).toBe('hello')
  expect(headers).toMatchObject({
    'x-oss-meta-b': '2',
    'x-oss-storage-class': 'IA',
    'x-oss-server-side-encryption': 'AES256',
  })
  expect(headers['x-oss-meta-a']).toBeUndefined()
  expect((await send(store, { method: 'GET', target: `/shown/${key}` })).status).toBe(403)
  await copy(`/shown/${key}`, key, { 'x-oss-object-acl': 'default', 'x-oss-storage-class': 'Standard' }, 'shown')
  const opened = await send(store, { method: 'GET', target: `/shown/${key}` })
  expect(opened).toMatchObject({ status: 200, headers: { 'x-oss-storage-class': 'Standard' } })
})

test('a key is named percent-encoded, whatever is in it', async () => {
  for (const name of ['a b', 'a+b', 'a%b', 'a?b', '中/文', 'a/../b', '?versionId=1']) {
    const key = freshKey()
    const source = `${key}${name}`
    await put(encodeURIComponent(source), {}, name)
    await copy(`/photos/${encodeURIComponent(source)}`, key)
    expect((await ask('GET', key)).text).toBe(name)
  }
})

const missing = 'Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.'
test.each([
  ['', 'InvalidArgument', missing],
  ['/', 'InvalidArgument', missing],
  ['/photos', 'InvalidArgument', missing],
  ['/photos/', 'InvalidArgument', missing],
  ['photos/a', 'InvalidArgument', missing],
  ['//photos/a', 'InvalidArgument', missing],
  ['/PHOTOS/a', 'InvalidArgument', missing],
  ['/photos/%', 'InvalidArgument', missing],
  ['/photos/%FF', 'InvalidArgument', missing],
  ['/photos/a?b', 'InvalidArgument', missing],
  ['/photos/%2Fa', 'InvalidObjectName', 'The specified object is not valid.'],
  [`/photos/${'a'.repeat(1023)}`, 'NoSuchKey', 'The specified key does not exist.'],
  [`/photos/${'a'.repeat(1024)}`, 'InvalidObjectName', 'The Length of Object name must be less than 1024.'],
  ['/nowhere/a', 'NoSuchBucket', 'The specified bucket does not exist.'],
  ['/photos/a?versionId=1', 'NotImplemented', 'A header or query you provided implies'],
])('the source %j is refused: %s', async (source, code, message) => {
  const key = freshKey()
  const target = `/photos/${key}`
  const headers = source === '' ? { 'x-oss-copy-source': ' ' } : { 'x-oss-copy-source': source }
  const { error } = await sendSigned(store, { method: 'PUT', target, headers })
  expect([error.get('Code'), error.get('Message')]).toEqual([code, expect.stringContaining(message)])
  expect((await ask('HEAD', key)).status).toBe(404)
})

const ETAG = '"5D41402ABC4B2A76B9719D911017C592"'
const before = new Date(NOW.getTime() - 1000).toUTCString()
test.each([
  [{ match: ETAG }, 200],
  [{ match: ETAG.slice(1, -1) }, 200],
  [{ match: '"other"' }, 412],
  [{ 'none-match': '"other"' }, 200],
  [{ 'none-match': ETAG }, 304],
  [{ 'modified-since': before }, 200],
  [{ 'modified-since': NOW.toUTCString() }, 304],
  [{ 'unmodified-since': NOW.toUTCString() }, 200],
  [{ 'unmodified-since': NOW.toISOString() }, 200],
  [{ 'unmodified-since': before }, 412],
  [{ match: ETAG, 'none-match': ETAG }, 304],
])('a copy if %j → %i', async (conditions, status) => {
  const [source, key] = [freshKey(), freshKey()]
  await put(source)
  await put(key, {}, 'before')
  const prefixed = (prefix: string) =>
    Object.fromEntries(Object.entries(conditions).map(([name, value]) => [`${prefix}if-${name}`, value]))
  const answer = await copy(`/photos/${source}`, key, prefixed('x-oss-copy-source-'))
  expect(answer.status).toBe(status)
  expect((await ask('GET', key)).text).toBe(status === 200 ? 'hello' : 'before')
  // ali-oss sends each condition twice, once without the prefix
  const twice = { ...prefixed('x-oss-copy-source-'), ...prefixed('') }
  expect((await copy(`/photos/${source}`, key, twice)).status).toBe(status)
  expect((await copy(`/photos/${source}`, key, prefixed(''))).error.get('Code')).toBe('NotImplemented')
})

test.each<[Headers, number, string | undefined]>([
  [{ 'x-oss-metadata-directive': 'MOVE' }, 400, 'InvalidArgument'],
  [{ 'x-oss-tagging-directive': 'KEEP' }, 400, 'InvalidArgument'],
  [{ 'x-oss-forbid-overwrite': 'true' }, 409, 'FileAlreadyExists'],
  [{ 'x-oss-copy-source-range': 'bytes=0-1' }, 501, 'NotImplemented'],
  [{ 'x-oss-object-worm-mode': 'COMPLIANCE' }, 501, 'NotImplemented'],
  [{ 'x-oss-persistent-headers': 'a:eA==' }, 501, 'NotImplemented'],
  [{ 'x-oss-traffic-limit': '819200', 'x-oss-request-payer': 'requester' }, 200, undefined],
  [{ 'x-oss-object-acl': 'open' }, 400, 'InvalidArgument'],
  [{ 'x-oss-storage-class': 'Cold' }, 400, 'InvalidArgument'],
  [{ 'x-oss-tagging': 'a=b=c' }, 400, 'InvalidArgument'],
])('a copy with %j → %i', async (headers, status, code) => {
  const [source, key] = [freshKey(), freshKey()]
  await put(source)
  await put(key, {}, 'before')
  const answer = await copy(`/photos/${source}`, key, headers)
  expect([answer.status, answer.error.get('Code')]).toEqual([status, code])
  expect((await ask('GET', key)).text).toBe(status === 200 ? 'hello' : 'before')
})

test('a bucket to copy into that is not there is said so', async () => {
  const source = freshKey()
  await put(source)
  const answer = await copy(`/photos/${source}`, 'a', {}, 'nowhere')
  expect(answer.error.get('Code')).toBe('NoSuchBucket')
})

test('an anonymous copy needs to read the source and to write the target', async () => {
  const source = freshKey()
  for (const bucket of ['photos', 'shown', 'open']) await put(source, {}, bucket, bucket)
  const outcomes: Record<string, number> = {}
  for (const from of ['photos', 'shown', 'open'])
    for (const to of ['photos', 'shown', 'open']) {
      const headers = { 'x-oss-copy-source': `/${from}/${source}` }
      outcomes[`${from} to ${to}`] = (
        await send(store, { method: 'PUT', target: `/${to}/${freshKey()}`, headers })
      ).status
    }
  expect(outcomes).toEqual({
    'photos to photos': 403,
    'photos to shown': 403,
    'photos to open': 403,
    'shown to photos': 403,
    'shown to shown': 403,
    'shown to open': 200,
    'open to photos': 403,
    'open to shown': 403,
    'open to open': 200,
  })
})

test('an anonymous copy sets no ACL, no tags, and takes none along', async () => {
  const source = freshKey()
  await put(source, {}, 'plain', 'shown')
  const anonymous = async (headers: Headers) =>
    (await send(store, { method: 'PUT', target: `/open/${freshKey()}`, headers })).status
  const from = { 'x-oss-copy-source': `/shown/${source}` }
  const tags = { 'x-oss-tagging-directive': 'REPLACE', 'x-oss-tagging': 'a=1' }
  expect(await anonymous(from)).toBe(200)
  expect(await anonymous({ ...from, 'x-oss-object-acl': 'private' })).toBe(403)
  expect(await anonymous({ ...from, ...tags })).toBe(403)
  await put(source, { 'x-oss-tagging': 'a=1' }, 'tagged', 'shown')
  expect(await anonymous(from)).toBe(403)
  expect(await anonymous({ ...from, 'x-oss-tagging-directive': 'REPLACE' })).toBe(200)
})

test('who may not read the source learns nothing of it, neither that it is there nor when it changed', async () => {
  const source = freshKey()
  await put(source)
  const tried = async (key: string, condition: Headers) => {
    const headers = { 'x-oss-copy-source': `/photos/${key}`, ...condition }
    const { status, error } = await send(store, { method: 'PUT', target: `/open/${freshKey()}`, headers })
    return [status, error.get('Code'), error.get('Message')]
  }
  const nowhere = await tried('nowhere', {})
  expect(await tried(source, {})).toEqual(nowhere)
  expect(await tried(source, { 'x-oss-copy-source-if-none-match': ETAG })).toEqual(nowhere)
  expect(await tried(source, { 'x-oss-copy-source-if-match': '"other"' })).toEqual(nowhere)
})

const GB = 1024 ** 3
const plain = { storageClass: 'Standard' }
test.each([
  ['to another bucket', plain, plain, false, 5 * GB],
  ['into another class', plain, { storageClass: 'IA' }, true, GB],
  ['into another encryption', plain, { ...plain, encryption: { algorithm: 'AES256' } }, true, GB],
  ['to another bucket and class', plain, { storageClass: 'IA' }, false, GB],
])('what is copied %s may have its limit, and not one byte more', (_, source, target, withinBucket, max) => {
  expect(() => checkCopySize(source, target, max, withinBucket)).not.toThrow()
  expect(() => checkCopySize(source, target, max + 1, withinBucket)).toThrow(`${max} are copied`)
})

test('within a bucket, what is not converted may have any size', () => {
  expect(() => checkCopySize(plain, plain, 50_000 * GB, true)).not.toThrow()
})

import { expect, test } from 'vitest'
import { sendAs } from '../../../test/sign-as.ts'
import { CREDENTIAL, fileStore, freshKey, type Sent, send, sendSigned } from '../../../test/store-client.ts'

/** docs/spec/object-api.md section 5: symlinks. */

const MINUTE = 60_000
const T0 = new Date('2026-01-02T03:04:05.000Z').getTime()
let now = T0
/** It may do everything below `mine/`, and nothing else. */
const LIMITED = { accessKeyId: 'limited', accessKeySecret: 'secret' }
const policy = {
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'oss:*', Resource: 'acs:oss:*:*:photos/mine/*' }],
}
const store = await fileStore({ now: () => new Date(now), credentials: [CREDENTIAL, { ...LIMITED, policy }] })

type Headers = Record<string, string>
const ask = (method: string, key: string, more: Partial<Sent> = {}, bucket = 'photos') => {
  return sendSigned(store, { method, target: `/${bucket}/${key}`, ...more })
}
const put = (key: string, body: string, headers: Headers = {}, bucket = 'photos') =>
  ask('PUT', key, { headers, body }, bucket)
const link = (key: string, target: string, headers: Headers = {}, bucket = 'photos') =>
  ask('PUT', `${key}?symlink`, { headers: { 'x-oss-symlink-target': target, ...headers } }, bucket)
const fresh = () => [freshKey(), freshKey()] as const

test('a GET of a link gives the bytes it stands for, with what was said of the link', async () => {
  const [key, target] = fresh()
  await put(target, 'hello', { 'content-type': 'text/plain', 'x-oss-meta-a': 'target', 'cache-control': 'no-cache' })
  const made = await link(key, target, { 'content-type': 'text/html', 'x-oss-meta-b': 'link' })
  expect(made).toMatchObject({ status: 200, text: '' })
  const read = await ask('GET', key)
  const { headers: behind } = await ask('HEAD', target)
  expect(read).toMatchObject({
    status: 200,
    text: 'hello',
    headers: {
      'content-type': 'text/html',
      'x-oss-meta-b': 'link',
      'x-oss-object-type': 'Symlink',
      etag: behind['etag'],
      'content-md5': behind['content-md5'],
      'x-oss-hash-crc64ecma': behind['x-oss-hash-crc64ecma'],
    },
  })
  expect(read.headers['x-oss-meta-a']).toBeUndefined()
  expect(read.headers['cache-control']).toBeUndefined()
  expect((await ask('HEAD', key)).headers).toMatchObject({ 'content-length': '5', etag: behind['etag'] })
})

test('ranges and conditions of a link are those of what it stands for', async () => {
  const [key, target] = fresh()
  await put(target, '0123456789')
  await link(key, target)
  const { etag = '' } = (await ask('HEAD', target)).headers
  const range = await ask('GET', key, { headers: { range: 'bytes=2-4' } })
  expect([range.status, range.text, range.headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10'])
  expect((await ask('GET', key, { headers: { 'if-none-match': etag } })).status).toBe(304)
  expect((await ask('GET', key, { headers: { 'if-match': '"other"' } })).status).toBe(412)
})

test.each([
  ['the link', 0, 1],
  ['what it stands for', 1, 0],
])('what is read through a link was modified when %s was, where that was later', async (_, putAt, linkedAt) => {
  const [key, target] = fresh()
  const works = [putAt, linkedAt].map((at, index) => ({
    at,
    work: () => (index === 0 ? put(target, 'hello') : link(key, target)),
  }))
  for (const { at, work } of works.sort((one, other) => one.at - other.at)) {
    now = T0 + at * MINUTE
    await work()
  }
  expect((await ask('HEAD', key)).headers['last-modified']).toBe(new Date(T0 + MINUTE).toUTCString())
})

test('a link tells its target and what was said of it, and no bytes', async () => {
  const [key, target] = [freshKey(), 'a b/+中?.txt']
  await link(key, encodeURIComponent(target), { 'content-type': 'text/plain', 'x-oss-meta-a': '1' })
  const told = await ask('GET', `${key}?symlink`)
  expect(told).toMatchObject({
    status: 200,
    text: '',
    headers: {
      'x-oss-symlink-target': 'a%20b/%2B%E4%B8%AD%3F.txt',
      'content-type': 'text/plain',
      'x-oss-meta-a': '1',
      'content-length': '0',
    },
  })
  expect((await ask('HEAD', `${key}?objectMeta`)).headers).toMatchObject({
    'content-length': '0',
    etag: told.headers['etag'],
  })
})

test('the target of what is no link is asked for in vain', async () => {
  const key = freshKey()
  expect((await ask('GET', `${key}?symlink`)).error.get('Code')).toBe('NoSuchKey')
  await put(key, 'hello')
  const answer = await ask('GET', `${key}?symlink`)
  expect([answer.status, answer.error.get('Code')]).toEqual([400, 'NotSymlink'])
})

test('a link to nothing is made, and leads nowhere until there is something', async () => {
  const [key, target] = fresh()
  expect((await link(key, target)).status).toBe(200)
  const answer = await ask('GET', key)
  expect([answer.status, answer.error.get('Code')]).toEqual([404, 'SymlinkTargetNotExist'])
  expect((await ask('HEAD', key)).headers['x-oss-err']).toBeDefined()
  expect((await ask('HEAD', `${key}?objectMeta`)).status).toBe(200)
  await put(target, 'now')
  expect((await ask('GET', key)).text).toBe('now')
})

test('a link to a link, or to itself, does not lead on', async () => {
  const [key, other] = fresh()
  await link(key, other)
  await link(other, freshKey())
  for (const target of [other, key]) {
    await link(key, target)
    const answer = await ask('GET', key)
    expect([answer.status, answer.error.get('Code')]).toEqual([400, 'InvalidTargetType'])
  }
})

test.each([
  ['%', 'InvalidArgument'],
  ['%FF', 'InvalidArgument'],
  ['%2Fa', 'InvalidObjectName'],
  ['/a', 'InvalidObjectName'],
  ['a'.repeat(1024), 'InvalidObjectName'],
  ['a'.repeat(1023), undefined],
])('the target %j → %s', async (target, code) => {
  const key = freshKey()
  expect((await link(key, target)).error.get('Code')).toBe(code)
  expect((await ask('GET', `${key}?symlink`)).status).toBe(code === undefined ? 200 : 404)
})

test('a link forbids overwriting as a put does, and else replaces what is there', async () => {
  const [key, target] = fresh()
  await put(key, 'before')
  await put(target, 'after')
  const refused = await link(key, target, { 'x-oss-forbid-overwrite': 'true' })
  expect([refused.status, refused.error.get('Code')]).toEqual([409, 'FileAlreadyExists'])
  expect((await ask('GET', key)).text).toBe('before')
  await link(key, target)
  expect((await ask('GET', key)).text).toBe('after')
  await ask('DELETE', key)
  expect((await ask('GET', target)).text).toBe('after')
})

test('a copy of a link is a link, to the same key of its own bucket', async () => {
  const [key, target] = fresh()
  await put(target, 'here')
  await put(target, 'there', {}, 'open')
  await link(key, target, { 'x-oss-meta-a': '1' })
  const headers = { 'x-oss-copy-source': `/photos/${key}` }
  await ask('PUT', key, { headers }, 'open')
  expect(await ask('GET', key, {}, 'open')).toMatchObject({
    text: 'there',
    headers: { 'x-oss-object-type': 'Symlink', 'x-oss-meta-a': '1' },
  })
})

test('tags and ACL of a link are its own', async () => {
  const [key, target] = fresh()
  await put(target, 'hello', { 'x-oss-tagging': 'a=1', 'x-oss-object-acl': 'private' })
  await link(key, target, { 'x-oss-tagging': 'b=1&c=1', 'x-oss-object-acl': 'public-read' })
  expect((await ask('HEAD', key)).headers['x-oss-tagging-count']).toBe('2')
  expect((await ask('GET', `${key}?acl`)).text).toContain('<Grant>public-read</Grant>')
})

test('who reads through a link without a signature must be allowed to read both', async () => {
  const outcomes: Record<string, number> = {}
  for (const bucket of ['photos', 'shown', 'open'])
    for (const [ofLink, ofTarget] of [
      ['default', 'default'],
      ['public-read', 'default'],
      ['public-read', 'private'],
      ['private', 'public-read'],
      ['public-read', 'public-read'],
    ]) {
      const [key, target] = fresh()
      await put(target, 'secret', { 'x-oss-object-acl': ofTarget ?? '' }, bucket)
      await link(key, target, { 'x-oss-object-acl': ofLink ?? '' }, bucket)
      outcomes[`${bucket} ${ofLink} → ${ofTarget}`] = (
        await send(store, { method: 'GET', target: `/${bucket}/${key}` })
      ).status
    }
  expect(outcomes).toEqual({
    'photos default → default': 403,
    'photos public-read → default': 403,
    'photos public-read → private': 403,
    'photos private → public-read': 403,
    'photos public-read → public-read': 200,
    'shown default → default': 200,
    'shown public-read → default': 200,
    'shown public-read → private': 403,
    'shown private → public-read': 403,
    'shown public-read → public-read': 200,
    'open default → default': 200,
    'open public-read → default': 200,
    'open public-read → private': 403,
    'open private → public-read': 403,
    'open public-read → public-read': 200,
  })
})

test('an anonymous writer makes a link to a private object, and reads nothing through it', async () => {
  const [key, target] = fresh()
  await put(target, 'secret', { 'x-oss-object-acl': 'private' }, 'open')
  const headers = { 'x-oss-symlink-target': target }
  expect((await send(store, { method: 'PUT', target: `/open/${key}?symlink`, headers })).status).toBe(200)
  for (const method of ['GET', 'HEAD']) {
    const answer = await send(store, { method, target: `/open/${key}` })
    expect(answer.status).toBe(403)
    expect(JSON.stringify(answer)).not.toContain('secret')
  }
  const acl = { ...headers, 'x-oss-object-acl': 'public-read' }
  expect((await send(store, { method: 'PUT', target: `/open/${key}?symlink`, headers: acl })).status).toBe(403)
})

test('without a right nobody learns through a link whether an object exists', async () => {
  const [key, target] = fresh()
  await link(key, target, { 'x-oss-object-acl': 'public-read' })
  const read = async () => {
    const { status, error } = await send(store, { method: 'GET', target: `/photos/${key}` })
    return [status, error.get('Code'), error.get('Message')]
  }
  const nowhere = await read()
  await put(target, 'secret')
  expect(await read()).toEqual(nowhere)
})

test('a key that may do all below a prefix links out of it, and reads nothing there', async () => {
  const target = freshKey()
  await put(target, 'secret')
  await put('mine/other', 'mine')
  const limited = (method: string, key: string, more: { headers?: Headers; query?: [string, string][] } = {}) =>
    sendAs(store, LIMITED, { method, bucket: 'photos', key, ...more })
  const made = (key: string) =>
    limited('PUT', 'mine/link', { query: [['symlink', '']], headers: { 'x-oss-symlink-target': key } })
  expect((await made(target)).status).toBe(200)
  const read = await limited('GET', 'mine/link')
  expect([read.status, read.error.get('Code')]).toEqual([403, 'AccessDenied'])
  expect((await limited('PUT', 'mine/copy', { headers: { 'x-oss-copy-source': `/photos/${target}` } })).status).toBe(
    403,
  )
  expect((await limited('PUT', 'mine/copy', { headers: { 'x-oss-copy-source': '/photos/mine/link' } })).status).toBe(
    200,
  )
  expect((await limited('GET', 'mine/copy')).status).toBe(403)
  await made('mine/other')
  expect((await limited('GET', 'mine/link')).text).toBe('mine')
})

import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { utf8 } from '../../../src/base/bytes.ts'
import { BUCKET, OTHER_BUCKET } from './ground.ts'
import { contentOf, expectCrc, expectKept, expectRefused, freshKey, keysOf, type Steps, textOf } from './steps.ts'

export const put: Steps = async ({ client, ground }) => {
  for (const key of keysOf(client)) {
    const content = contentOf(1000)
    const answered = await client.put(key, content, { type: 'text/x-test', meta: { author: 'li' } })
    expect(answered.status).toBe(200)
    expect(answered.headers).toMatchObject({ etag: etagOf(content) })
    expect(answered.headers['x-oss-request-id']).toMatch(/^[0-9A-F]{24}$/)
    await expectKept(ground, key, content, answered)
    expect((await ground.kept(key))?.headers).toMatchObject({
      'content-type': 'text/x-test',
      'x-oss-meta-author': 'li',
    })
  }
  const key = freshKey()
  await expectKept(ground, key, '', await client.put(key, utf8('')))
  await client.put(key, utf8('replaced'))
  const onlyNew = { headers: { 'x-oss-forbid-overwrite': 'true' } }
  await expectRefused(client.put(key, utf8('again'), onlyNew), 409, 'FileAlreadyExists')
  const otherMd5 = { headers: { 'Content-MD5': createHash('md5').update('other').digest('base64') } }
  await expectRefused(client.put(key, utf8('again'), otherMd5), 400, 'InvalidDigest')
  await expectKept(ground, key, 'replaced')
  if (client.foldsDotSegments) await expectRefused(client.put('a/../b.txt', utf8('x')), 403, 'SignatureDoesNotMatch')
}

export const get: Steps = async ({ client, ground }) => {
  for (const key of keysOf(client)) {
    const content = contentOf(1000)
    await ground.keep(key, content, { 'content-type': 'image/x-test', 'x-oss-meta-author': 'li' })
    const fetched = await client.get(key)
    expect(fetched.status).toBe(200)
    expect(Buffer.from(fetched.content).equals(content)).toBe(true)
    expect(fetched.headers).toMatchObject({
      'content-type': 'image/x-test',
      'x-oss-meta-author': 'li',
      'x-oss-object-type': 'Normal',
      etag: etagOf(content),
    })
    await expectCrc(fetched, content)
    expect((await client.get(key, { 'If-None-Match': etagOf(content) })).status).toBe(304)
    await expectRefused(client.get(key, { 'If-Match': '"other"' }), 412, 'PreconditionFailed')
  }
  await expectRefused(client.get(freshKey()), 404, 'NoSuchKey')
}

const RANGES = [
  { range: 'bytes=0-4', status: 206, text: '01234', contentRange: 'bytes 0-4/10' },
  { range: 'bytes=7-', status: 206, text: '789', contentRange: 'bytes 7-9/10' },
  { range: 'bytes=-3', status: 206, text: '789', contentRange: 'bytes 7-9/10' },
  { range: 'bytes=9-9', status: 206, text: '9', contentRange: 'bytes 9-9/10' },
  { range: 'bytes=5-10', status: 200, text: '0123456789', contentRange: undefined },
  { range: 'bytes=4-2', status: 200, text: '0123456789', contentRange: undefined },
]

export const range: Steps = async ({ client, ground }) => {
  for (const { range, status, text, contentRange } of RANGES) {
    const key = freshKey() // a browser's cache knows the size after the first answer, and asks for "5-9" itself
    await ground.keep(key, '0123456789')
    const fetched = await client.get(key, { Range: range })
    expect(fetched.status, range).toBe(status)
    expect(textOf(fetched.content), range).toBe(text)
    expect(fetched.headers['content-range'], range).toBe(contentRange)
    await expectCrc(fetched, utf8('0123456789'))
  }
}

export const head: Steps = async ({ client, ground }) => {
  for (const key of keysOf(client)) {
    const content = contentOf(1234)
    await ground.keep(key, content, { 'content-type': 'image/x-test', 'x-oss-meta-author': 'li' })
    const answered = await client.head(key)
    expect(answered.status).toBe(200)
    expect(answered.headers).toMatchObject({
      'content-length': '1234',
      'content-type': 'image/x-test',
      'x-oss-meta-author': 'li',
      etag: etagOf(content),
    })
    expect(Number.isNaN(Date.parse(answered.headers['last-modified'] ?? ''))).toBe(false)
  }
  await expectRefused(client.head(freshKey()), 404, 'NoSuchKey')
}

export const copy: Steps = async ({ client, ground }) => {
  const content = contentOf(100_000)
  for (const key of keysOf(client)) {
    await ground.keep(key, content, { 'content-type': 'image/x-test', 'x-oss-meta-author': 'li' })
    const copied = freshKey()
    expect((await client.copy(copied, { bucket: BUCKET, key })).status).toBe(200)
    await expectKept(ground, copied, content)
    const kept = await ground.kept(copied)
    expect(kept?.headers).toMatchObject({ 'content-type': 'image/x-test', 'x-oss-meta-author': 'li' })
  }
  const key = freshKey()
  await ground.keep(key, 'of another bucket', { 'x-oss-meta-author': 'li' }, OTHER_BUCKET)
  await client.copy(key, { bucket: OTHER_BUCKET, key }, { place: 'here' })
  await expectKept(ground, key, 'of another bucket')
  const { headers } = (await ground.kept(key)) ?? { headers: {} }
  expect(headers).toMatchObject({ 'x-oss-meta-place': 'here' })
  expect(headers).not.toHaveProperty('x-oss-meta-author')
  await expectRefused(client.copy(key, { bucket: BUCKET, key: freshKey() }), 404, 'NoSuchKey')
}

export const deleteMany: Steps = async ({ client, ground }) => {
  const single = freshKey()
  await ground.keep(single, 'x')
  expect((await client.delete(single)).status).toBe(204)
  expect(await ground.kept(single)).toBeUndefined()

  const keys = keysOf(client)
  const absent = Array.from({ length: 1000 - keys.length }, freshKey)
  for (const quiet of [false, true]) {
    for (const key of keys) await ground.keep(key, 'x')
    const deleted = await client.deleteMany([...keys, ...absent], quiet)
    expect(deleted).toEqual(quiet ? [] : expect.arrayContaining([...keys]))
    for (const key of keys) expect(await ground.kept(key), key).toBeUndefined()
  }
}

export const append: Steps = async ({ client, ground }) => {
  const key = freshKey()
  const pieces = [contentOf(1000), contentOf(70_000), contentOf(1)]
  let whole = Buffer.alloc(0)
  for (const piece of pieces) {
    const answered = await client.append(key, piece, whole.length)
    whole = Buffer.concat([whole, piece])
    expect(answered.headers['x-oss-next-append-position']).toBe(String(whole.length))
    await expectKept(ground, key, whole, answered)
  }
  expect((await ground.kept(key))?.headers).toMatchObject({ 'x-oss-object-type': 'Appendable' })
  await expectRefused(client.append(key, utf8('x'), 1000), 409, 'PositionNotEqualToLength')
  const normal = freshKey()
  await ground.keep(normal, 'x')
  await expectRefused(client.append(normal, utf8('x'), 1), 409, 'ObjectNotAppendable')
  await expectKept(ground, key, whole)
}

function etagOf(content: Uint8Array): string {
  return `"${createHash('md5').update(content).digest('hex').toUpperCase()}"`
}

import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fileStore, freshKey, kept, type Sent, send, sendSigned } from '../../../test/store-client.ts'
import { digestOf } from '../disk/digest.ts'

/** docs/spec/object-api.md section 5: AppendObject. */

const store = await fileStore()
type Headers = Record<string, string>
const append = (key: string, position: number | string, body: Sent['body'] = 'hello', headers: Headers = {}) =>
  sendSigned(store, { method: 'POST', target: `/photos/${key}?append&position=${position}`, headers, body })
const ask = (method: string, key: string, more: Partial<Sent> = {}) =>
  sendSigned(store, { method, target: `/photos/${key}`, ...more })
const LARGE = 100_000

test('what is appended stands behind what is there, and the answer says where the next goes', async () => {
  const key = freshKey()
  const pieces = ['hello', ' ', 'x'.repeat(LARGE), 'world']
  let whole = ''
  for (const piece of pieces) {
    const answer = await append(key, whole.length, piece)
    whole += piece
    const { crc64 } = await digestOf(Buffer.from(whole))
    expect(answer).toMatchObject({
      status: 200,
      text: '',
      headers: { 'x-oss-next-append-position': String(whole.length), 'x-oss-hash-crc64ecma': crc64 },
    })
    const read = await ask('GET', key)
    expect(read).toMatchObject({
      text: whole,
      headers: { etag: answer.headers['etag'], 'x-oss-hash-crc64ecma': crc64 },
    })
  }
  expect((await ask('HEAD', key)).headers).toMatchObject({
    'x-oss-object-type': 'Appendable',
    'x-oss-next-append-position': String(whole.length),
    'content-length': String(whole.length),
  })
  expect((await ask('HEAD', key)).headers['content-md5']).toBeUndefined()
})

test('any bytes appended in any pieces are read back whole, with their CRC-64', async () => {
  const piece = fc.oneof(fc.uint8Array({ maxLength: 9 }), fc.constant(new Uint8Array(70_000).fill(7)))
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 5 }), async (pieces) => {
      const key = freshKey()
      let position = 0
      for (const bytes of pieces) {
        expect((await append(key, position, bytes)).status).toBe(200)
        position += bytes.length
      }
      const whole = Buffer.concat(pieces)
      const read = await ask('GET', key)
      expect(read.bytes.equals(whole)).toBe(true)
      expect(read.headers['x-oss-hash-crc64ecma']).toBe((await digestOf(whole)).crc64)
    }),
    { numRuns: 20 },
  )
})

test.each([
  [1, 409, '0'],
  [5_368_709_121, 409, '0'],
  [999_999_999_999_999, 409, '0'],
])('the position %i of an object that is not there → %i', async (position, status, next) => {
  const answer = await append(freshKey(), position)
  expect(answer).toMatchObject({ status, headers: { 'x-oss-next-append-position': next } })
  expect(answer.error.get('Code')).toBe('PositionNotEqualToLength')
  expect(answer.error.get('Message')).toMatch(/^Position is not equal to file length\./)
})

test.each([0, 4, 6, 500])(
  'the position %i of an object of five bytes is refused, and nothing is changed',
  async (position) => {
    const key = freshKey()
    await append(key, 0)
    const answer = await append(key, position, 'x')
    expect(answer).toMatchObject({ status: 409, headers: { 'x-oss-next-append-position': '5' } })
    expect((await ask('GET', key)).text).toBe('hello')
  },
)

test.each([
  ['', 'MissingArgument'],
  ['-1', 'InvalidArgument'],
  ['1.5', 'InvalidArgument'],
  ['0x0', 'InvalidArgument'],
  ['1000000000000000', 'InvalidArgument'],
])('the position %j is none', async (position, code) => {
  const key = freshKey()
  expect((await append(key, position)).error.get('Code')).toBe(code)
  expect((await ask('HEAD', key)).status).toBe(404)
})

test.each([
  ['put', (key: string) => ask('PUT', key, { body: 'hello' }), 'Normal'],
  ['a symlink', (key: string) => ask('PUT', `${key}?symlink`, { headers: { 'x-oss-symlink-target': 'a' } }), 'Symlink'],
])('to an object that was %s nothing is appended', async (_, make, type) => {
  const key = freshKey()
  await make(key)
  for (const position of [0, 5]) {
    const answer = await append(key, position)
    expect(answer.status).toBe(409)
    expect(answer.error.get('Code')).toBe('ObjectNotAppendable')
    expect(answer.error.get('Message')).toContain(`The object is not appendable. It is ${type}`)
  }
})

test('the first append says what the object is; what later ones say of it is passed over', async () => {
  const key = freshKey()
  const said = {
    'content-type': 'text/plain',
    'cache-control': 'no-cache',
    'x-oss-meta-a': '1',
    'x-oss-storage-class': 'IA',
    'x-oss-server-side-encryption': 'AES256',
    'x-oss-tagging': 'a=1',
  }
  const first = await append(key, 0, 'hello', { ...said, 'x-oss-object-acl': 'public-read' })
  expect(first.headers['x-oss-server-side-encryption']).toBe('AES256')
  await append(key, 5, '!', { 'content-type': 'text/html', 'x-oss-meta-a': '2', 'x-oss-object-acl': 'private' })
  const { 'x-oss-tagging': _, ...headers } = said
  expect((await ask('HEAD', key)).headers).toMatchObject({ ...headers, 'x-oss-tagging-count': '1' })
  expect(await send(store, { method: 'GET', target: `/photos/${key}` })).toMatchObject({ status: 200, text: 'hello!' })
})

test('an append of nothing leaves the object as it is', async () => {
  const key = freshKey()
  expect((await append(key, 0, '')).headers).toMatchObject({
    'x-oss-next-append-position': '0',
    'x-oss-hash-crc64ecma': '0',
  })
  const { etag } = (await append(key, 0, 'hello')).headers
  expect((await append(key, 5, '')).headers).toMatchObject({ etag, 'x-oss-next-append-position': '5' })
  expect((await ask('GET', key)).text).toBe('hello')
  expect((await append(key, 0, '')).status).toBe(409)
})

test('every append gives the object another ETag, which conditions know', async () => {
  const key = freshKey()
  const first = (await append(key, 0)).headers['etag'] ?? ''
  const second = (await append(key, 5)).headers['etag'] ?? ''
  expect(second).not.toBe(first)
  expect(second).toMatch(/^"[0-9A-F]{32}"$/)
  expect((await ask('GET', key, { headers: { 'if-match': first } })).status).toBe(412)
  expect((await ask('GET', key, { headers: { 'if-none-match': second } })).status).toBe(304)
})

const md5 = (text: string) => createHash('md5').update(text).digest('base64')
test.each([
  ['the MD5 of what is appended', { 'content-md5': md5('hello') }, 200, undefined],
  ['the MD5 of the whole', { 'content-md5': md5('hellohello') }, 400, 'InvalidDigest'],
  ['a short body', { 'content-length': '6' }, 400, 'IncompleteBody'],
  ['no length', { 'content-length': '' }, 411, 'MissingContentLength'],
  ['chunks', { 'content-length': '', 'transfer-encoding': 'chunked' }, 200, undefined],
  ['a condition', { 'if-match': '*' }, 400, 'NotImplemented'],
  ['a callback', { 'x-oss-callback': 'e30=' }, 501, 'NotImplemented'],
  ['a source to copy', { 'x-oss-copy-source': '/photos/a' }, 501, 'NotImplemented'],
  ['5 GB in all', { 'content-length': '5368709115' }, 400, 'IncompleteBody'],
  ['a byte more', { 'content-length': '5368709116' }, 400, 'EntityTooLarge'],
])('an append with %s → %i', async (_, headers, status, code) => {
  const key = freshKey()
  await append(key, 0)
  const answer = await append(key, 5, 'hello', headers)
  expect([answer.status, answer.error.get('Code')]).toEqual([status, code])
  expect((await ask('GET', key)).text).toBe(status === 200 ? 'hellohello' : 'hello')
})

test('an append that begins an object and is refused leaves none', async () => {
  const key = freshKey()
  expect((await append(key, 0, 'hello', { 'content-md5': md5('other') })).status).toBe(400)
  expect((await ask('HEAD', key)).status).toBe(404)
})

test.each([0, 5, LARGE])(
  'of twenty appends at position %i at once one is kept, and the others learn the next',
  async (length) => {
    const key = freshKey()
    await append(key, 0, 'x'.repeat(length))
    const bodies = Array.from({ length: 20 }, (_, at) => String.fromCharCode(97 + at).repeat(at % 2 === 0 ? 3 : LARGE))
    const answers = await Promise.all(bodies.map((body) => append(key, length, body)))
    const won = answers.flatMap(({ status }, at) => (status === 200 ? [at] : []))
    expect(won).toHaveLength(1)
    const whole = 'x'.repeat(length) + bodies[won[0] ?? 0]
    expect((await ask('GET', key)).text).toBe(whole)
    for (const { status, headers } of answers)
      if (status !== 200) expect([status, headers['x-oss-next-append-position']]).toEqual([409, String(whole.length)])
  },
)

test('who sends slowly keeps nobody waiting, and is refused when it is too late', async () => {
  const key = freshKey()
  await append(key, 0)
  let finish = () => {}
  const held = new Promise<void>((resolve) => {
    finish = resolve
  })
  async function* slowly() {
    yield Buffer.from('slow')
    await held
  }
  const slow = append(key, 5, slowly(), { 'transfer-encoding': 'chunked' })
  expect((await append(key, 5, 'fast')).status).toBe(200)
  finish()
  expect(await slow).toMatchObject({ status: 409, headers: { 'x-oss-next-append-position': '9' } })
  expect((await ask('GET', key)).text).toBe('hellofast')
})

test('a copy keeps its size while its source grows, and is not appendable', async () => {
  const [key, copied] = [freshKey(), freshKey()]
  await append(key, 0, 'hello')
  await ask('PUT', copied, { headers: { 'x-oss-copy-source': `/photos/${key}` } })
  await append(key, 5, 'world')
  expect(await ask('GET', copied)).toMatchObject({ text: 'hello', headers: { 'x-oss-object-type': 'Normal' } })
  expect((await append(copied, 5)).error.get('Code')).toBe('ObjectNotAppendable')
  await ask('DELETE', key)
  expect((await ask('GET', copied)).text).toBe('hello')
})

test('a copy onto itself gives an appendable object other metadata, and it is still appendable', async () => {
  const key = freshKey()
  await append(key, 0, 'hello', { 'x-oss-meta-a': '1' })
  await ask('PUT', key, { headers: { 'x-oss-copy-source': `/photos/${key}`, 'x-oss-meta-a': '2' } })
  expect((await append(key, 5, '!')).status).toBe(200)
  expect(await ask('GET', key)).toMatchObject({ text: 'hello!', headers: { 'x-oss-meta-a': '2' } })
})

test('a put over an appendable object makes it one that is not', async () => {
  const key = freshKey()
  await append(key, 0)
  await ask('PUT', key, { body: 'put' })
  expect(await ask('GET', key)).toMatchObject({ text: 'put', headers: { 'x-oss-object-type': 'Normal' } })
  await ask('DELETE', key)
  expect((await append(key, 0, 'anew')).status).toBe(200)
})

test.each(['DELETE', 'PUT', 'COPY'] as const)(
  'a %s during appends is before or behind each of them',
  async (method) => {
    const disturb = (key: string) => {
      if (method === 'DELETE') return ask('DELETE', key)
      if (method === 'PUT') return ask('PUT', key, { body: 'put' })
      return ask('PUT', key, { headers: { 'x-oss-copy-source': `/photos/${key}`, 'x-oss-meta-a': '1' } })
    }
    for (let round = 0; round < 10; round++) {
      const key = freshKey()
      await append(key, 0, 'x'.repeat(LARGE))
      const [answer] = await Promise.all([append(key, LARGE, 'y'.repeat(LARGE)), disturb(key)])
      expect([200, 409]).toContain(answer.status)
      const found = await kept(store, key)
      if (method === 'DELETE') expect(found).toBeUndefined()
      else if (method === 'PUT') expect(found?.text).toBe('put')
      else {
        expect(answer.status).toBe(200)
        expect(found?.text).toBe('x'.repeat(LARGE) + 'y'.repeat(LARGE))
      }
    }
  },
)

test('a reader sees the object as it was when it asked, whole, while it grows', async () => {
  const key = freshKey()
  await append(key, 0, 'x'.repeat(LARGE))
  const growing = (async () => {
    for (let at = 1; at < 10; at++) await append(key, at * LARGE, 'x'.repeat(LARGE))
  })()
  for (let times = 0; times < 20; times++) {
    const { text, headers } = await ask('GET', key)
    expect(headers['content-length']).toBe(String(text.length))
    expect(headers['x-oss-next-append-position']).toBe(String(text.length))
    expect(text).toBe('x'.repeat(text.length))
  }
  await growing
})

test('who may append without a signature', async () => {
  const outcomes: Record<string, number> = {}
  for (const bucket of ['photos', 'shown', 'open'])
    for (const acl of ['default', 'private', 'public-read-write']) {
      const key = freshKey()
      const target = `/${bucket}/${key}?append&position=`
      await sendSigned(store, { method: 'POST', target: `${target}0`, headers: { 'x-oss-object-acl': acl }, body: 'x' })
      outcomes[`${bucket} ${acl}`] = (await send(store, { method: 'POST', target: `${target}1`, body: 'y' })).status
    }
  expect(outcomes).toEqual({
    'photos default': 403,
    'photos private': 403,
    'photos public-read-write': 403,
    'shown default': 403,
    'shown private': 403,
    'shown public-read-write': 403,
    'open default': 200,
    'open private': 403,
    'open public-read-write': 200,
  })
})

test.each([{ 'x-oss-object-acl': 'public-read' }, { 'x-oss-tagging': 'a=1' }])(
  'an anonymous append sets no %j',
  async (headers) => {
    const key = freshKey()
    const target = `/open/${key}?append&position=0`
    expect((await send(store, { method: 'POST', target, headers, body: 'x' })).status).toBe(403)
    expect(await kept(store, key, 'open')).toBeUndefined()
  },
)

test('an append to a bucket that is not there is said so', async () => {
  const answer = await sendSigned(store, { method: 'POST', target: '/nowhere/a?append&position=0', body: 'x' })
  expect(answer.error.get('Code')).toBe('NoSuchBucket')
})

import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { PosternError } from '../base/errors.ts'
import { listen } from '../http/listen.ts'
import { parseIssueRequest } from './issue-request.ts'
import { ask, PNG, testIssuer } from './issuer.fixture.ts'
import { MAX_UPLOADS_BODY_BYTES } from './uploads.ts'

test('a request names a file, its size and its type, and perhaps a route and metadata', () => {
  const request = parseIssueRequest({ ...PNG, route: 'avatars', meta: { album: 'summer' } })
  expect(request).toEqual({ ...PNG, route: 'avatars', meta: new Map([['album', 'summer']]) })
})

const types: { said: string; type: string }[] = [
  { said: '', type: 'application/octet-stream' },
  { said: 'Image/PNG', type: 'image/png' },
  { said: 'text/plain;charset=utf-8', type: 'text/plain;charset=utf-8' },
  { said: 'video/webm; codecs=vp8', type: 'video/webm; codecs=vp8' },
]

test.each(types)('the type "$said" is read as $type', ({ said, type }) => {
  expect(parseIssueRequest({ ...PNG, type: said }).type).toBe(type)
})

const refused: { why: string; body: unknown; says: string }[] = [
  { why: 'a list', body: [], says: '"filename"' },
  { why: 'text', body: '"a"', says: 'JSON object' },
  { why: 'nothing', body: 'null', says: 'JSON object' },
  { why: 'no file name', body: { size: 1, type: '' }, says: '"filename" is missing' },
  { why: 'no size', body: { filename: 'a', type: '' }, says: '"size" is missing' },
  { why: 'no type', body: { filename: 'a', size: 1 }, says: '"type" is missing' },
  { why: 'an empty file name', body: { ...PNG, filename: '' }, says: '"filename" is empty' },
  { why: 'a file name of 1025', body: { ...PNG, filename: 'a'.repeat(1025) }, says: '"filename" is over 1024' },
  { why: 'a line break in the file name', body: { ...PNG, filename: 'a\r\nb' }, says: '"filename" holds a control' },
  {
    why: 'a zero byte in the file name',
    body: { ...PNG, filename: 'a.png\0.html' },
    says: '"filename" holds a control',
  },
  { why: 'a file name that is a number', body: { ...PNG, filename: 1 }, says: '"filename" must be text' },
  { why: 'a negative size', body: { ...PNG, size: -1 }, says: '"size" cannot be negative' },
  { why: 'half a byte', body: { ...PNG, size: 1.5 }, says: '"size" must be a whole number' },
  { why: 'an endless size', body: '{"filename":"a","size":1e999,"type":""}', says: '"size" must be a whole number' },
  { why: 'a size past 2^53', body: { ...PNG, size: 2 ** 53 }, says: '"size" must be a whole number' },
  { why: 'a size as text', body: { ...PNG, size: '1' }, says: '"size" must be a number' },
  { why: 'a size as a list', body: { ...PNG, size: [1] }, says: '"size" must be a number' },
  { why: 'a type that is none', body: { ...PNG, type: 'png' }, says: '"type" must be a type' },
  { why: 'two types', body: { ...PNG, type: 'image/png, text/html' }, says: '"type" must be a type' },
  { why: 'a type that browsers guess at', body: { ...PNG, type: '*/*' }, says: '"type" must be a type' },
  { why: 'a line break in the type', body: { ...PNG, type: 'image/png\r\nX: y' }, says: '"type" must be a type' },
  { why: 'a type of 256', body: { ...PNG, type: `image/${'a'.repeat(250)}` }, says: '"type" is over 255' },
  { why: 'a route that is a list', body: { ...PNG, route: ['a'] }, says: '"route" must be text' },
  { why: 'a member it does not know', body: { ...PNG, key: 'mine' }, says: 'no member "key"' },
  { why: 'a prototype', body: '{"__proto__":{"filename":"a"},"size":1,"type":""}', says: '"filename" is missing' },
  { why: 'a prototype beside the rest', body: `{"__proto__":{},${JSON.stringify(PNG).slice(1)}`, says: '"__proto__"' },
  { why: 'metadata that is a list', body: { ...PNG, meta: [] }, says: '"meta" must be an object' },
  { why: 'metadata with a name for a header', body: { ...PNG, meta: { 'a b': 'x' } }, says: '"meta" has a name' },
  {
    why: 'metadata called __proto__',
    body: `{"meta":{"__proto__":"x"},${JSON.stringify(PNG).slice(1)}`,
    says: '"meta" has a name',
  },
  { why: 'a line break in metadata', body: { ...PNG, meta: { a: 'x\r\ny' } }, says: '"meta" has a value' },
  { why: 'metadata beyond ASCII', body: { ...PNG, meta: { a: '照片' } }, says: 'percent-encode it' },
  { why: 'metadata that is a number', body: { ...PNG, meta: { a: 1 } }, says: '"meta" has a value' },
  {
    why: 'metadata of 65 entries',
    body: { ...PNG, meta: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [n, 'x'])) },
    says: 'more than 64',
  },
  { why: 'no JSON', body: '{', says: 'not JSON' },
]

test.each(refused)('$why is refused by name', async ({ body, says }) => {
  const response = await ask(testIssuer(), body)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    code: 'issue-request-malformed',
    detail: expect.stringContaining(says),
  })
})

const limits: { what: string; body: object }[] = [
  { what: 'a file name of 1024', body: { ...PNG, filename: 'a'.repeat(1024) } },
  { what: 'a type of 255', body: { ...PNG, type: `image/${'a'.repeat(249)}` } },
  {
    what: 'metadata of 64 entries',
    body: { ...PNG, meta: Object.fromEntries(Array.from({ length: 64 }, (_, n) => [n, 'x'])) },
  },
  { what: 'metadata named like a member of every object', body: { ...PNG, meta: { constructor: 'x' } } },
]

test.each(limits)('$what is accepted', async ({ body }) => {
  expect((await ask(testIssuer(), body)).status).toBe(200)
})

test('a body may have 1600 KiB: a hundred files, each with the 16 KiB that a request has elsewhere', async () => {
  const padded = (bytes: number) => JSON.stringify(PNG).padEnd(bytes)
  expect((await ask(testIssuer(), padded(MAX_UPLOADS_BODY_BYTES))).status).toBe(200)
  expect((await ask(testIssuer(), padded(MAX_UPLOADS_BODY_BYTES + 1))).status).toBe(400)
})

test('over HTTP a body has the same bound, whether it says how long it is or not', async () => {
  const server = await listen(testIssuer())
  onTestFinished(() => server.close())
  const statusOf = async (body: string | ReadableStream) => {
    const response = await fetch(`${server.url}/uploads`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      // @ts-expect-error: Node asks for it, the types do not know it
      duplex: 'half',
    })
    return response.status
  }
  const padded = (bytes: number) => JSON.stringify(PNG).padEnd(bytes)
  for (const form of [padded, (bytes: number) => new Blob([padded(bytes)]).stream()]) {
    expect(await statusOf(form(MAX_UPLOADS_BODY_BYTES))).toBe(200)
    expect(await statusOf(form(MAX_UPLOADS_BODY_BYTES + 1))).toBe(400)
  }
})

test('a body without end is left where it is too long', async () => {
  let pulled = 0
  const body = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1024).fill(pulled++)) })
  const request = new Request('http://app.local/uploads', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    // @ts-expect-error: Node asks for it, the types do not know it
    duplex: 'half',
  })
  expect((await testIssuer()(request)).status).toBe(400)
  expect(pulled).toBeLessThan(MAX_UPLOADS_BODY_BYTES / 1024 + 16)
})

test('a body that is not UTF-8 is refused', async () => {
  const request = new Request('http://app.local/uploads', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: new Uint8Array([0x22, 0xff, 0x22]),
  })
  expect(await (await testIssuer()(request)).json()).toMatchObject({ detail: 'The body is not UTF-8.' })
})

const contentTypes: { type: string; status: number }[] = [
  { type: 'application/json', status: 200 },
  { type: 'Application/JSON; charset=utf-8', status: 200 },
  { type: 'text/plain', status: 400 },
  { type: 'text/plain; application/json', status: 400 },
  { type: 'application/x-www-form-urlencoded', status: 400 },
  { type: 'multipart/form-data', status: 400 },
]

test.each(contentTypes)('another site cannot ask in a visitor’s name: $type → $status', async ({ type, status }) => {
  expect((await ask(testIssuer(), PNG, { 'content-type': type })).status).toBe(status)
})

test('whatever the body holds, the answer is a request or a refusal of ours', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      let value: unknown
      try {
        value = JSON.parse(text)
      } catch {
        return
      }
      try {
        parseIssueRequest(value)
      } catch (error) {
        expect(error).toBeInstanceOf(PosternError)
      }
    }),
  )
})

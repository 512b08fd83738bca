import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { fileStore, freshKey, kept, testStore } from '../../../test/store-client.ts'
import { initiate, partList } from './upload.fixture.ts'

/** docs/spec/object-api.md section 5: UploadPart. */

const store = await fileStore()

test('the answer to a part says what came', async () => {
  const upload = await initiate(store, freshKey(), { 'x-oss-server-side-encryption': 'AES256' })
  expect(await upload.part(1, 'hello world')).toMatchObject({
    status: 200,
    text: '',
    headers: {
      etag: '"5EB63BBBE01EEED093CB22BB8F5ACDC3"',
      'x-oss-hash-crc64ecma': '5981764153023615706',
      'content-md5': 'XrY7u+Ae7tCTyyK7j1rNww==',
      'x-oss-server-side-encryption': 'AES256',
    },
  })
})

test('a part that is sent again takes the place of the first', async () => {
  const upload = await initiate(store, freshKey())
  const first = (await upload.part(1, 'first')).headers['etag'] ?? ''
  const list = await upload.parts({ 1: 'second' })
  expect((await upload.complete(partList([[1, first]]))).error.get('Code')).toBe('InvalidPart')
  expect((await upload.complete(list)).status).toBe(200)
  expect((await kept(store, upload.key))?.text).toBe('second')
})

test.each([1, 9999, 10_000])('%i is the number of a part', async (number) => {
  const upload = await initiate(store, freshKey())
  expect((await upload.part(number, 'x')).status).toBe(200)
})

test.each(['0', '10001', '-1', '1.5', '1e3', '0x10', '00000001', '', ' 1', 'one', '99999999999999999999'])(
  '"%s" is not',
  async (number) => {
    const upload = await initiate(store, freshKey())
    const { status, error } = await upload.part(number, 'x')
    expect([status, error.get('Code'), error.get('EC')]).toEqual([400, 'InvalidArgument', '0017-00000220'])
    expect(error.get('Message')).toMatch(/^Part number must be an integer between 1 and 10000, inclusive\./)
  },
)

test('a request for a part without its number is refused', async () => {
  const upload = await initiate(store, freshKey())
  expect((await upload.send({ method: 'PUT', body: 'x' })).error.get('Code')).toBe('InvalidArgument')
})

test('a part of no bytes is one', async () => {
  const upload = await initiate(store, freshKey())
  const made = await upload.complete(await upload.parts({ 1: '' }))
  expect(made).toMatchObject({ status: 200, headers: { 'x-oss-hash-crc64ecma': '0' } })
  expect(await kept(store, upload.key)).toMatchObject({ text: '', headers: { 'content-length': '0' } })
})

test('a part may come in chunks, without a length', async () => {
  const upload = await initiate(store, freshKey())
  expect((await upload.part(1, chunks('a', 'b'), { 'transfer-encoding': 'chunked' })).status).toBe(200)
})

const MD5 = createHash('md5').update('hello').digest('base64')

test.each([
  ['no length', chunks('x'), {}, 411, 'MissingContentLength'],
  ['fewer bytes than announced', 'hello', { 'content-length': '6' }, 400, 'IncompleteBody'],
  ['more bytes than 5 GB', 'hello', { 'content-length': '5368709121' }, 400, 'EntityTooLarge'],
  ['another MD5', 'hallo', { 'content-md5': MD5 }, 400, 'InvalidDigest'],
  ['an MD5 that is none', 'hello', { 'content-md5': 'x' }, 400, 'InvalidDigest'],
  ['a condition', 'hello', { 'if-none-match': '*' }, 400, 'NotImplemented'],
  ['an encryption', 'hello', { 'x-oss-server-side-encryption': 'AES256' }, 400, 'InvalidArgument'],
])('a part is refused for %s, and the earlier one stays', async (_, body, headers, status, code) => {
  const upload = await initiate(store, freshKey())
  const list = await upload.parts({ 1: 'earlier' })
  const answer = await upload.part(1, body, headers)
  expect([answer.status, answer.error.get('Code')]).toEqual([status, code])
  await upload.complete(list)
  expect((await kept(store, upload.key))?.text).toBe('earlier')
})

test('a part that matches its Content-MD5 is kept', async () => {
  const upload = await initiate(store, freshKey())
  expect((await upload.part(1, 'hello', { 'content-md5': MD5 })).status).toBe(200)
})

test('a part without an upload is refused before its bytes are asked for', async () => {
  const upload = await initiate(store, freshKey())
  await upload.send({ method: 'DELETE' })
  const answer = await upload.part(1, unread(), { 'content-length': '5' })
  expect([answer.status, answer.error.get('Code')]).toEqual([404, 'NoSuchUpload'])
})

test.each(['abort', 'complete'])('a part that is still coming when its upload ends (%s) is refused', async (end) => {
  const own = await testStore()
  const upload = await initiate(own, freshKey())
  const list = await upload.parts({ 1: 'first' })
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('sec')
    await (end === 'abort' ? upload.send({ method: 'DELETE' }) : upload.complete(list))
    yield Buffer.from('ond')
  }
  const answer = await upload.part(2, slow(), { 'transfer-encoding': 'chunked' })
  expect([answer.status, answer.error.get('Code')]).toEqual([404, 'NoSuchUpload'])
})

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

function unread(): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => {
      throw new Error('The body was asked for.')
    },
  }
}

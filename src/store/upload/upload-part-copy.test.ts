import { expect, test } from 'vitest'
import { fileStore, freshKey, kept, sendSigned } from '../../../test/store-client.ts'
import { bytes, initiate, partList, SMALLEST, type TestUpload } from './upload.fixture.ts'

/** docs/spec/object-api.md section 5: UploadPartCopy. */

const store = await fileStore()

test('an object, and a range of one, become parts', async () => {
  const content = bytes(SMALLEST + 50)
  const source = await object(content)
  const upload = await initiate(store, freshKey())
  const whole = await copy(upload, 1, source)
  const tail = await copy(upload, 2, source, { 'x-oss-copy-source-range': 'bytes=10-19' })
  expect(whole).toMatchObject({ status: 200, headers: { 'content-type': 'application/xml' } })
  expect(whole.headers).not.toHaveProperty('content-range')
  expect(whole.headers['etag']).toBe(etagIn(whole.text).replaceAll('&quot;', '"'))
  expect(whole.text).toMatch(
    /<CopyPartResult><LastModified>2026-01-02T03:04:05.000Z<\/LastModified><ETag>&quot;[0-9A-F]{32}&quot;/,
  )
  expect(tail.headers['content-range']).toBe(`bytes 10-19/${content.length}`)

  await upload.complete(partList([whole, tail].map(({ text }, index) => [index + 1, etagIn(text)])))
  expect((await kept(store, upload.key))?.bytes).toEqual(Buffer.concat([content, content.subarray(10, 20)]))
})

/** As for GET: the page of the API says that OSS copies the whole object then. */
test.each(['bytes=5-4', 'bytes=0-10', 'bytes=10-', '0-4', 'bytes=a-b', 'bytes=-11'])(
  'a range that is none (%s) copies the whole object, and the answer names no range',
  async (range) => {
    const source = await object('0123456789')
    const upload = await initiate(store, freshKey())
    const answer = await copy(upload, 1, source, { 'x-oss-copy-source-range': range })
    expect(answer.headers).not.toHaveProperty('content-range')
    await upload.complete(partList([[1, etagIn(answer.text)]]))
    expect((await kept(store, upload.key))?.text).toBe('0123456789')
  },
)

test('bytes are copied from an object that was made of parts, across their borders', async () => {
  const [first, second] = [bytes(SMALLEST), bytes(100)]
  const source = await initiate(store, freshKey())
  await source.complete(await source.parts({ 1: first, 2: second }))
  const upload = await initiate(store, freshKey())
  const range = { 'x-oss-copy-source-range': `bytes=${SMALLEST - 5}-${SMALLEST + 4}` }
  const { text } = await copy(upload, 1, `/photos/${source.key}`, range)
  await upload.complete(partList([[1, etagIn(text)]]))
  const expected = Buffer.concat([first.subarray(-5), second.subarray(0, 5)])
  expect((await kept(store, upload.key))?.bytes).toEqual(expected)
})

test('a symlink gives the bytes of the object that it stands for', async () => {
  const target = (await object('hello')).slice('/photos/'.length)
  const link = `/photos/${freshKey()}`
  await sendSigned(store, { method: 'PUT', target: `${link}?symlink`, headers: { 'x-oss-symlink-target': target } })
  const upload = await initiate(store, freshKey())
  const { text } = await copy(upload, 1, link)
  await upload.complete(partList([[1, etagIn(text)]]))
  expect((await kept(store, upload.key))?.text).toBe('hello')
})

test('a part outlives the object that it was copied from', async () => {
  const source = await object(bytes(SMALLEST))
  const upload = await initiate(store, freshKey())
  const { text } = await copy(upload, 1, source)
  await sendSigned(store, { method: 'DELETE', target: source })
  await upload.complete(partList([[1, etagIn(text)]]))
  expect((await kept(store, upload.key))?.bytes).toHaveLength(SMALLEST)
})

test.each([
  ['no such object', '/photos/nothing', {}, 404, 'NoSuchKey'],
  ['no such bucket', '/nowhere/a', {}, 404, 'NoSuchBucket'],
  ['no bucket', 'photos/a', {}, 400, 'InvalidArgument'],
  ['another ETag', undefined, { 'x-oss-copy-source-if-match': '"0"' }, 412, 'PreconditionFailed'],
  [
    'a date long ago',
    undefined,
    { 'x-oss-copy-source-if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' },
    412,
    'PreconditionFailed',
  ],
])('a copy is refused for %s', async (_, source, headers, status, code) => {
  const upload = await initiate(store, freshKey())
  const answer = await copy(upload, 1, source ?? (await object('hello')), headers)
  expect([answer.status, answer.error.get('Code')]).toEqual([status, code])
  expect((await upload.send({ method: 'GET' })).text).not.toContain('<Part>')
})

test('a source that is as the client knows it is not copied', async () => {
  const upload = await initiate(store, freshKey())
  const headers = { 'x-oss-copy-source-if-none-match': '"5D41402ABC4B2A76B9719D911017C592"' }
  expect(await copy(upload, 1, await object('hello'), headers)).toMatchObject({ status: 304, text: '' })
  expect((await upload.send({ method: 'GET' })).text).not.toContain('<Part>')
})

test('the number and the upload are judged as for every part', async () => {
  const source = await object('hello')
  const upload = await initiate(store, freshKey())
  expect((await copy(upload, 10_001, source)).error.get('Code')).toBe('InvalidArgument')
  await upload.send({ method: 'DELETE' })
  expect((await copy(upload, 1, source)).error.get('Code')).toBe('NoSuchUpload')
})

async function object(body: Uint8Array | string): Promise<string> {
  const target = `/photos/${freshKey()}`
  await sendSigned(store, { method: 'PUT', target, body })
  return target
}

function copy(upload: TestUpload, number: number, source: string, headers: Readonly<Record<string, string>> = {}) {
  return upload.part(number, '', { 'x-oss-copy-source': source, ...headers })
}

function etagIn(xml: string): string {
  return /<ETag>(.*)<\/ETag>/.exec(xml)?.[1] ?? ''
}

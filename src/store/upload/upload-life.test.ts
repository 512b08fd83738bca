import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { fileStore, freshKey, kept, NOW, sendSigned } from '../../../test/store-client.ts'
import { digestOf } from '../disk/digest.ts'
import { bytes, idIn, initiate, SMALLEST } from './upload.fixture.ts'

/** docs/spec/object-api.md section 5: the life of a multipart upload. */

const store = await fileStore()

test('parts in any order become one object, with the properties that were given at the start', async () => {
  const key = freshKey()
  const headers = {
    'content-type': 'text/plain',
    'cache-control': 'no-cache',
    'x-oss-meta-a': '1',
    'x-oss-storage-class': 'IA',
  }
  const upload = await initiate(store, key, headers)
  const [first, second, third] = [bytes(SMALLEST), bytes(SMALLEST + 1), bytes(10)]
  await upload.part(7, third)
  await upload.part(2, second)
  const list = await upload.parts({ 1: first, 2: second, 7: third })
  expect(await kept(store, key)).toBeUndefined()

  const whole = Buffer.concat([first, second, third])
  const made = await upload.complete(list)
  const { crc64 } = await digestOf(whole)
  const etag = etagOf([first, second, third])
  expect(made).toMatchObject({
    status: 200,
    headers: { 'content-type': 'application/xml', etag, 'x-oss-hash-crc64ecma': crc64 },
  })
  expect(made.headers).not.toHaveProperty('content-md5')
  expect(made.text).toContain(
    `<CompleteMultipartUploadResult><Location>http://127.0.0.1:9000/photos/${key}</Location><Bucket>photos</Bucket>` +
      `<Key>${key}</Key><ETag>${etag.replaceAll('"', '&quot;')}</ETag></CompleteMultipartUploadResult>`,
  )

  const got = await kept(store, key)
  expect(got?.bytes.equals(whole)).toBe(true)
  expect(got?.headers).toMatchObject({
    ...headers,
    etag,
    'x-oss-object-type': 'Multipart',
    'x-oss-hash-crc64ecma': crc64,
  })
  expect(got?.headers).not.toHaveProperty('content-md5')
  expect(got?.headers['last-modified']).toBe(NOW.toUTCString())
})

test('an upload is over when it is completed', async () => {
  const upload = await initiate(store, freshKey())
  const list = await upload.parts({ 1: 'hello' })
  expect((await upload.complete(list)).status).toBe(200)
  for (const answer of [
    await upload.complete(list),
    await upload.part(2, 'more'),
    await upload.send({ method: 'GET' }),
    await upload.send({ method: 'DELETE' }),
  ]) {
    expect(answer.status).toBe(404)
    expect(answer.error.get('Code')).toBe('NoSuchUpload')
    expect(answer.error.get('UploadId')).toBe(upload.id)
  }
})

test('an upload that is aborted takes nothing more and leaves no object', async () => {
  const upload = await initiate(store, freshKey())
  const list = await upload.parts({ 1: 'hello' })
  expect(await upload.send({ method: 'DELETE' })).toMatchObject({ status: 204, text: '' })
  expect((await upload.send({ method: 'DELETE' })).error.get('Code')).toBe('NoSuchUpload')
  expect((await upload.complete(list)).error.get('Code')).toBe('NoSuchUpload')
  expect(await kept(store, upload.key)).toBeUndefined()
})

test('one key may have several uploads, which know nothing of each other', async () => {
  const key = freshKey()
  const [one, other] = [await initiate(store, key), await initiate(store, key)]
  expect(one.id).not.toBe(other.id)
  const [first, second] = [await one.parts({ 1: 'one' }), await other.parts({ 1: 'other' })]
  await one.complete(first)
  expect((await kept(store, key))?.text).toBe('one')
  await other.complete(second)
  expect((await kept(store, key))?.text).toBe('other')
})

test('an upload id is 32 hexadecimal digits', async () => {
  const answer = await sendSigned(store, { method: 'POST', target: `/photos/${freshKey()}?uploads` })
  expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/xml' } })
  expect(idIn(answer.text)).toMatch(/^[0-9A-F]{32}$/)
})

test('names are percent-encoded in the answers of whoever asks for that', async () => {
  const target = '/photos/a%20%2B%0Ab?uploads&encoding-type=url'
  const { text } = await sendSigned(store, { method: 'POST', target })
  const named = '<EncodingType>url</EncodingType><Bucket>photos</Bucket><Key>a%20%2B%0Ab</Key>'
  expect(text).toContain(`<InitiateMultipartUploadResult>${named}`)
  const about = `/photos/a%20%2B%0Ab?uploadId=${idIn(text)}`
  await sendSigned(store, { method: 'PUT', target: `${about}&partNumber=1`, body: 'x' })
  const made = await sendSigned(store, {
    method: 'POST',
    target: `${about}&encoding-type=url`,
    headers: { 'x-oss-complete-all': 'yes' },
  })
  expect(made.text).toContain('<EncodingType>url</EncodingType>')
  expect(made.text).toContain('<Key>a%20%2B%0Ab</Key>')
})

/** Ranges of an object of three parts: 0 to 102399, 102400 to 204800, 204801 to 204810. */
test.each([
  [0, 0],
  [102_399, 102_400],
  [102_400, 204_800],
  [204_800, 204_801],
  [102_399, 204_801],
  [204_801, 204_810],
  [204_810, 204_810],
])('a range reaches from part to part: %i-%i', async (start, end) => {
  const { key, whole } = await threeParts
  const headers = { range: `bytes=${start}-${end}` }
  const answer = await sendSigned(store, { method: 'GET', target: `/photos/${key}`, headers })
  expect(answer.status).toBe(206)
  expect(answer.headers['content-range']).toBe(`bytes ${start}-${end}/204811`)
  expect(answer.bytes.equals(whole.subarray(start, end + 1))).toBe(true)
})

const threeParts = (async () => {
  const upload = await initiate(store, freshKey())
  const parts = [bytes(SMALLEST), bytes(SMALLEST + 1), bytes(10)] as const
  await upload.complete(await upload.parts({ 1: parts[0], 5: parts[1], 10000: parts[2] }))
  return { key: upload.key, whole: Buffer.concat(parts) }
})()

/** The rule of the Java SDK's own integration tests: MD5 of the parts' ETags as they are written. */
function etagOf(parts: readonly Buffer[]): string {
  const md5 = (data: string | Buffer) => createHash('md5').update(data).digest('hex').toUpperCase()
  return `"${md5(parts.map(md5).join(''))}-${parts.length}"`
}

import { expect, test } from 'vitest'
import { fileStore, freshKey, sendSigned } from '../../../test/store-client.ts'
import { initiate, type TestUpload } from './upload.fixture.ts'

/** docs/spec/object-api.md section 5: ListParts. */

const store = await fileStore()

test('a listing says of every part what the answer to it said', async () => {
  const key = freshKey()
  const upload = await initiate(store, key, { 'x-oss-storage-class': 'IA' })
  await upload.part(3, 'hello world')
  const answer = await list(upload)
  expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/xml' } })
  const part =
    '<Part><PartNumber>3</PartNumber><LastModified>2026-01-02T03:04:05.000Z</LastModified>' +
    '<ETag>&quot;5EB63BBBE01EEED093CB22BB8F5ACDC3&quot;</ETag>' +
    '<HashCrc64ecma>5981764153023615706</HashCrc64ecma><Size>11</Size></Part>'
  expect(answer.text).toContain(
    `<ListPartsResult><Bucket>photos</Bucket><Key>${key}</Key><UploadId>${upload.id}</UploadId>` +
      '<StorageClass>IA</StorageClass><PartNumberMarker>0</PartNumberMarker><NextPartNumberMarker>3</NextPartNumberMarker>' +
      `<MaxParts>1000</MaxParts><IsTruncated>false</IsTruncated>${part}</ListPartsResult>`,
  )
})

test('pages are in the order of the numbers, and a marker goes on where one ended', async () => {
  const upload = await initiate(store, freshKey())
  for (const number of [10_000, 2, 256, 1, 30]) await upload.part(number, 'x')
  expect(page(await list(upload, '&max-parts=4'))).toEqual({ numbers: [1, 2, 30, 256], truncated: 'true', next: '256' })
  const last = { numbers: [10_000], truncated: 'false', next: '10000' }
  expect(page(await list(upload, '&max-parts=4&part-number-marker=256'))).toEqual(last)
  expect(page(await list(upload, '&max-parts=1&part-number-marker=9999'))).toEqual(last)
  const none = { numbers: [], truncated: 'false', next: '' }
  expect(page(await list(upload, '&part-number-marker=10000'))).toEqual(none)
})

test.each([
  [4, 'true', '4'],
  [5, 'false', '5'],
  [6, 'false', '5'],
])('five parts in pages of %i: truncated is %s', async (max, truncated, next) => {
  const upload = await initiate(store, freshKey())
  for (const number of [1, 2, 3, 4, 5]) await upload.part(number, 'x')
  expect(page(await list(upload, `&max-parts=${max}`))).toMatchObject({ truncated, next })
})

test('a parameter without a value counts as none', async () => {
  const upload = await initiate(store, freshKey())
  await upload.part(1, 'x')
  const answer = await list(upload, '&max-parts=&part-number-marker=&encoding-type=')
  expect(page(answer)).toEqual({ numbers: [1], truncated: 'false', next: '1' })
})

test.each(['max-parts=1', 'max-parts=1000', 'part-number-marker=0', 'part-number-marker=10000', 'encoding-type=url'])(
  '%s is taken',
  async (query) => {
    expect((await list(await initiate(store, freshKey()), `&${query}`)).status).toBe(200)
  },
)

test.each([
  'max-parts=0',
  'max-parts=1001',
  'max-parts=-1',
  'max-parts=many',
  'max-parts=1.5',
  'part-number-marker=-1',
  'part-number-marker=10001',
  'part-number-marker=a',
  'encoding-type=xml',
])('%s is refused', async (query) => {
  const { status, error } = await list(await initiate(store, freshKey()), `&${query}`)
  const [name, value] = query.split('=')
  expect([status, error.get('Code'), error.get('ArgumentName'), error.get('ArgumentValue')]).toEqual([
    400,
    'InvalidArgument',
    name,
    value,
  ])
})

test('a key that XML cannot hold is listed percent-encoded', async () => {
  const target = '/photos/a%01%2Fb'
  const { text } = await sendSigned(store, { method: 'POST', target: `${target}?uploads&encoding-type=url` })
  const id = /<UploadId>(.*)<\/UploadId>/.exec(text)?.[1]
  const answer = await sendSigned(store, { method: 'GET', target: `${target}?uploadId=${id}&encoding-type=url` })
  expect(answer.text).toContain('<EncodingType>url</EncodingType><Bucket>photos</Bucket><Key>a%01%2Fb</Key>')
})

function list(upload: TestUpload, query = '') {
  return upload.send({ method: 'GET', query })
}

function page({ text }: { readonly text: string }) {
  return {
    numbers: [...text.matchAll(/<PartNumber>(\d+)</g)].map(([, number]) => Number(number)),
    truncated: /<IsTruncated>(\w+)</.exec(text)?.[1],
    next: /<NextPartNumberMarker>(\d*)</.exec(text)?.[1],
  }
}

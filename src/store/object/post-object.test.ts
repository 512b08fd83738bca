import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  CREDENTIAL,
  fileStore,
  formBody,
  formEntries,
  freshKey,
  kept,
  post,
  postEntries,
  REGION,
  send,
  signed,
  testStore,
} from '../../../test/store-client.ts'
import { ossV1 } from '../../sign/oss-v1.ts'
import { ossV4 } from '../../sign/oss-v4.ts'
import { s3V2 } from '../../sign/s3-v2.ts'
import { s3V4 } from '../../sign/s3-v4.ts'

/** docs/spec/post-object.md, section by section. */

const store = await fileStore()

test('what was posted is what is kept', async () => {
  const answer = await post(store, signed({ key: 'a.txt' }))
  expect(answer).toMatchObject({ status: 204, text: '' })
  expect(await kept(store, 'a.txt')).toMatchObject({ status: 200, text: 'hello' })
})

test.each([
  ['oss-v1', ossV1(CREDENTIAL)],
  ['oss-v4', ossV4(CREDENTIAL, REGION)],
  ['s3-v2', s3V2(CREDENTIAL)],
  ['s3-v4', s3V4(CREDENTIAL, REGION)],
] as const)('a form signed with %s is accepted', async (_, signer) => {
  const conditions = [
    { op: 'eq', field: 'bucket', value: 'photos' },
    { op: 'starts-with', field: 'key', prefix: 'a' },
  ] as const
  const answer = await post(store, signed({ key: 'a.txt' }, conditions, signer))
  expect(answer.status, answer.text).toBe(204)
})

test.each([
  ['/photos', {}],
  ['/photos/', {}],
  ['/', { host: 'photos.localhost:9000' }],
  ['/', { host: 'PHOTOS.oss-cn-hangzhou.aliyuncs.com' }],
  ['/', { host: 'photos.oss-cn-hangzhou-internal.aliyuncs.com' }],
  ['/', { host: 'photos.store.example:80' }],
])('the bucket is found in %s with %j', async (target, headers) => {
  const store = await testStore({ domains: ['store.example'] })
  const key = freshKey()
  expect((await post(store, signed({ key }), { target, headers })).status).toBe(204)
  expect(await kept(store, key)).toBeDefined()
})

test('an Authorization header on a form is not looked at', async () => {
  const answer = await post(store, signed({ key: 'a.txt' }), { headers: { authorization: 'OSS nobody:wrong' } })
  expect(answer.status).toBe(204)
})

// Section 1 and 2: the request and its body

const BODY = formBody(formEntries(signed({ key: 'refused.txt' })))
const MULTIPART = `multipart/form-data; boundary=the-boundary`
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('base64')

test.each([
  { sent: 'text', headers: { 'content-type': 'text/plain' }, code: 'RequestIsNotMultiPartContent', status: 400 },
  { sent: 'no type', headers: { 'content-type': '' }, code: 'RequestIsNotMultiPartContent', status: 400 },
  {
    sent: 'no boundary',
    headers: { 'content-type': 'multipart/form-data' },
    code: 'MalformedPOSTRequest',
    status: 400,
  },
  { sent: 'no length', headers: { 'content-length': '' }, code: 'MissingContentLength', status: 411 },
  { sent: 'a length that is none', headers: { 'content-length': '1e3' }, code: 'MissingContentLength', status: 411 },
  { sent: 'over 5 GB', headers: { 'content-length': '5368709121' }, code: 'EntityTooLarge', status: 400 },
  { sent: 'a short body', headers: { 'content-length': String(BODY.length + 1) }, code: 'IncompleteBody', status: 400 },
  { sent: 'a wrong MD5', headers: { 'content-md5': md5(Buffer.from('hello')) }, code: 'InvalidDigest', status: 400 },
  { sent: 'an MD5 that is none', headers: { 'content-md5': 'abc' }, code: 'InvalidDigest', status: 400 },
])('$sent → $status $code, and nothing is kept', async ({ headers, code, status }) => {
  const sent = { method: 'POST', target: '/photos/', headers: { 'content-type': MULTIPART, ...headers }, body: BODY }
  const answer = await send(store, sent)
  expect(answer.error.get('Code'), answer.text).toBe(code)
  expect(answer.status).toBe(status)
  expect(await kept(store, 'refused.txt')).toBeUndefined()
})

test('Content-MD5 is that of the whole body, not of the file', async () => {
  const body = formBody(formEntries(signed({ key: 'digested.txt' })))
  const headers = { 'content-type': MULTIPART, 'content-md5': md5(body) }
  expect((await send(store, { method: 'POST', target: '/photos/', headers, body })).status).toBe(204)
})

test('what the headers already forbid is refused without a look at the body', async () => {
  const body = (async function* (): AsyncGenerator<Uint8Array> {
    yield* [] // for the type
    throw new Error('The body was read.')
  })()
  const headers = { 'content-type': MULTIPART, 'content-length': '100' }
  const unread = [
    { target: '/nowhere/', headers },
    { target: '/photos/', headers: { ...headers, 'content-length': '5368709121' } },
    { target: '/photos/', headers: { ...headers, 'content-type': 'text/plain' } },
    { target: '/photos/', headers: { ...headers, 'content-md5': 'abc' } },
    { target: '/photos/', headers: { ...headers, 'content-length': '' } },
  ]
  for (const sent of unread) expect((await send(store, { method: 'POST', body, ...sent })).status).toBeLessThan(500)
})

test('two files, or a form without its end, leave nothing behind', async () => {
  const twice = [...formEntries(signed({ key: 'cut.txt' })), { name: 'file', value: 'second' }]
  expect((await postEntries(store, twice)).error.get('Code')).toBe('IncorrectNumberOfFilesInPOSTRequest')
  const cut = formBody(formEntries(signed({ key: 'cut.txt' }))).subarray(0, -4)
  const headers = { 'content-type': MULTIPART }
  const answer = await send(store, { method: 'POST', target: '/photos/', headers, body: cut })
  expect(answer.error.get('Code')).toBe('MalformedPOSTRequest')
  expect(await kept(store, 'cut.txt')).toBeUndefined()
})

test('a field after the file is ignored, and refused where forms are read strictly', async () => {
  const entries = [...formEntries(signed({ key: 'a.txt' })), { name: 'submit', value: 'Upload' }]
  expect((await postEntries(store, entries)).status).toBe(204)
  const answer = await postEntries(await testStore({ strictForms: true }), entries)
  expect(answer.error.get('Code')).toBe('MalformedPOSTRequest')
})

test('a key after the file is no key', async () => {
  const fields = signed({})
  const answer = await postEntries(store, [...formEntries(fields), { name: 'key', value: 'a.txt' }])
  expect(answer.error.get('Message')).toMatch(/^The bucket POST must contain the specified 'key'\./)
})

test('filename* is refused in the OSS dialect and passed over in S3’s', async () => {
  const file = { more: `; filename="a.png"; filename*=UTF-8''a.png` }
  const answer = await post(store, signed({ key: 'a.txt' }), { file })
  expect(Object.fromEntries(answer.error)).toMatchObject({
    Code: 'FieldItemTooLong',
    EC: '0006-00000110',
    MaxSizeAllowed: '8192',
    ProposedSize: '5',
  })
  const covered = [
    { op: 'eq', field: 'bucket', value: 'photos' },
    { op: 'eq', field: 'key', value: 'a.txt' },
  ] as const
  const s3 = await post(store, signed({ key: 'a.txt' }, covered, s3V4(CREDENTIAL, REGION)), { file })
  expect(s3.status, s3.text).toBe(204)
})

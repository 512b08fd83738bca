import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { errorRow, type PosternError } from '../../base/issuer-errors.ts'
import { oss } from './oss.ts'
import { s3 } from './s3.ts'
import { sendRequest } from './send-request.ts'
import type { Storage } from './storage.ts'
import { createStorageClient, type StorageClient } from './storage-client.ts'

const credential = { accessKeyId: 'test-key', accessKeySecret: 'test-secret' }
const opened: (() => void)[] = []
afterEach(() => {
  for (const close of opened.splice(0)) close()
})

interface Asked {
  readonly method: string | undefined
  readonly target: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A storage that gives these answers, one after the other, and remembers what it was asked. */
async function storageThat(
  ...answers: ((response: ServerResponse) => unknown)[]
): Promise<{ asked: Asked[]; client: StorageClient; s3Client: StorageClient; endpoint: string }> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString('utf8')
    asked.push({ method: request.method, target: request.url, headers: request.headers, body })
    answers.shift()?.(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // it listens on a port
  const endpoint = `http://127.0.0.1:${port}`
  const clientOf = (storage: Storage) => createStorageClient(storage, () => new Date('2026-11-24T12:00:00Z'))
  return {
    asked,
    endpoint,
    client: clientOf(oss({ bucket: 'photos', endpoint, region: 'cn-hangzhou', credential })),
    s3Client: clientOf(s3({ bucket: 'photos', endpoint, credential })),
  }
}

function says(status: number, body = '', headers: Record<string, string> = {}) {
  return (response: ServerResponse) => response.writeHead(status, headers).end(body)
}

const error = (code: string) =>
  `<?xml version="1.0"?><Error><Code>${code}</Code><Message>It says ${code}.</Message></Error>`
const inHeader = (code: string) => ({ 'x-oss-err': Buffer.from(error(code)).toString('base64') })
const part = (number: number, size = 5) =>
  `<Part><PartNumber>${number}</PartNumber><ETag>&quot;E${number}&quot;</ETag><Size>${size}</Size></Part>`

/** The refusal that this ends in. */
async function refusal(work: Promise<unknown>): Promise<PosternError> {
  return await work.then(
    () => expect.fail('nothing was refused'),
    (reason) => reason,
  )
}

test('an object is described by its headers, and its ETag comes without quotes', async () => {
  const { client, asked } = await storageThat(
    says(200, '', { 'content-length': '1024', 'content-type': 'image/png', etag: '"ABC"' }),
  )
  expect(await client.headObject('a b.png')).toEqual({ key: 'a b.png', size: 1024, type: 'image/png', etag: 'ABC' })
  expect(asked[0]).toMatchObject({ method: 'HEAD', target: '/photos/a%20b.png' })
  expect(asked[0]?.headers.authorization).toContain('OSS4-HMAC-SHA256 Credential=test-key/20261124/cn-hangzhou/oss/')
})

test('the S3 dialect is signed as S3 signs', async () => {
  const { s3Client, asked } = await storageThat(says(200, '', { 'content-length': '0' }))
  expect(await s3Client.headObject('a')).toEqual({ key: 'a', size: 0, type: '', etag: '' })
  expect(asked[0]?.headers.authorization).toContain('AWS4-HMAC-SHA256 Credential=test-key/20261124/us-east-1/s3/')
})

test('the dots of a key are sent as they are, so no key means another', async () => {
  const { client, s3Client, asked } = await storageThat(says(404), says(404))
  await client.headObject('a/../b')
  await s3Client.headObject('a/../b')
  expect(asked.map(({ target }) => target)).toEqual(['/photos/a/../b', '/photos/a/../b'])
})

test.each([
  ['without a body', says(404)],
  ['with the error in a header', says(404, '', inHeader('NoSuchKey'))],
])('an object that is not there is undefined, %s', async (_, answer) => {
  expect(await (await storageThat(answer)).client.headObject('a')).toBeUndefined()
})

test.each([
  ['a bucket that is not there', says(404, '', inHeader('NoSuchBucket')), 'NoSuchBucket'],
  ['no right', says(403, '', inHeader('AccessDenied')), 'AccessDenied'],
  ['no right, and no reason', says(403), 'none'],
  ['a redirect', says(307, '', { location: 'http://127.0.0.1:1/' }), 'none'],
  ['a Code that is no word', says(403, '', inHeader('<b>')), 'none'],
  ['an answer without a length', says(200, '', { 'transfer-encoding': 'chunked' }), 'none'],
])('%s is a refusal of the storage', async (_, answer, code) => {
  const error = await refusal((await storageThat(answer)).client.headObject('a'))
  expect(error.code).toBe('storage-refused')
  expect(error.facts['StorageCode']).toBe(code)
  expect(errorRow(error.code).status).toBe(502)
})

test.each([
  [403, 'never'],
  [499, 'never'],
  [429, 'same-form'],
  [500, 'same-form'],
  [503, 'same-form'],
])('after a storage that answers %i, what can be tried again is: %s', async (status, retry) => {
  expect((await refusal((await storageThat(says(status))).client.headObject('a'))).retry).toBe(retry)
})

test('what the storage says in words goes to the log, not to the browser', async () => {
  const { client } = await storageThat(says(403, error('AccessDenied'), { 'x-oss-request-id': 'R1' }))
  const { detail, facts, cause } = await refusal(client.initiateUpload('a', {}))
  expect(cause).toMatchObject({ message: 'It says AccessDenied.' })
  expect(detail).toBe('It was asked to begin an upload, and answered 403 with the Code AccessDenied.')
  expect(facts).toEqual({ StorageCode: 'AccessDenied', StorageStatus: '403', StorageRequestId: 'R1' })
})

test('an upload begins with what the object will be, and gives its id', async () => {
  const { client, asked } = await storageThat(
    says(200, '<InitiateMultipartUploadResult><UploadId>007</UploadId></InitiateMultipartUploadResult>'),
  )
  const headers = { 'content-type': 'image/png', 'x-oss-forbid-overwrite': 'true' }
  expect(await client.initiateUpload('a.png', headers)).toBe('007')
  expect(asked[0]).toMatchObject({ method: 'POST', target: '/photos/a.png?uploads' })
  expect(asked[0]?.headers).toMatchObject({ ...headers, 'content-length': '0' })
})

test('all pages of a list are read, namespace or not, and come in the order of their numbers', async () => {
  const first = `<l:ListPartsResult xmlns:l="http://s3.amazonaws.com/doc/2006-03-01/"><l:NextPartNumberMarker>2</l:NextPartNumberMarker><l:IsTruncated>true</l:IsTruncated>${part(2)}${part(1)}</l:ListPartsResult>`
  const last = `<ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated>${part(3)}</ListPartsResult>`
  const { client, asked } = await storageThat(says(200, first), says(200, last))
  const parts = await client.listParts('a', 'u 1')
  expect(parts).toEqual([1, 2, 3].map((number) => ({ number, size: 5, etag: `"E${number}"` })))
  expect(asked.map(({ target }) => target)).toEqual([
    '/photos/a?uploadId=u%201',
    '/photos/a?uploadId=u%201&part-number-marker=2',
  ])
})

test.each([
  ['OSS', 'NoSuchUpload'],
  ['Ceph RGW', 'NoSuchKey'],
])('an upload that %s no longer has has no list, and can be neither completed nor aborted', async (_, code) => {
  const gone = says(404, error(code))
  const { client } = await storageThat(gone, gone, gone)
  expect(await client.listParts('a', 'u')).toBeUndefined()
  expect(await client.completeUpload('a', 'u', [])).toBe(false)
  expect(await client.abortUpload('a', 'u')).toBe(false)
})

test('a completion lists the parts', async () => {
  const { client, asked } = await storageThat(
    says(200, '<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>'),
  )
  expect(await client.completeUpload('a', 'u', [{ number: 1, size: 5, etag: '"E1"' }])).toBe(true)
  expect(asked[0]).toMatchObject({ method: 'POST', target: '/photos/a?uploadId=u' })
  expect(asked[0]?.body).toContain('<Part><PartNumber>1</PartNumber><ETag>&quot;E1&quot;</ETag></Part>')
})

test('an abort is one request', async () => {
  const { client, asked } = await storageThat(says(204))
  expect(await client.abortUpload('a', 'u')).toBe(true)
  expect(asked[0]).toMatchObject({ method: 'DELETE', target: '/photos/a?uploadId=u' })
})

test('a completion that begins as a 200 and ends as an error is an error', async () => {
  const { s3Client } = await storageThat(says(200, `\n\n${error('InternalError')}`))
  const { code, facts, retry } = await refusal(s3Client.completeUpload('a', 'u', []))
  expect({ code, retry }).toEqual({ code: 'storage-refused', retry: 'same-form' })
  expect(facts).toMatchObject({ StorageCode: 'InternalError' })
})

test.each([
  ['no document', 'hello'],
  ['another document', '<Hello/>'],
  ['a document that swells', '<!DOCTYPE l [<!ENTITY a "aaaa">]><ListPartsResult>&a;</ListPartsResult>'],
  ['a part without a number', '<ListPartsResult><Part><ETag>a</ETag><Size>1</Size></Part></ListPartsResult>'],
  ['a part that is too many', `<ListPartsResult>${part(10_001)}</ListPartsResult>`],
  ['a page that is followed by itself', '<ListPartsResult><IsTruncated>true</IsTruncated></ListPartsResult>'],
  ['names that JavaScript keeps for itself', '<ListPartsResult><__proto__><Part/></__proto__>'],
])('a list of parts that is %s is refused', async (_, body) => {
  const { client } = await storageThat(says(200, body))
  expect((await refusal(client.listParts('a', 'u'))).code).toBe('storage-refused')
})

test.each([
  ['hangs up', (response: ServerResponse) => response.destroy()],
  ['hangs up in the middle', (response: ServerResponse) => response.write('a', () => response.destroy())],
  ['sends without end', (response: ServerResponse) => response.writeHead(200).end(randomBytes(1024 * 1024 + 1))],
])('a storage that %s is unreachable', async (_, answer) => {
  const { client } = await storageThat(answer)
  const error = await refusal(client.listParts('a', 'u'))
  expect(error.code).toBe('storage-unreachable')
  expect(error.cause).toBeDefined()
})

test('a connection that the storage closed while nobody used it is not a failure', async () => {
  const { client, asked } = await storageThat(
    says(404, error('NoSuchUpload')),
    (response) => response.destroy(),
    says(404, error('NoSuchUpload')),
  )
  await client.abortUpload('a', 'u')
  await client.abortUpload('a', 'u')
  expect(asked).toHaveLength(3)
})

test('a storage that says nothing in time is unreachable', async () => {
  const { endpoint } = await storageThat()
  const { code } = await refusal(
    sendRequest({ url: `${endpoint}/photos/a`, headers: {} }, { method: 'GET', timeoutMs: 20 }),
  )
  expect(code).toBe('storage-unreachable')
})

import { randomBytes } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { createIssuer } from '../../src/issuer/create-issuer.ts'
import { createStorageClient } from '../../src/issuer/storage/storage-client.ts'
import { ask, openRgwBucket, type RgwBucket } from './rgw.ts'

const MIB = 1024 * 1024
const CONTENT = randomBytes(16 * MIB + 1)
const FILE = { filename: '照片.mp4', size: CONTENT.length, type: 'video/mp4', meta: { album: 'summer' } }

let rgw: RgwBucket
beforeAll(async () => {
  rgw = await openRgwBucket()
})

interface SignedPart {
  readonly start: number
  readonly size: number
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
}

async function put({ url, method, headers, start, size }: SignedPart): Promise<number> {
  return (await fetch(url, { method, headers, body: CONTENT.subarray(start, start + size) })).status
}

test('a file goes in parts, and is put together, byte for byte, once', async () => {
  const reported: string[] = []
  const issuer = rgw.issuer({ onUploaded: ({ key }) => reported.push(key) })
  const { answer: begun } = await ask(issuer, '/uploads/multipart', FILE)
  const { token } = begun
  const { answer } = await ask(issuer, '/uploads/multipart/parts', { token, partNumbers: [1, 2, 3] })
  const parts: SignedPart[] = answer.parts
  const [first, ...others] = parts
  if (first === undefined) return expect.fail('no part was signed')

  expect(await put({ ...first, size: 1 }), 'a part of another length').toBe(403)
  expect(await put({ ...first, headers: { 'Content-Type': 'text/html' } }), 'a part of another type').toBe(403)
  expect(await put({ ...first, url: first.url.replace('partNumber=1', 'partNumber=2') })).toBe(403)
  for (const part of others) expect(await put(part)).toBe(200)
  const early = await ask(issuer, '/uploads/multipart/complete', { token })
  expect(early).toMatchObject({ status: 409, answer: { code: 'upload-incomplete', MissingParts: '1' } })

  expect(await put(first)).toBe(200)
  const listed = await ask(issuer, '/uploads/multipart/list', { token })
  expect(listed.answer.stored.map(({ size }: { size: number }) => size)).toEqual([8 * MIB, 8 * MIB, 1])
  for (let times = 0; times < 2; times++)
    expect((await ask(issuer, '/uploads/multipart/complete', { token })).status).toBe(200)
  expect(reported).toEqual([begun.key])
  const { headers, body } = await rgw.read(begun.key)
  expect(headers.get('content-type')).toBe('video/mp4')
  expect(headers.get('x-amz-meta-album')).toBe('summer')
  expect(body.equals(CONTENT)).toBe(true)
})

test('an upload that is given up is gone', async () => {
  const issuer = rgw.issuer()
  const { token } = (await ask(issuer, '/uploads/multipart', FILE)).answer
  expect((await ask(issuer, '/uploads/multipart/abort', { token })).status).toBe(200)
  expect(await ask(issuer, '/uploads/multipart/complete', { token })).toMatchObject({ answer: { code: 'upload-gone' } })
})

test('where an engine takes no forms, POST /uploads answers a PUT of exactly the announced size, and a token to report it', async () => {
  const reported: number[] = []
  const storage = rgw.storage({ takesForms: false })
  const options = { routes: { default: { acl: 'private' } }, authorize: 'public' } as const
  const issuer = createIssuer({ storage, ...options, onUploaded: ({ size }) => reported.push(size) })
  const { answer } = await ask(issuer, '/uploads', {
    filename: 'a.png',
    size: 5,
    type: 'image/png',
    meta: { album: 'a' },
  })
  const { method, url, headers, token, key } = answer
  expect({ method, headers }).toEqual({
    method: 'PUT',
    headers: { 'content-type': 'image/png', 'x-amz-acl': 'private', 'x-amz-meta-album': 'a' },
  })
  const send = async (body: string, more = {}) =>
    (await fetch(url, { method, headers: { ...headers, ...more }, body })).status
  expect(await send('longer')).toBe(403)
  expect(await send('hello', { 'x-amz-acl': 'public-read' })).toBe(403)
  expect((await ask(issuer, '/uploads/complete', { token })).status).toBe(404)
  expect(await send('hello')).toBe(200)
  expect((await ask(issuer, '/uploads/complete', { token })).status).toBe(200)
  expect(reported).toEqual([5])
  expect((await rgw.read(key)).body.toString()).toBe('hello')
})

test('a URL for front ends of OSS works on an S3 engine too', async () => {
  const url = `http://app.local/get_presigned_url_for_oss_upload?filename=${encodeURIComponent("猫 (1)'s.png")}&type=image/png`
  const text = await (await rgw.issuer()(new Request(url))).text()
  const send = async (type: string) =>
    (await fetch(text, { method: 'PUT', headers: { 'Content-Type': type }, body: 'hello' })).status
  expect(await send('text/html')).toBe(403)
  expect(await send('image/png')).toBe(200)
})

test('what a key needs, and what the engine says of an object that is not there', async () => {
  const client = createStorageClient(rgw.storage(), () => new Date())
  for (const key of ['a/../b/照片 +&=?#.txt', 'nothing/here']) expect(await client.headObject(key)).toBeUndefined()
  const uploadId = await client.initiateUpload('a/../b', { 'content-type': 'text/plain' })
  expect(await client.listParts('a/../b', uploadId)).toEqual([])
  expect(await client.listParts('b', uploadId)).toBeUndefined()
  expect(await client.abortUpload('a/../b', uploadId)).toBe(true)
  expect(await client.abortUpload('a/../b', uploadId)).toBe(false)
})

test('an engine that does not know the key pair is named as such, with its own Code', async () => {
  const credential = { accessKeyId: 'nobody', accessKeySecret: 'secret' }
  const client = createStorageClient(rgw.storage({ credential }), () => new Date())
  await expect(client.initiateUpload('a', {})).rejects.toMatchObject({
    code: 'storage-refused',
    facts: { StorageCode: 'InvalidAccessKeyId', StorageStatus: '403' },
  })
})

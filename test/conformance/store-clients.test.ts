import { S3Client } from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import OSS from 'ali-oss'
import { Client } from 'minio'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openStore, type Store } from '../../src/store.ts'

/** Clients that are not ours, against the store. How each is pointed at it: docs/spec/clients.md */

const CREDENTIAL = { accessKeyId: 'LTAIexample', accessKeySecret: 'secret/with+signs=' }
const OPTIONS = { ...CREDENTIAL, bucket: 'photos', region: 'oss-cn-hangzhou' }

let store: Store
let url: string
beforeAll(async () => {
  vi.spyOn(console, 'warn').mockReturnValue() // ali-oss would like to refresh its token
  store = await openStore({ buckets: ['photos'], credentials: [CREDENTIAL] })
  const server = await store.listen()
  url = server.url
})
afterAll(async () => {
  vi.restoreAllMocks()
  await store.close()
})

const atName = () => url.replace('127.0.0.1', 'localhost')
const CLIENTS: [string, () => OSS][] = [
  ['V1, path style', () => new OSS({ ...OPTIONS, endpoint: atName(), sldEnable: true })],
  ['V4, path style', () => new OSS({ ...OPTIONS, endpoint: atName(), sldEnable: true, authorizationV4: true })],
  ['V1, an IP endpoint', () => new OSS({ ...OPTIONS, endpoint: url })],
  ['V4, an IP endpoint', () => new OSS({ ...OPTIONS, endpoint: url, authorizationV4: true })],
  ['V1, an IP endpoint and path style', () => new OSS({ ...OPTIONS, endpoint: url, sldEnable: true })],
  [
    'V4, an IP endpoint and path style',
    () => new OSS({ ...OPTIONS, endpoint: url, sldEnable: true, authorizationV4: true }),
  ],
]
const KEYS = ['plain.txt', 'dir/a b+c&d=e.txt', '照片/猫 😀.png', "it's (1)!*.txt", 'photos/like-the-bucket.txt']

test.each(CLIENTS)('ali-oss, %s: put, head, get and delete', async (_, client) => {
  const oss = client()
  for (const key of KEYS) {
    const content = Buffer.from(`content of ${key}`)
    const { res } = await oss.put(key, content, { mime: 'text/x-test', meta: { author: 'li' } })
    expect(res.status).toBe(200)
    expect(res.headers['x-oss-request-id']).toMatch(/^[0-9A-F]{24}$/)
    const head = await oss.head(key)
    expect(head.meta).toMatchObject({ author: 'li' })
    expect(head.res.headers).toMatchObject({ 'content-type': 'text/x-test', 'content-length': String(content.length) })
    expect((await oss.get(key)).content).toEqual(content)
    expect((await oss.get(key, { headers: { Range: 'bytes=0-6' } })).content.toString()).toBe('content')
    expect((await oss.delete(key)).res.status).toBe(204)
    await expect(oss.head(key)).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' })
    await expect(oss.get(key)).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' })
  }
})

test.each(CLIENTS.slice(0, 2))('ali-oss, %s: buckets, their ACL and CORS rules', async (_, client) => {
  const oss = client()
  await oss.putBucket('papers')
  expect((await oss.getBucketLocation('papers')).location).toBe('oss-cn-hangzhou')
  await oss.putBucketACL('papers', 'public-read')
  expect((await oss.getBucketACL('papers')).acl).toBe('public-read')
  await expect(oss.getBucketCORS('papers')).rejects.toMatchObject({ code: 'NoSuchCORSConfiguration' })
  const rule = {
    allowedOrigin: '*',
    allowedMethod: ['GET', 'POST'],
    allowedHeader: '*',
    exposeHeader: 'ETag',
    maxAgeSeconds: '60',
  }
  await oss.putBucketCORS('papers', [rule])
  expect((await oss.getBucketCORS('papers')).rules).toEqual([rule])
  await oss.deleteBucketCORS('papers')
  await expect(oss.getBucketCORS('papers')).rejects.toMatchObject({ code: 'NoSuchCORSConfiguration' })
})

test('ali-oss: a URL it presigns opens the object, V1 and V4', async () => {
  const oss = new OSS({ ...OPTIONS, endpoint: atName(), sldEnable: true })
  await oss.put('signed url.txt', Buffer.from('hello'))
  const links = [oss.signatureUrl('signed url.txt'), await oss.signatureUrlV4('GET', 60, {}, 'signed url.txt')]
  for (const link of links) expect(await (await fetch(link)).text()).toBe('hello')
  expect((await fetch(links[0]?.replace('url', 'uri') ?? '')).status).toBe(403)
})

test('ali-oss: a form made with calculatePostSignature is accepted', async () => {
  const policy = { expiration: later(), conditions: [{ bucket: 'photos' }, ['content-length-range', 1, 100]] }
  const { OSSAccessKeyId, Signature, policy: encoded } = new OSS(OPTIONS).calculatePostSignature(policy)
  await expectPosted('v1.txt', { key: 'v1.txt', OSSAccessKeyId, policy: encoded, Signature })
})

test('ali-oss: a form made with signPostObjectPolicyV4 is accepted', async () => {
  const now = new Date()
  const date = `${now.toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}Z`
  const scope = {
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': `${CREDENTIAL.accessKeyId}/${date.slice(0, 8)}/cn-hangzhou/oss/aliyun_v4_request`,
    'x-oss-date': date,
  }
  const conditions = [{ bucket: 'photos' }, ...Object.entries(scope).map(([name, value]) => ({ [name]: value }))]
  const policy = { expiration: later(), conditions }
  const signature = new OSS(OPTIONS).signPostObjectPolicyV4(policy, now)
  const encoded = Buffer.from(JSON.stringify(policy)).toString('base64')
  await expectPosted('v4.txt', { key: 'v4.txt', ...scope, policy: encoded, 'x-oss-signature': signature })
})

test('the AWS SDK: a form made with createPresignedPost is accepted', async () => {
  const credentials = { accessKeyId: CREDENTIAL.accessKeyId, secretAccessKey: CREDENTIAL.accessKeySecret }
  const client = new S3Client({ region: 'us-east-1', endpoint: url, forcePathStyle: true, credentials })
  const { url: address, fields } = await createPresignedPost(client, {
    Bucket: 'photos',
    Key: '照片/aws.txt',
    Fields: { 'Content-Type': 'text/plain', 'x-amz-meta-author': 'li' },
    Conditions: [['content-length-range', 1, 100]],
    Expires: 60,
  })
  await expectPosted('照片/aws.txt', fields, address)
})

test('minio: a form made with presignedPostPolicy is accepted', async () => {
  const { port } = new URL(url)
  const client = new Client({
    endPoint: '127.0.0.1',
    port: Number(port),
    useSSL: false,
    region: 'us-east-1',
    accessKey: CREDENTIAL.accessKeyId,
    secretKey: CREDENTIAL.accessKeySecret,
  })
  const policy = client.newPostPolicy()
  policy.setBucket('photos')
  policy.setKey('minio.txt')
  policy.setExpires(new Date(later()))
  policy.setContentLengthRange(1, 100)
  const { postURL, formData } = await client.presignedPostPolicy(policy)
  await expectPosted('minio.txt', formData, postURL)
})

function later(): string {
  return new Date(Date.now() + 60_000).toISOString()
}

/** Posts a form as a browser does, and reads back what was kept. */
async function expectPosted(
  key: string,
  fields: Readonly<Record<string, string>>,
  address = `${url}/photos/`,
): Promise<void> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', new File(['hello'], 'cat.png'))
  const answer = await fetch(address, { method: 'POST', body: form })
  expect(answer.status, await answer.text()).toBe(204)
  const oss = new OSS({ ...OPTIONS, endpoint: url })
  expect((await oss.get(key)).content.toString()).toBe('hello')
}

import { S3Client } from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import OSS from 'ali-oss'
import { Client } from 'minio'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openStore, type Store } from '../../src/store.ts'

/** What clients that are not ours do beside the operations of `clients/`: buckets, and forms of the S3 dialect. */

const CREDENTIAL = { accessKeyId: 'LTAIexample', accessKeySecret: 'secret/with+signs=' }
const OPTIONS = { ...CREDENTIAL, bucket: 'photos', region: 'oss-cn-hangzhou' }

let store: Store
let url: string
beforeAll(async () => {
  vi.spyOn(console, 'warn').mockReturnValue() // ali-oss would like to refresh its token
  store = await openStore({ buckets: ['photos'], credentials: [CREDENTIAL] })
  const server = await store.listen()
  url = server.url
  await new OSS({ ...OPTIONS, endpoint: url }).put('kept.txt', Buffer.from('x'))
})
afterAll(async () => {
  vi.restoreAllMocks()
  await store.close()
})

const BUCKET_CLIENTS: [string, () => OSS][] = [
  ['V1, path style', () => new OSS({ ...OPTIONS, endpoint: atName(), sldEnable: true })],
  ['V4, path style', () => new OSS({ ...OPTIONS, endpoint: atName(), sldEnable: true, authorizationV4: true })],
  ['V1, an IP endpoint', () => new OSS({ ...OPTIONS, endpoint: url })],
  ['V4, an IP endpoint', () => new OSS({ ...OPTIONS, endpoint: url, authorizationV4: true })],
]

function atName(): string {
  return url.replace('127.0.0.1', 'localhost')
}

test.each(BUCKET_CLIENTS)('ali-oss, %s: buckets, their ACL and CORS rules', async (_, client) => {
  const oss = client()
  await oss.putBucket('papers')
  expect((await oss.getBucketLocation('papers')).location).toBe('oss-cn-hangzhou')
  expect((await oss.getBucketInfo('papers')).bucket).toMatchObject({ Name: 'papers', Location: 'oss-cn-hangzhou' })
  const { buckets } = await oss.listBuckets()
  expect(buckets.map(({ name, region }) => [name, region])).toEqual([
    ['papers', 'oss-cn-hangzhou'],
    ['photos', 'oss-cn-hangzhou'],
  ])
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
  await expect(oss.deleteBucket('photos')).rejects.toMatchObject({ status: 409, code: 'BucketNotEmpty' })
  await oss.deleteBucket('papers')
  await expect(oss.getBucketInfo('papers')).rejects.toMatchObject({ status: 404, code: 'NoSuchBucket' })
})

/** An IP address for an endpoint: ali-oss asks for `/key`, and makes up a Host from bucket and region. */
test.each(BUCKET_CLIENTS.slice(2))('ali-oss, %s: put, head, get, append and delete', async (_, client) => {
  const oss = client()
  for (const key of ['plain.txt', '照片/a b+c&d=e.txt', 'photos/like-the-bucket.txt']) {
    await oss.put(key, Buffer.from('content'), { meta: { author: 'li' } })
    expect((await oss.head(key)).meta).toEqual({ author: 'li' })
    expect((await oss.get(key)).content.toString()).toBe('content')
    expect((await oss.delete(key)).res.status).toBe(204)
    await expect(oss.head(key)).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' })
    await oss.append(key, Buffer.from('first, '), { position: 0 })
    await oss.append(key, Buffer.from('second'), { position: 7 })
    expect((await oss.get(key)).content.toString()).toBe('first, second')
    expect((await oss.deleteMulti([key])).deleted.map(({ Key }) => Key)).toEqual([key])
  }
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

import { S3Client } from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import { Client } from 'minio'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { evaluatePolicy } from '../../src/policy/evaluate-policy.ts'
import { parsePolicy } from '../../src/policy/parse-policy.ts'
import { type Credential, createForm, ossV1, ossV4, s3V4, verifyForm } from '../../src/sign.ts'
import { aliOss, CREDENTIALS, encodedPolicy, lowerCase } from './sign.fixture.ts'

/**
 * Each scheme beside an implementation that is not ours. For `s3-v2` none is left on npm; its published example is in
 * sign-vectors.test.ts.
 */

const NOW = new Date('2023-12-03T12:12:12Z')
const GRANT = {
  url: 'https://examplebucket.oss-cn-hangzhou.aliyuncs.com/',
  bucket: 'examplebucket',
  key: '照片/a b+c.png',
  fields: { success_action_status: '201', 'x-oss-meta-note': 'naïve “quotes” 😀' },
  minSize: 1,
  maxSize: 1024,
  expiresInSeconds: 600,
}

beforeAll(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] }) // the SDKs ask the clock themselves
  vi.spyOn(console, 'warn').mockReturnValue() // ali-oss would like to refresh its token
})
afterAll(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test.each(CREDENTIALS)('oss-v1 with %s: ali-oss makes the same signature', (_, credential) => {
  const { fields } = createForm(GRANT, ossV1(credential), NOW)
  const { Signature, OSSAccessKeyId, policy } = aliOss(credential).calculatePostSignature(policyOf(fields))
  expect(fields).toMatchObject({ Signature, OSSAccessKeyId, policy })
})

test.each(CREDENTIALS)('oss-v4 with %s: ali-oss makes the same signature', (_, credential) => {
  const { fields } = createForm(GRANT, ossV4(credential, 'cn-hangzhou'), NOW)
  expect(fields['x-oss-signature']).toBe(aliOss(credential).signPostObjectPolicyV4(policyOf(fields), NOW))
})

test.each(CREDENTIALS)(
  's3-v4 with %s: the form of the AWS SDK is verified, and signed the same',
  async (_, credential) => {
    const { accessKeyId, accessKeySecret: secretAccessKey, securityToken } = credential
    const client = new S3Client({
      region: 'us-east-1',
      credentials: {
        accessKeyId,
        secretAccessKey,
        ...(securityToken !== undefined && { sessionToken: securityToken }),
      },
    })
    const { fields } = await createPresignedPost(client, {
      Bucket: 'examplebucket',
      Key: '照片/a b+c.png',
      Fields: { 'Content-Type': 'image/png' },
      Conditions: [['content-length-range', 1, 1024]],
      Expires: 600,
    })
    expectAccepted(fields, credential, 'image/png')
    const ours = s3V4(credential, 'us-east-1')
    const policy = fields['Policy'] ?? ''
    expect(lowerCase({ ...ours.scopeFields(NOW), ...ours.sign(encodedPolicy(policy), NOW) })).toEqual(
      new Map([...lowerCase(fields)].filter(([name]) => name.startsWith('x-amz-') || name === 'policy')),
    )
  },
)

test.each(CREDENTIALS)('s3-v4 with %s: the form of minio is verified, and signed the same', async (_, credential) => {
  const { accessKeyId, accessKeySecret, securityToken } = credential
  const client = new Client({
    endPoint: 'localhost',
    region: 'us-east-1',
    accessKey: accessKeyId,
    secretKey: accessKeySecret,
    ...(securityToken !== undefined && { sessionToken: securityToken }),
  })
  const post = client.newPostPolicy()
  post.setBucket('examplebucket')
  post.setKey('照片/a b+c.png')
  post.setContentType('image/png')
  post.setContentLengthRange(1, 1024)
  post.setUserMetaData({ note: 'plain' })
  post.setExpires(new Date(NOW.getTime() + 600_000))
  const { formData } = await client.presignedPostPolicy(post)
  const fields = Object.fromEntries(Object.entries(formData).map(([name, value]) => [name, String(value)]))
  expectAccepted(fields, credential, 'image/png')
  const ours = s3V4(credential, 'us-east-1')
  expect(fields).toMatchObject({ ...ours.scopeFields(NOW), ...ours.sign(encodedPolicy(fields['policy'] ?? ''), NOW) })
})

function expectAccepted(fields: Readonly<Record<string, string>>, credential: Credential, contentType: string): void {
  const received = lowerCase(fields)
  const form = verifyForm(received, () => credential, NOW)
  if (form.kind === 'anonymous') throw new Error('The form is signed.')
  expect(form).toMatchObject({ scheme: 's3-v4', accessKeyId: credential.accessKeyId })
  const submission = { fields: received, bucket: 'examplebucket', contentType, now: NOW, size: 1024 }
  expect(evaluatePolicy(parsePolicy(form.policy, form.dialect), submission, form.dialect)).toEqual([])
}

function policyOf(fields: Readonly<Record<string, string>>): object {
  return JSON.parse(Buffer.from(fields['policy'] ?? '', 'base64').toString())
}

import { createHmac } from 'node:crypto'
import { createRequire } from 'node:module'
import { S3Client } from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import OSS from 'ali-oss'
import { createForm, type FormGrant, ossV1, ossV4, type Signer } from 'postern/sign'
import { alternate, report } from './alternate.ts'
import { BUCKET, CREDENTIAL, FIXED_NOW, REGION } from './settings.ts'

/** What the README of ali-oss takes from its inside, and its own date library. */
const inside = createRequire(createRequire(import.meta.url).resolve('ali-oss'))
const dateFormat: (date: Date, mask: string) => string = inside('dateformat')
const signUtils: { getCredential(date: string, region: string, id: string): string } = inside('./common/signUtils')
const regions: { getStandardRegion(region: string): string } = inside('./common/utils/getStandardRegion')
const policies: { policy2Str(policy: object): string } = inside('./common/utils/policy2Str')

const ROUNDS = 15
const GRANT: FormGrant = {
  url: 'https://bench-bucket.oss-cn-hangzhou.aliyuncs.com/',
  bucket: BUCKET,
  key: 'uploads/2026/01/02/0d1c5b0e-58a4-4f0e-b7f3-2f4f3c9a7a55.png',
  fields: { 'content-type': 'image/png', success_action_status: '200', 'x-oss-forbid-overwrite': 'true' },
  minSize: 1,
  maxSize: 100 * 1024 * 1024,
  expiresInSeconds: 600,
}
const V1_CONDITIONS = conditionsOf(ossV1(CREDENTIAL))
const V4_CONDITIONS = conditionsOf(ossV4(CREDENTIAL, REGION))

/** Microseconds to issue one form, beside the bare JSON, Base64 and HMAC, and beside what others offer. */
export async function benchIssue(): Promise<void> {
  const oss = new OSS({ ...CREDENTIAL, bucket: BUCKET, region: `oss-${REGION}` })
  const s3 = new S3Client({
    region: REGION,
    credentials: { accessKeyId: CREDENTIAL.accessKeyId, secretAccessKey: CREDENTIAL.accessKeySecret },
  })
  const key = createHmac('sha256', 'any').update('signing key').digest()
  const measured = await alternate(ROUNDS, [
    { name: 'postern oss-v1', round: () => issued(ossV1(CREDENTIAL)) },
    { name: 'floor v1: JSON + Base64 + HMAC-SHA1', round: () => floor('sha1', 'base64', 'secret', V1_CONDITIONS) },
    { name: 'postern oss-v4', round: () => issued(ossV4(CREDENTIAL, REGION)) },
    { name: 'floor v4: JSON + Base64 + HMAC-SHA256', round: () => floor('sha256', 'hex', key, V4_CONDITIONS) },
    { name: 'ali-oss, the V4 form of its README', round: () => each(2_000, () => aliOssForm(oss)) },
    { name: 'AWS SDK createPresignedPost', round: () => each(500, () => awsPost(s3)) },
  ])
  const [v1, v1Floor, v4, v4Floor, ali, aws] = measured
  if (!v1 || !v1Floor || !v4 || !v4Floor || !ali || !aws) return
  report('Issue a V1 form', 'µs, lower is better', [v1, v1Floor], 'at most 1.5 times its floor')
  report(
    'Issue a V4 form',
    'µs, lower is better',
    [v4, v4Floor, ali, aws],
    '≤ 1.7 of its floor, ≤ 1/4 of ali-oss, ≤ 1/10 of AWS',
  )
}

async function issued(signer: Signer): Promise<number> {
  return await each(20_000, () => createForm(GRANT, signer, FIXED_NOW))
}

/** The same policy document as ours, with nothing else done: what no issuer can go below. */
async function floor(
  hash: string,
  encoding: 'hex' | 'base64',
  key: string | Buffer,
  conditions: unknown,
): Promise<number> {
  return await each(20_000, () => {
    const expiration = new Date(FIXED_NOW.getTime() + 600_000).toISOString()
    const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64')
    return { policy, signature: createHmac(hash, key).update(policy).digest(encoding) }
  })
}

/** The form as ali-oss's README makes it, step by step: its helpers, its signature, the policy encoded once more. */
function aliOssForm(oss: OSS): unknown {
  const date = dateFormat(FIXED_NOW, "UTC:yyyymmdd'T'HHMMss'Z'")
  const credential = signUtils.getCredential(
    date.slice(0, 8),
    regions.getStandardRegion(`oss-${REGION}`),
    CREDENTIAL.accessKeyId,
  )
  const policy = {
    expiration: new Date(FIXED_NOW.getTime() + 600_000).toISOString(),
    conditions: [
      { bucket: BUCKET },
      { key: GRANT.key },
      ...Object.entries(GRANT.fields ?? {}).map(([name, value]) => ({ [name]: value })),
      { 'x-oss-signature-version': 'OSS4-HMAC-SHA256' },
      { 'x-oss-credential': credential },
      { 'x-oss-date': date },
      ['content-length-range', 1, GRANT.maxSize],
    ],
  }
  const signature = oss.signPostObjectPolicyV4(policy, FIXED_NOW)
  return { date, credential, signature, policy: Buffer.from(policies.policy2Str(policy)).toString('base64') }
}

async function awsPost(s3: S3Client): Promise<unknown> {
  const Fields = { 'Content-Type': 'image/png', success_action_status: '200', 'x-amz-meta-note': 'true' }
  const Conditions: ['content-length-range', number, number][] = [['content-length-range', 1, 100 * 1024 * 1024]]
  return await createPresignedPost(s3, { Bucket: BUCKET, Key: GRANT.key ?? '', Fields, Conditions, Expires: 600 })
}

/** Microseconds for one call, over many. */
async function each(times: number, call: () => unknown): Promise<number> {
  const start = performance.now()
  for (let time = 0; time < times; time++) {
    const result = call()
    if (result instanceof Promise) await result
  }
  return ((performance.now() - start) * 1000) / times
}

function conditionsOf(signer: Signer): unknown[] {
  const policy = createForm(GRANT, signer, FIXED_NOW).fields['policy'] ?? ''
  return JSON.parse(Buffer.from(policy, 'base64').toString()).conditions
}

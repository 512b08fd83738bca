import type OSS from 'ali-oss'
import type { Credential } from '../../../src/sign/signer.ts'
import { BUCKET, REGION } from './ground.ts'
import type { Headers } from './object-client.ts'

/** The fields of a form that ali-oss signs: for one key, at most 100 bytes, good for a minute. */
export async function aliOssForm(
  oss: Pick<OSS, 'calculatePostSignature' | 'signPostObjectPolicyV4'>,
  version: 'V1' | 'V4',
  credential: Credential,
  key: string,
): Promise<Headers> {
  const now = new Date()
  const token: Headers = credential.securityToken ? { 'x-oss-security-token': credential.securityToken } : {}
  const fields = { key, ...token, ...(version === 'V4' && scopeOf(credential, now)) }
  const policy = {
    expiration: new Date(now.getTime() + 60_000).toISOString(),
    conditions: [
      { bucket: BUCKET },
      ['content-length-range', 1, 100],
      ...Object.entries(fields).map(([name, value]) => ['eq', `$${name}`, value]),
    ],
  }
  if (version === 'V1') return { ...fields, ...(await oss.calculatePostSignature(policy)) }
  const encoded = Buffer.from(JSON.stringify(policy)).toString('base64')
  return { ...fields, policy: encoded, 'x-oss-signature': await oss.signPostObjectPolicyV4(policy, now) }
}

/** ali-oss signs a V4 policy; these fields of the form are the application's to write. */
function scopeOf({ accessKeyId }: Credential, now: Date): Headers {
  const date = `${now.toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}Z`
  return {
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': `${accessKeyId}/${date.slice(0, 8)}/${REGION}/oss/aliyun_v4_request`,
    'x-oss-date': date,
  }
}

import type OSS from 'ali-oss'
import type { Credential } from '../../../src/sign/signer.ts'
import { BUCKET, REGION } from './ground.ts'
import type { Headers } from './object-client.ts'

/** A call of ali-oss that signs a policy: the fields of the form that it gives, or that are made of what it gives. */
export type SignPolicy = (policy: object, encoded: string, now: Date) => Promise<Headers>

/** V1 in Node. */
export function calculatePostSignature(oss: OSS): SignPolicy {
  return async (policy) => ({ ...(await oss.calculatePostSignature(policy)) })
}

/** V1 in a page, whose build has no `calculatePostSignature`. */
export function signature(oss: OSS, { accessKeyId }: Credential): SignPolicy {
  return async (_, policy) => ({ OSSAccessKeyId: accessKeyId, policy, Signature: await oss.signature(policy) })
}

/** V4: the scope's fields are the application's to write. */
export function signPostObjectPolicyV4(oss: OSS): SignPolicy {
  return async (policy, encoded, now) => ({
    policy: encoded,
    'x-oss-signature': await oss.signPostObjectPolicyV4(policy, now),
  })
}

/** The fields of a form that ali-oss signs: for one key, at most 100 bytes, good for a minute. */
export async function aliOssForm(
  sign: SignPolicy,
  version: 'V1' | 'V4',
  credential: Credential,
  key: string,
): Promise<Headers> {
  const now = new Date()
  const token: Headers = credential.securityToken ? { 'x-oss-security-token': credential.securityToken } : {}
  const fields: Headers = { key, ...token, ...(version === 'V4' && scopeOf(credential, now)) }
  const policy = {
    expiration: new Date(now.getTime() + 60_000).toISOString(),
    conditions: [
      { bucket: BUCKET },
      ['content-length-range', 1, 100],
      ...Object.entries(fields).map(([name, value]) => ['eq', `$${name}`, value]),
    ],
  }
  return { ...fields, ...(await sign(policy, Buffer.from(JSON.stringify(policy)).toString('base64'), now)) }
}

function scopeOf({ accessKeyId }: Credential, now: Date): Headers {
  const date = `${now.toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}Z`
  return {
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': `${accessKeyId}/${date.slice(0, 8)}/${REGION}/oss/aliyun_v4_request`,
    'x-oss-date': date,
  }
}

import { S3 } from '../policy/dialect.ts'
import type { FormScheme } from './form-scheme.ts'
import { type ScopedScheme, scopedScheme, scopedSigner } from './scoped-scheme.ts'
import type { Credential, Signer } from './signer.ts'

const WIRE: ScopedScheme = {
  scheme: 's3-v4',
  dialect: S3,
  algorithm: 'AWS4-HMAC-SHA256',
  keyPrefix: 'AWS4',
  service: 's3',
  terminator: 'aws4_request',
  names: {
    algorithm: 'x-amz-algorithm',
    credential: 'x-amz-credential',
    date: 'x-amz-date',
    signature: 'x-amz-signature',
    securityToken: 'x-amz-security-token',
  },
  missing: { algorithm: 's3-algorithm-missing', date: 's3-date-missing' },
  checkRegion: () => {}, // S3 clients name any region, us-east-1 mostly, and OSS takes it from them too
}

/**
 * Signs a policy the way S3's signature version 4 does: for AWS, MinIO, Ceph RGW and their like.
 *
 * @example
 * const signer = s3V4({ accessKeyId: 'AKIA…', accessKeySecret: '…' }, 'us-east-1')
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
 */
export function s3V4(credential: Credential, region: string): Signer {
  return scopedSigner(WIRE, credential, region)
}

export const S3_V4: FormScheme = scopedScheme(WIRE)

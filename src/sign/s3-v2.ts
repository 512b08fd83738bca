import { S3 } from '../policy/dialect.ts'
import type { FormScheme } from './form-scheme.ts'
import { type SecretScheme, secretScheme, secretSigner } from './secret-scheme.ts'
import type { Credential, Signer } from './signer.ts'

const WIRE: SecretScheme = {
  scheme: 's3-v2',
  dialect: S3,
  accessKeyId: 'AWSAccessKeyId',
  signature: 'signature',
  securityToken: 'x-amz-security-token',
  // The same signature is good for oss-v1, which lets a form add fields that S3 would refuse. A policy that names the
  // field keeps the form in its dialect: renamed to OSSAccessKeyId, the field it asks for is missing.
  coversAccessKeyId: true,
}

/**
 * Signs a policy the way S3's signature version 2 does, which older S3 engines want: HMAC-SHA1 with the secret itself.
 *
 * @example
 * const signer = s3V2({ accessKeyId: 'AKIA…', accessKeySecret: '…' })
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/HTTPPOSTForms.html
 */
export function s3V2(credential: Credential): Signer {
  return secretSigner(WIRE, credential)
}

export const S3_V2: FormScheme = secretScheme(WIRE)

import { OSS } from '../policy/dialect.ts'
import type { FormScheme } from './form-scheme.ts'
import { type SecretScheme, secretScheme, secretSigner } from './secret-scheme.ts'
import type { Credential, Signer } from './signer.ts'

const WIRE: SecretScheme = {
  scheme: 'oss-v1',
  dialect: OSS,
  accessKeyId: 'OSSAccessKeyId',
  signature: 'Signature',
  securityToken: 'x-oss-security-token',
  coversAccessKeyId: false, // no sample of OSS's own does, and nothing is lost without
}

/**
 * Signs a policy the way Alibaba Cloud OSS V1 does: HMAC-SHA1 with the secret itself.
 *
 * @example
 * const signer = ossV1({ accessKeyId: 'LTAI…', accessKeySecret: '…' })
 *
 * @see https://www.alibabacloud.com/help/en/oss/developer-reference/signature-version-1
 */
export function ossV1(credential: Credential): Signer {
  return secretSigner(WIRE, credential)
}

export const OSS_V1: FormScheme = secretScheme(WIRE)

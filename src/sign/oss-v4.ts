import { OSS } from '../policy/dialect.ts'
import type { FormScheme } from './form-scheme.ts'
import { endpointRegion } from './scope.ts'
import { checkOssRegion, type ScopedScheme, scopedScheme, scopedSigner } from './scoped-scheme.ts'
import type { Credential, Signer } from './signer.ts'

export const V4_ALGORITHM = 'OSS4-HMAC-SHA256'
export const V4_KEY_PREFIX = 'aliyun_v4'
export const V4_TERMINATOR = 'aliyun_v4_request'

const WIRE: ScopedScheme = {
  scheme: 'oss-v4',
  dialect: OSS,
  algorithm: V4_ALGORITHM,
  keyPrefix: V4_KEY_PREFIX,
  service: 'oss',
  terminator: V4_TERMINATOR,
  names: {
    algorithm: 'x-oss-signature-version',
    credential: 'x-oss-credential',
    date: 'x-oss-date',
    signature: 'x-oss-signature',
    securityToken: 'x-oss-security-token',
  },
  // Without a version OSS reads a form as V1, and finds no OSSAccessKeyId.
  missing: { algorithm: 'access-key-id-missing', date: 'date-missing' },
  checkRegion: checkOssRegion,
}

/**
 * Signs a policy the way Alibaba Cloud OSS V4 does, with a key derived for the day and the region.
 *
 * @example
 * const signer = ossV4({ accessKeyId: 'LTAI…', accessKeySecret: '…' }, 'cn-hangzhou')
 *
 * @see https://www.alibabacloud.com/help/en/oss/developer-reference/signature-version-4-recommend
 */
export function ossV4(credential: Credential, region: string): Signer {
  const detail = endpointRegion(region)
  if (detail !== undefined) throw new TypeError(detail)
  return scopedSigner(WIRE, credential, region)
}

export const OSS_V4: FormScheme = scopedScheme(WIRE)

import OSS from 'ali-oss'
import type { EncodedPolicy } from '../../src/policy/condition.ts'
import type { Credential } from '../../src/sign.ts'

export const CREDENTIALS: [string, Credential][] = [
  ['a long-lived key', { accessKeyId: 'LTAIexample', accessKeySecret: 'secret/with+signs=' }],
  ['a temporary key', { accessKeyId: 'STS.example', accessKeySecret: 'sk', securityToken: 'token+/=' }],
]

/** Fields or headers as they are received: by name in lower case. */
export function lowerCase(entries: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(Object.entries(entries).map(([name, value]) => [name.toLowerCase(), value]))
}

/** A policy in Base64 that somebody else wrote. */
export function encodedPolicy(text: string): EncodedPolicy {
  return text as EncodedPolicy
}

export function aliOss({ accessKeyId, accessKeySecret, securityToken }: Credential): OSS {
  return new OSS({
    accessKeyId,
    accessKeySecret,
    bucket: 'examplebucket',
    region: 'oss-cn-hangzhou',
    ...(securityToken !== undefined && { stsToken: securityToken }),
  })
}

import type { Scheme } from '../sign/signer.ts'

/** A signature taken apart: who made it, and the text that it must cover for a store to accept it. */
export interface Rebuilt {
  readonly by: 'form' | 'header' | 'url'
  readonly scheme: Scheme
  readonly accessKeyId: string
  readonly signature: string
  readonly securityToken: string | undefined
  /** `20231203/cn-hangzhou/oss/aliyun_v4_request`; absent where the secret itself signs. */
  readonly scope: string | undefined
  readonly stringToSign: string
  /** The text whose hash stands in the string to sign, where one does. */
  readonly canonicalRequest: string | undefined
}

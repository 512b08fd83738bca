import { readBase64, readUtf8 } from '../base/bytes.ts'
import type { Answer } from './evidence.ts'
import { splitCredential } from './rebuild-form.ts'
import type { Rebuilt } from './rebuilt.ts'

/** A signature as the store's error alone tells of it: the text that the store used, and the signature it was given. */
export function rebuildAnswer(answer: Answer): Rebuilt | undefined {
  const { stringToSign, canonicalRequest, signatureProvided: signature = '', accessKeyId = '' } = answer
  if (stringToSign === undefined) return undefined
  const [first = '', , scope] = stringToSign.split('\n')
  const text = { signature, accessKeyId, securityToken: undefined, stringToSign, canonicalRequest }
  if (first.startsWith('OSS4-HMAC-')) return { ...text, by: 'header', scheme: 'oss-v4', scope }
  if (first.startsWith('AWS4-HMAC-')) return { ...text, by: 'header', scheme: 's3-v4', scope }
  if (stringToSign.includes('\n')) return { ...text, by: 'header', scheme: 'oss-v1', scope: undefined }
  const credential = credentialIn(stringToSign)
  if (credential === undefined) return { ...text, by: 'form', scheme: 'oss-v1', scope: undefined }
  const isS3 = credential.endsWith('/aws4_request')
  return { ...text, by: 'form', scheme: isS3 ? 's3-v4' : 'oss-v4', scope: splitCredential(credential).scope }
}

/** The credential that a policy pins, found without reading all of it: the store may have cut the text. */
function credentialIn(policy: string): string | undefined {
  const whole = policy.replace(/…$/, '')
  const bytes = readBase64(whole.slice(0, whole.length - (whole.length % 4)))
  const text = bytes && (readUtf8(bytes) ?? Buffer.from(bytes).toString('latin1'))
  return /"\$?x-(?:oss|amz)-credential"\s*[:,]\s*"([^"]+)"/i.exec(text ?? '')?.[1]?.replaceAll('\\/', '/')
}

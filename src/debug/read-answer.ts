import { readElements } from '../base/xml.ts'
import type { Answer } from './evidence.ts'

/** What a store's error says, from its XML wherever that stands in a text; `undefined` where there is none. */
export function readAnswer(text: string): Answer | undefined {
  const elements = readElements(text, 'Error')
  if (elements === undefined) return undefined
  const get = (name: string) => elements.get(name) || undefined
  const time = new Date(get('ServerTime') ?? '')
  return {
    code: get('Code'),
    message: get('Message'),
    stringToSign: get('StringToSign'),
    canonicalRequest: get('CanonicalRequest'),
    signatureProvided: get('SignatureProvided'),
    accessKeyId: get('OSSAccessKeyId') ?? get('AWSAccessKeyId'),
    serverTime: Number.isNaN(time.getTime()) ? undefined : time,
  }
}

/** The text without the answer's XML in it. */
export function withoutAnswer(text: string): string {
  return text.replace(/(?:<\?xml[^>]*\?>\s*)?<Error>[\s\S]*<\/Error>/, '')
}

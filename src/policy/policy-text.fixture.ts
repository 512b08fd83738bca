import { base64, utf8 } from '../base/bytes.ts'
import { PosternError } from '../base/known-errors.ts'

/** Policies as text, right or wrong. */

export const EXPIRATION = '"expiration": "2026-11-24T12:00:00.000Z"'

export function withConditions(...conditions: readonly string[]): string {
  return `{${EXPIRATION}, "conditions": [${conditions.join(', ')}]}`
}

export function withExpiration(expiration: string): string {
  return `{"expiration": ${expiration}, "conditions": [{"bucket": "photos"}]}`
}

export function encode(text: string): string {
  return base64(utf8(text))
}

export function refusalOf(parse: () => unknown): PosternError | undefined {
  try {
    parse()
    return undefined
  } catch (error) {
    if (error instanceof PosternError) return error
    throw error
  }
}

import { PosternError } from '../base/known-errors.ts'
import { V4_ALGORITHM } from './oss-v4.ts'

/** The three parts of a V4 Authorization header. */
export interface Authorization {
  readonly credential: string
  readonly signature: string
  readonly additional: readonly string[]
}

/** Reads `OSS4-HMAC-SHA256 Credential=…,AdditionalHeaders=…,Signature=…`. The Python SDK writes a space after each comma. */
export function parseAuthorization(text: string): Authorization {
  const parts = new Map<string, string>()
  for (const part of text.slice(V4_ALGORITHM.length).split(',')) {
    const equals = part.indexOf('=')
    const name = part.slice(0, Math.max(equals, 0)).trim()
    if (!AUTHORIZATION_PARTS.has(name) || parts.has(name)) throw authorizationMalformed()
    parts.set(name, part.slice(equals + 1).trim())
  }
  const credential = parts.get('Credential')
  const signature = parts.get('Signature')
  const additional = parts.get('AdditionalHeaders')
  if (!credential || !signature || additional === '') throw authorizationMalformed()
  return { credential, signature, additional: headerNames(additional) }
}

const AUTHORIZATION_PARTS = new Set(['Credential', 'AdditionalHeaders', 'Signature'])

/** `host;range` → its names. */
export function headerNames(text = ''): string[] {
  return text === '' ? [] : text.split(';')
}

function authorizationMalformed(): PosternError {
  return new PosternError(
    'authorization-malformed',
    `Write it as "${V4_ALGORITHM} Credential=…,Signature=…", with AdditionalHeaders=… between them where there are any.`,
  )
}

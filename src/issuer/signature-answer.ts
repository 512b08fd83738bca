import { PosternError } from '../base/issuer-errors.ts'
import type { Fields } from '../form/upload-form.ts'
import type { Scheme } from '../sign/signer.ts'
import { jsonText } from './answers.ts'
import type { Storage } from './storage/storage.ts'

/** Which of the vendor's front ends an answer is for: docs/spec/direct-upload-server.md section 1.2. */
export type AnswerShape = 'v1' | 'v1-expire' | 'accessid' | 'pascal' | 'v4'

/** What a front end needs beside the signed fields. */
export interface SignatureParts {
  /** The signed fields of a form, as a signer names them. */
  readonly fields: Fields
  /** Where the front end posts to; no `/` at its end, because front ends put one there. */
  readonly host: string
  /** What the front end puts before the file's name. */
  readonly dir: string
  readonly expiresAt: Date
}

export const ANSWER_SHAPES: readonly AnswerShape[] = ['v4', 'v1', 'v1-expire', 'accessid', 'pascal']

/** A route's `answer`, looked at once; where it says none, the usual one for the scheme, if front ends know one. */
export function readAnswerShape(answer: AnswerShape | undefined, storage: Storage): AnswerShape | undefined {
  if (answer === undefined) return usualShape(storage)
  const scheme: Scheme = answer === 'v4' ? 'oss-v4' : 'oss-v1'
  if (scheme !== storage.scheme)
    throw new TypeError(`The answer "${answer}" needs the scheme ${scheme}; this storage signs with ${storage.scheme}.`)
  if (scheme === 'oss-v1' && storage.usesToken)
    throw new TypeError(`Front ends of "${answer}" cannot send a security token. Sign with oss-v4.`)
  return answer
}

function usualShape({ scheme, usesToken }: Storage): AnswerShape | undefined {
  if (scheme === 'oss-v4') return 'v4'
  return scheme === 'oss-v1' && !usesToken ? 'v1' : undefined
}

/** The answer of `GET /get_post_signature_for_oss_upload`: docs/spec/direct-upload-server.md section 1.2. */
export function signatureResponse(shape: AnswerShape, parts: SignatureParts): Response {
  const text = jsonOf(membersOf(shape, parts), field(parts.fields, 'policy'))
  return shape === 'v1-expire' ? jsonText(text, { expire: wholeSeconds(parts.expiresAt) }) : jsonText(text)
}

/** Base64 needs no escapes; `stringify` would look for them in each character of a policy, and takes as long as signing it. */
function jsonOf(members: Readonly<Record<string, string | number>>, policy: string): string {
  const written = Object.entries(members).map(
    ([name, value]) => `"${name}":${value === policy ? `"${policy}"` : JSON.stringify(value)}`,
  )
  return `{${written.join(',')}}`
}

/** The members, in the order in which the samples write them. */
function membersOf(
  shape: AnswerShape,
  { fields, host, dir, expiresAt }: SignatureParts,
): Record<string, string | number> {
  const policy = field(fields, 'policy')
  const callback = fields['callback'] === undefined ? {} : { callback: fields['callback'] }
  if (shape === 'v4') return { ...v4Members(policy, fields, host, dir), ...callback }

  if (fields['x-oss-security-token'] !== undefined) throw noToken(shape)
  const accessKeyId = field(fields, 'OSSAccessKeyId')
  const signature = field(fields, 'Signature')
  const expire = Math.floor(expiresAt.getTime() / 1000)
  switch (shape) {
    case 'v1':
      return { policy, ossAccessKeyId: accessKeyId, signature, host, dir, ...callback }
    case 'v1-expire':
      return { policy, ossAccessKeyId: accessKeyId, signature, host, dir, expire, ...callback }
    case 'accessid':
      return { accessid: accessKeyId, host, policy, signature, expire, ...callback, dir }
    case 'pascal':
      return { Accessid: accessKeyId, Policy: policy, Signature: signature, Dir: dir, Host: host, Expire: `${expire}` }
  }
}

/**
 * The version goes under both its names. A front end sends `security_token` whatever it is, and would write a missing one
 * as the word "undefined"; an empty one is the same as none (docs/spec/post-object.md section 3).
 */
function v4Members(policy: string, fields: Fields, host: string, dir: string): Record<string, string> {
  const version = field(fields, 'x-oss-signature-version')
  return {
    policy,
    x_oss_signature_version: version,
    version,
    x_oss_credential: field(fields, 'x-oss-credential'),
    x_oss_date: field(fields, 'x-oss-date'),
    signature: field(fields, 'x-oss-signature'),
    security_token: fields['x-oss-security-token'] ?? '',
    host,
    dir,
  }
}

/** Known only now where a source gave the credential: a form that lacks its token would be refused. */
function noToken(shape: AnswerShape): PosternError {
  const detail = `Front ends of "${shape}" cannot send a security token, and this issuer signs with one. Ask POST /uploads.`
  return new PosternError('path-not-found', detail)
}

function field(fields: Fields, name: string): string {
  const value = fields[name]
  if (value === undefined) throw new TypeError(`The signer gave no field "${name}".`)
  return value
}

function wholeSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}

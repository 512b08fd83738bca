import { PosternError } from '../base/errors.ts'

/** An upload in parts that was begun: its token, bytes of every part but the last, and how many there are. */
export interface MultipartUpload {
  readonly token: string
  readonly partSize: number
  readonly parts: number
}

/** One part as a presigned PUT. */
export interface SignedPart {
  readonly partNumber: number
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** ISO 8601. */
  readonly expiresAt: string
}

/** What is the issuer's answer on an upload in parts; `token` is known where it was begun before. */
export function readMultipart(answer: unknown, token?: string): MultipartUpload {
  const { token: given = token, partSize, parts } = membersOf(answer)
  if (typeof given === 'string' && typeof partSize === 'number' && partSize > 0 && typeof parts === 'number')
    return { token: given, partSize, parts }
  throw malformed()
}

/** Numbers of the parts that the store has whole. */
export function readStored(answer: unknown): number[] {
  return listOf(membersOf(answer)['stored']).map((part) => Number(membersOf(part)['partNumber']))
}

export function readSigned(answer: unknown): SignedPart[] {
  return listOf(membersOf(answer)['parts']).map((part) => {
    const { partNumber, url, headers, expiresAt } = membersOf(part)
    if (typeof partNumber !== 'number' || typeof url !== 'string' || typeof expiresAt !== 'string') throw malformed()
    const texts = Object.entries(membersOf(headers)).map(([name, value]) => [name, String(value)])
    return { partNumber, url, expiresAt, headers: Object.fromEntries(texts) }
  })
}

/** Own members only: the rest is no answer. */
function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return { ...Object(value) }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function malformed(): PosternError {
  return new PosternError(
    'issuer-refused',
    'The answer on the parts of an upload is not one of an issuer. Is it an issuer’s address?',
  )
}

import { PosternError } from '../base/errors.ts'

/** An upload in parts: its token, bytes of every part but the last, how many there are, and which the store has. */
export interface MultipartUpload {
  readonly token: string
  readonly partSize: number
  readonly parts: number
  readonly stored: readonly { readonly partNumber: number }[]
}

/** One part as a presigned PUT. */
export interface SignedPart {
  readonly partNumber: number
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** ISO 8601. */
  readonly expiresAt: string
}

/** The issuer's answer on an upload in parts; `token` is known where it was begun before. */
export function readMultipart(answer: unknown, known = ''): MultipartUpload {
  const { token = known, partSize, parts, stored = [] } = Object(answer)
  if (token && partSize > 0 && parts > 0) return { token, partSize, parts, stored }
  throw malformed()
}

/** Its answer to numbers of parts. */
export function readSigned(answer: unknown): readonly SignedPart[] {
  const { parts } = Object(answer)
  if (Array.isArray(parts)) return parts
  throw malformed()
}

function malformed(): PosternError {
  return new PosternError('issuer-refused', 'This is no answer on an upload in parts. Is the endpoint an issuer?')
}

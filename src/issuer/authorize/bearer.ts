import { PosternError } from '../../base/issuer-errors.ts'

/** The token that a request bears: RFC 6750 section 2.1. */
export function bearerToken({ headers }: Request): string | undefined {
  return /^Bearer +([\w.~+/-]+=*) *$/i.exec(headers.get('authorization') ?? '')?.[1]
}

/** A cookie by name; none where there are two of it, because a neighbour's page may have put one of them there. */
export function cookie({ headers }: Request, name: string): string | undefined {
  const pairs = (headers.get('cookie') ?? '').split(';').map((pair) => pair.trim())
  const values = pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1))
  const [value] = values
  return values.length === 1 && value !== '' ? value : undefined
}

/** Nobody who asks can be told from anybody else. */
export function nobody(detail: string): PosternError {
  return new PosternError('caller-unknown', detail, { Challenge: 'Bearer' })
}

/** What was sent to say who asks does not say so: RFC 6750 section 3.1. */
export function badToken(detail: string): PosternError {
  const description = detail.replaceAll(/["\\]/g, "'")
  return new PosternError('caller-unknown', detail, {
    Challenge: `Bearer error="invalid_token", error_description="${description}"`,
  })
}

/** Whether somebody tried to say who they are, and could not. */
export function isBadToken({ code, facts }: PosternError): boolean {
  return code === 'caller-unknown' && (facts['Challenge']?.includes('error=') ?? false)
}

import { PosternError } from '../base/known-errors.ts'
import { MAX_CLOCK_SKEW_MS } from '../base/limits.ts'
import type { Headers } from './canonical-request.ts'
import type { Claim } from './claim.ts'
import { parseCompactDate, parseHttpDate } from './date.ts'
import type { RequestAddress } from './request-address.ts'

/** A claim made by a request, and the text it says was signed. */
export interface RequestClaim extends Claim {
  readonly scheme: 'oss-v1' | 'oss-v4'
  readonly by: 'header' | 'url'
  readonly stringToSign: string
  /** V4 only: the text whose hash stands in the string to sign. */
  readonly canonicalRequest?: string
}

/** The date of a request signed in its header: `x-oss-date` before `Date`, each in either way of writing. */
export function requestDate(headers: Headers, now: Date): { readonly text: string; readonly date: Date } {
  const text = headers.get('x-oss-date') || headers.get('date')
  if (text === undefined) throw new PosternError('request-date-missing', 'Send x-oss-date, or Date.')
  const date = parseCompactDate(text) ?? parseHttpDate(text)
  if (date === undefined)
    throw new PosternError(
      'request-date-missing',
      `Write x-oss-date as in "20231203T121212Z", and Date as in "Sun, 03 Dec 2023 12:12:12 GMT".`,
    )
  checkSkew(date, now)
  return { text, date }
}

/** The parameters of a presigned URL. Each may stand there once: which of two is signed would be anybody's guess. */
export function authenticationQuery({ query }: RequestAddress, names: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of query) {
    if (!names.has(name)) continue
    if (found.has(name)) throw new PosternError('authentication-repeated', `The URL has ${name} twice.`)
    found.set(name, value)
  }
  return found
}

/** @see docs/spec/auth.md section 2 */
export function refuseExpired(expires: Date, now: Date): void {
  if (now <= expires) return
  throw new PosternError('request-expired', `The URL was good until ${expires.toISOString()}; make a new one.`, {
    Expires: expires.toISOString(),
    ServerTime: now.toISOString(),
  })
}

/** @see docs/spec/auth.md section 1 */
function checkSkew(date: Date, now: Date): void {
  if (Math.abs(date.getTime() - now.getTime()) <= MAX_CLOCK_SKEW_MS) return
  throw new PosternError(
    'request-time-skewed',
    `The request is dated ${date.toISOString()}, this server's clock says ${now.toISOString()}.`,
    {
      RequestTime: date.toISOString(),
      ServerTime: now.toISOString(),
      MaxAllowedSkewMilliseconds: String(MAX_CLOCK_SKEW_MS),
    },
  )
}

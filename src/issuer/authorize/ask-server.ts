import { PosternError } from '../../base/issuer-errors.ts'
import { readBoundedBytes } from '../bounded-bytes.ts'

/** What a server answered. */
export interface ServerAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

export interface Asking {
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly maxBytes: number
}

/** Asks a server of the application's. It is the one that was named and no other: a redirect is an answer like any. */
export async function askServer(url: string, { headers, timeoutMs, maxBytes }: Asking): Promise<ServerAnswer> {
  const signal = AbortSignal.timeout(timeoutMs)
  const response = await fetch(url, { headers, redirect: 'manual', signal })
  const bytes = await readBoundedBytes(response.body, maxBytes)
  if (bytes === undefined) throw new Error(`${withoutQuery(url)} answered with over ${maxBytes} bytes.`)
  return { status: response.status, headers: response.headers, body: Buffer.from(bytes).toString('utf8') }
}

/** Whoever knows who may upload did not say. The cause is for whoever runs the issuer. */
export function unavailable(cause: unknown): PosternError {
  const detail = 'Whoever knows who may upload cannot be asked now. Try again later.'
  return new PosternError('authorizer-unavailable', detail, { RetryAfterSeconds: '5' }, { cause })
}

/** An address for the log: its query may hold a secret. */
export function withoutQuery(url: string): string {
  return url.replace(/\?.*$/s, '')
}

/** An address that can be asked. */
export function checkUrl(what: string, url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw new TypeError(`${what} must be an address such as "https://app.example/may-upload".`)
  if (parsed.username !== '' || parsed.password !== '')
    throw new TypeError(`${what} holds a name or a password, which cannot be sent so. Leave them out.`)
  return parsed
}

export function checkTimeout(what: string, timeoutMs: number): number {
  if (Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= 30_000) return timeoutMs
  throw new TypeError(`${what} must be a whole number from 1 to 30000.`)
}

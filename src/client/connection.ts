import { type ErrorCode, PosternError } from '../base/errors.ts'
import { noAnswer } from './no-answer.ts'

/** A request that got no answer. */
interface Unanswered {
  readonly who: string
  readonly url: string
  /** With which method it can be tried again without harm; absent where with none. */
  readonly probe?: 'GET' | 'POST' | 'PUT'
}

/** What this page's Content-Security-Policy kept it from reaching: addresses, as a browser tells them. */
let blocked: Set<string> | undefined

/** Why nothing is sent to this address: a page that came by https reaches http on its own machine only. */
export function whyNotSent(url: string): PosternError | undefined {
  if (typeof location === 'undefined') return undefined // these are the browser's rules
  watchPolicy()
  const isMixed = location.protocol === 'https:' && /^http:\/\/(?!localhost|127\.|\[::1\])/.test(url)
  return isMixed
    ? fault(
        'mixed-content',
        `This page came by https, so a browser sends nothing to ${url}: give the store an https address.`,
      )
    : undefined
}

function watchPolicy(): void {
  if (blocked !== undefined || typeof addEventListener === 'undefined') return
  const found = new Set<string>()
  blocked = found
  addEventListener('securitypolicyviolation', (event) => {
    if ('blockedURI' in event) found.add(String(event.blockedURI))
  })
}

/**
 * Why a request got no answer. A browser does not tell a page, so it is found out: its policy says what it blocked; and where a
 * request without CORS is answered, before and after one that is not, the store is there and its CORS rule is not.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export async function whyNoAnswer(
  { who, url, probe }: Unanswered,
  signal: AbortSignal,
  cause?: unknown,
): Promise<PosternError> {
  const lost = () =>
    noAnswer(`${who} at ${shown(url)} did not answer, or the connection to it was lost.`, signal, cause)
  if (typeof location === 'undefined' || signal.aborted) return lost()
  await new Promise((resolve) => setTimeout(resolve)) // a browser reports what it blocked a moment later
  const { origin } = new URL(url, location.href)
  if ([...(blocked ?? [])].some((address) => address.startsWith(origin)))
    return fault(
      'csp-blocked',
      `The Content-Security-Policy of this page forbids it to reach ${origin}: add ${origin} to its connect-src.`,
    )
  if (probe === undefined || origin === location.origin) return lost()
  const isThere = () => answers(url, { method: 'HEAD', mode: 'no-cors' })
  if (!(await isThere()) || (await answers(url, { method: probe })) || !(await isThere())) return lost()
  const rule = `give it a CORS rule that allows ${probe} from ${location.origin}.`
  return fault('cors-forbidden', `${who} at ${shown(url)} does not let pages of ${location.origin} use it: ${rule}`)

  async function answers(address: string, request: RequestInit): Promise<boolean> {
    try {
      await fetch(address, { ...request, credentials: 'omit', signal })
      return true
    } catch {
      return false
    }
  }
}

/** An address without its query: that holds a signature. */
function shown(url: string): string {
  return url.split('?', 1).join('')
}

function fault(code: ErrorCode, detail: string): PosternError {
  return new PosternError(code, detail)
}

import { type ErrorCode, PosternError } from '../base/errors.ts'
import { noAnswer } from './no-answer.ts'

/** What this page's Content-Security-Policy kept it from reaching: addresses, as a browser tells them. */
let blocked: string[] | undefined

/** Origins that have answered this page readably: they have a CORS rule, whatever a gateway before them says later. */
const heard = new Set<string>()

/** Notes an answer from this address. */
export function heardFrom(url: string): void {
  if (typeof location !== 'undefined') heard.add(new URL(url, location.href).origin)
}

/** Why nothing is sent to this address: a page that came by https reaches http on its own machine only. */
export function whyNotSent(url: string): PosternError | undefined {
  if (typeof location === 'undefined') return undefined // these are the browser's rules
  if (blocked === undefined) {
    const found: string[] = []
    blocked = found
    addEventListener('securitypolicyviolation', (event) => {
      if ('blockedURI' in event) found.push(`${event.blockedURI}`)
    })
  }
  return location.protocol === 'https:' && /^http:\/\/(?!([^/]+\.)?localhost[:/]|127\.|\[::1)/.test(url)
    ? new PosternError(
        'mixed-content',
        `This page came by https, and may not send to ${shownAddress(url)}: give that an https address.`,
      )
    : undefined
}

/**
 * Why a request got no answer. A browser does not tell a page, so it is found out: its policy says what it blocked; and where a
 * request without CORS is answered, before and after one that is not, the server is there and its CORS rule is not.
 *
 * @param probe a method that can be tried again without harm, if there is one
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export async function whyNoAnswer(
  who: string,
  url: string,
  probe: string | undefined,
  signal: AbortSignal,
  cause: unknown,
): Promise<PosternError> {
  const shown = shownAddress(url)
  const fault = (code: ErrorCode, detail: string) => new PosternError(code, detail, {}, { cause })
  const answers = (method: string, mode?: RequestMode) =>
    fetch(url, { method, signal, credentials: 'omit', ...(mode && { mode }) }).then(
      () => true,
      () => false,
    )
  if (typeof location !== 'undefined' && !signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve)) // a browser tells what it blocked a moment later
    const page = location.origin
    const { origin } = new URL(url, location.href)
    if (blocked?.some((address) => address.startsWith(origin)))
      return fault(
        'csp-blocked',
        `The Content-Security-Policy of this page lets it not reach ${origin}: add that to connect-src.`,
      )
    const isThere = () => answers('HEAD', 'no-cors')
    if (
      probe &&
      origin !== page &&
      !heard.has(origin) &&
      (await isThere()) &&
      !(await answers(probe)) &&
      (await isThere())
    )
      return fault(
        'cors-forbidden',
        `${who} at ${shown} has no CORS rule that allows ${probe} from ${page}. Give it one.`,
      )
  }
  return noAnswer(`${who} at ${shown} did not answer, or the connection was lost.`, signal, cause)
}

/** Without its query: that holds a signature. */
function shownAddress(url: string): string {
  return url.replace(/\?.*/, '')
}

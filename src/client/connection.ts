import { PosternError } from '../base/errors.ts'
import type { Unanswered } from './find-cause.ts'
import { noAnswer } from './no-answer.ts'
import { isOffline } from './patience.ts'

/** What this page's Content-Security-Policy kept it from reaching: addresses, as a browser tells them. */
let blocked: readonly string[] | undefined

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

/** So long a page tries to find out why; then it is told that the connection was lost. */
const LONGEST_MS = 5000

/** Why a request got no answer, as far as it can be found out. What finds it out is loaded when it is needed. */
export async function whyNoAnswer(request: Unanswered): Promise<PosternError> {
  const { who, url, signal, cause } = request
  const lost = noAnswer(`${who} at ${shownAddress(url)} did not answer, or the connection was lost.`, signal, cause)
  if (typeof location === 'undefined' || signal.aborted || isOffline()) return lost
  const found = import('./find-cause.ts').then(
    ({ findCause }) => findCause(request, { blocked, heard }),
    () => undefined,
  )
  const enough = new Promise<undefined>((resolve) => setTimeout(resolve, LONGEST_MS))
  return (await Promise.race([found, enough])) ?? lost
}

/** Without its query: that holds a signature. */
function shownAddress(url: string): string {
  return url.replace(/\?.*/, '')
}

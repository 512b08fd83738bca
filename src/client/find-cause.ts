import { type ErrorCode, PosternError } from '../base/errors.ts'

/** A request that got no answer. */
export interface Unanswered {
  /** `The store`. */
  readonly who: string
  readonly url: string
  /** A method that can be tried again without harm, if there is one. */
  readonly probe: string | undefined
  readonly signal: AbortSignal
  readonly cause: unknown
}

/** What a page has seen of its connections. */
export interface Seen {
  /** Addresses that its policy kept it from. */
  readonly blocked: readonly string[] | undefined
  /** Origins that have answered it readably: they have a CORS rule, whatever a gateway before them says later. */
  readonly heard: ReadonlySet<string>
}

/**
 * Why a browser gave no answer to a request. It does not tell a page, so it is found out: its policy says what it blocked; and where
 * a request without CORS is answered, before and after one that is not, the server is there and its CORS rule is not.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export async function findCause(
  { who, url, probe, signal, cause }: Unanswered,
  { blocked, heard }: Seen,
): Promise<PosternError | undefined> {
  await new Promise((resolve) => setTimeout(resolve)) // a browser tells what it blocked a moment later
  const fault = (code: ErrorCode, detail: string) => new PosternError(code, detail, {}, { cause })
  const page = location.origin
  const { origin } = new URL(url, location.href)
  if (blocked?.some((address) => address.startsWith(origin)))
    return fault(
      'csp-blocked',
      `The Content-Security-Policy of this page lets it not reach ${origin}: add that to connect-src.`,
    )
  if (probe === undefined || origin === page || heard.has(origin)) return undefined
  const answers = (method: string, mode?: RequestMode) =>
    fetch(url, { method, signal, credentials: 'omit', ...(mode && { mode }) }).then(
      () => true,
      () => false,
    )
  const isThere = () => answers('HEAD', 'no-cors')
  if (!(await isThere()) || (await answers(probe)) || !(await isThere())) return undefined
  return fault(
    'cors-forbidden',
    `${who} at ${url.replace(/\?.*/, '')} has no CORS rule that allows ${probe} from ${page}. Give it one.`,
  )
}

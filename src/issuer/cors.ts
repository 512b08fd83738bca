import { PosternError } from '../base/issuer-errors.ts'

/** Which pages besides the issuer's own may use it. */
export interface Cors {
  /** Origins as browsers write them, `https://app.example`; or `'*'`, where the issuer is public anyway. */
  readonly origins: readonly string[] | '*'
  /** Whether pages of these origins may send the user's cookies. `false`. */
  readonly credentials?: boolean
  /** How long a browser remembers what it may do; 600. */
  readonly maxAgeSeconds?: number
}

export interface CrossOriginOptions {
  readonly cors?: Cors | undefined
  /** Where browsers reach the issuer, if that is not the `Host` that it sees: `https://app.example`. */
  readonly publicUrl?: string | undefined
}

/** What is to be done with a request for the sake of where it comes from. */
interface Judgement {
  /** Why it must not be carried out. */
  readonly refusal?: PosternError
  /** Whether an `OPTIONS` asks for another origin that may use the issuer. */
  readonly mayPreflight: boolean
  /** The response, readable for the page that asked if it may read it. */
  readonly shared: (response: Response) => Response
}

export interface CrossOrigin {
  readonly judge: (request: Request) => Judgement
}

const DEFAULT_MAX_AGE_SECONDS = 600
/** What a program needs of an answer besides its body: when it was given, for one, because the program's own clock may be wrong. */
const EXPOSED = 'Date, Retry-After, WWW-Authenticate, Expire'
/** Names of headers, and not more of them than anybody sends. */
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~, -]{1,1024}$/

/**
 * Pages of the issuer's own origin may use it, and those that are listed; a request from any other is refused before anything
 * is done, because a browser adds the user's cookies to it.
 */
export function createCrossOrigin({ cors, publicUrl }: CrossOriginOptions): CrossOrigin {
  const own = publicUrl === undefined ? undefined : readPublicUrl(publicUrl)
  const isOwn = (origin: string, request: Request) => (own === undefined ? isOriginOf(origin, request) : origin === own)
  if (cors === undefined) return { judge: (request) => judgeOwn(request, isOwn) }

  const rules = readCors(cors)
  const unlisted: Judgement = { mayPreflight: false, shared: rules.varied }
  return {
    judge(request) {
      const origin = request.headers.get('origin')
      if (origin !== null && rules.lists(origin)) return rules.judgeListed(origin, request)
      const judged = judgeOwn(request, isOwn)
      return judged.refusal === undefined ? unlisted : { ...unlisted, refusal: judged.refusal }
    },
  }
}

/** What a preflight is told of an address. */
export function preflightResponse(request: Request, methods: readonly string[]): Response {
  const asked = request.headers.get('access-control-request-headers')
  const headers = new Headers({ 'access-control-allow-methods': methods.join(', '), 'cache-control': 'no-store' })
  if (asked !== null && HEADER_NAMES.test(asked)) headers.set('access-control-allow-headers', asked)
  return new Response(null, { status: 204, headers })
}

interface CorsRules {
  readonly lists: (origin: string) => boolean
  readonly judgeListed: (origin: string, request: Request) => Judgement
  readonly varied: (response: Response) => Response
}

function readCors({ origins, credentials = false, maxAgeSeconds = DEFAULT_MAX_AGE_SECONDS }: Cors): CorsRules {
  if (origins === '*' && credentials) throw new TypeError('cors.credentials needs a list of origins, not "*".')
  if (!Number.isInteger(maxAgeSeconds) || maxAgeSeconds < 0 || maxAgeSeconds > 86_400)
    throw new TypeError('cors.maxAgeSeconds must be a whole number from 0 to 86400.')
  const listed = origins === '*' ? undefined : new Set(origins.map(readOrigin))
  const varied = listed === undefined ? asItIs : varyByOrigin
  return {
    lists: (origin) => (listed === undefined ? origin !== 'null' : listed.has(origin)),
    judgeListed(origin, request) {
      const mayPreflight = isPreflight(request)
      const share = (response: Response): Response => {
        const { headers } = varied(response)
        headers.set('access-control-allow-origin', listed === undefined ? '*' : origin)
        if (credentials) headers.set('access-control-allow-credentials', 'true')
        if (mayPreflight) headers.set('access-control-max-age', `${maxAgeSeconds}`)
        else headers.set('access-control-expose-headers', EXPOSED)
        return response
      }
      return { mayPreflight, shared: share }
    },
    varied,
  }
}

const PLAIN: Judgement = { mayPreflight: false, shared: asItIs }

type IsOwn = (origin: string, request: Request) => boolean

function judgeOwn(request: Request, isOwn: IsOwn): Judgement {
  const origin = request.headers.get('origin')
  if (origin === null) return isFromElsewhere(request) ? { ...PLAIN, refusal: denied() } : PLAIN
  return isOwn(origin, request) ? PLAIN : { ...PLAIN, refusal: denied(origin) }
}

/**
 * An image, a script or a frame of another site, or of a neighbour's, to which cookies go too: no `Origin`, but a browser says
 * what it is. A link that somebody follows is let through.
 */
function isFromElsewhere({ headers }: Request): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== 'cross-site' && site !== 'same-site') return false
  return headers.get('sec-fetch-mode') !== 'navigate' || (headers.get('sec-fetch-dest') ?? 'document') !== 'document'
}

/** A proxy that ends TLS leaves the host as it was; nothing makes `http` out of `https`. */
function isOriginOf(origin: string, request: Request): boolean {
  const scheme = request.url.slice(0, request.url.indexOf(':'))
  const host = request.headers.get('host')
  if (host === null) return isSame(origin, request.url)
  return isSame(origin, `${scheme}://${host}`) || (scheme === 'http' && isSame(origin, `https://${host}`))
}

function isSame(origin: string, url: string): boolean {
  return origin === url || (URL.canParse(url) && new URL(url).origin === origin && origin !== 'null')
}

function isPreflight({ method, headers }: Request): boolean {
  return method === 'OPTIONS' && headers.has('access-control-request-method')
}

function asItIs(response: Response): Response {
  return response
}

/** Said of every answer, so that no cache gives one origin's answer to another. */
function varyByOrigin(response: Response): Response {
  response.headers.append('vary', 'Origin')
  return response
}

function denied(origin?: string): PosternError {
  if (origin === undefined)
    return new PosternError('origin-denied', 'A page of another site asked for this, and its origin is not listed.')
  const detail =
    'The page that asks has another origin than the issuer. List it in "cors.origins"; if it is the issuer\'s own, set "publicUrl".'
  return new PosternError('origin-denied', detail, { Origin: origin.slice(0, 256) })
}

function readPublicUrl(publicUrl: string): string {
  if (!URL.canParse(publicUrl) || !/^https?:$/.test(new URL(publicUrl).protocol))
    throw new TypeError(`publicUrl is ${JSON.stringify(publicUrl)}; write an address such as "https://app.example".`)
  return new URL(publicUrl).origin
}

/** An origin is compared letter by letter, so one that no browser would send is refused here. */
function readOrigin(origin: string): string {
  const isWeb = /^https?:/.test(origin)
  const isExact = isWeb ? URL.canParse(origin) && new URL(origin).origin === origin : APP_ORIGIN.test(origin)
  if (isExact && !origin.includes('*')) return origin
  throw new TypeError(`cors.origins holds ${JSON.stringify(origin)}, which is no origin. Write "https://app.example".`)
}

/** Apps that show pages of their own: `capacitor://localhost`. */
const APP_ORIGIN = /^[a-z][a-z0-9+-]*:\/\/[a-z0-9.-]+$/

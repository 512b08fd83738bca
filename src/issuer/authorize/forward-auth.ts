import { PosternError } from '../../base/issuer-errors.ts'
import { askServer, checkTimeout, checkUrl, type ServerAnswer, unavailable, withoutQuery } from './ask-server.ts'
import type { Asked, Authorize } from './authorize.ts'
import { type Caller, parseCaller } from './caller.ts'
import { createCallerCache, NO_CACHE } from './caller-cache.ts'

export interface ForwardAuthOptions {
  /** The application's address that says who asks. */
  readonly url: string
  /** The headers of the request that it gets; `cookie` and `authorization`. */
  readonly headers?: readonly string[]
  /** The header of the answer that names the user. Without it, the answer is JSON: `{ "id": "eva", "prefix": "eva/" }`. */
  readonly userHeader?: string
  /** The header of the answer that names the folder of the user's keys. */
  readonly prefixHeader?: string
  /** How long it is waited for; 5000. */
  readonly timeoutMs?: number
  /** How long "yes" is remembered for the same headers, route and address, up to 300; without it, the application is asked each time. */
  readonly cacheSeconds?: number
}

/** Ours: a name and a folder. */
const MAX_ANSWER_BYTES = 16 * 1024
/** What says how a message is sent, not what it says; and what we write ourselves. */
const NOT_FORWARDED =
  /^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|x-forwarded-.*|x-original-.*|x-postern-.*)$/

/**
 * Asks the application who asks, with the request's cookies: 2xx names them, 401 and 403 are passed on with the application's
 * sentence, and anything else is a fault that lets nobody in.
 *
 * @example
 * authorize: forwardAuth({ url: 'http://127.0.0.1:3000/may-upload' })
 *
 * @see docs/guide/who-may-upload.md
 */
export function forwardAuth(options: ForwardAuthOptions): Authorize {
  const { userHeader, prefixHeader } = options
  const url = checkUrl('forwardAuth: "url"', options.url).href
  const forwarded = readHeaders(options.headers ?? ['cookie', 'authorization'])
  const timeoutMs = checkTimeout('forwardAuth: "timeoutMs"', options.timeoutMs ?? 5000)
  const cache = options.cacheSeconds === undefined ? NO_CACHE : createCallerCache(options.cacheSeconds)

  return async (request, asked) => {
    const credentials = pick(request, forwarded)
    const headers = { accept: 'application/json', ...credentials, ...describe(request, asked) }
    const remembered = Object.keys(credentials).length === 0 ? NO_CACHE : cache
    return await remembered(headers, async () => {
      const answer = await askServer(url, { headers, timeoutMs, maxBytes: MAX_ANSWER_BYTES }).catch(
        (cause: unknown) => {
          throw unavailable(new Error(`${withoutQuery(url)} cannot be asked who may upload.`, { cause }))
        },
      )
      return callerOf(answer, url, userHeader, prefixHeader)
    })
  }
}

function callerOf(answer: ServerAnswer, url: string, userHeader?: string, prefixHeader?: string): Caller {
  const { status, headers } = answer
  if (status === 401)
    throw new PosternError('caller-unknown', sentenceOf(answer) ?? 'Sign in first.', challengeOf(headers))
  if (status === 403)
    throw new PosternError('upload-denied', sentenceOf(answer) ?? 'The application did not let this request upload.')
  const named = status >= 200 && status < 300 ? parseCaller(namedBy(answer, userHeader, prefixHeader)) : undefined
  if (named !== undefined) return named
  const hint =
    status >= 300 && status < 400 ? ' Let it answer 401 to whoever is not signed in, in the place of a redirect.' : ''
  throw unavailable(new Error(`${withoutQuery(url)} answered ${status} and named nobody.${hint}`))
}

/** What an answer names: in its headers, or in JSON. */
function namedBy(answer: ServerAnswer, userHeader?: string, prefixHeader?: string): unknown {
  if (userHeader === undefined) return json(answer.body)
  const id = plain(answer.headers.get(userHeader))
  const prefix = prefixHeader === undefined ? undefined : plain(answer.headers.get(prefixHeader))
  const needsPrefix = prefixHeader !== undefined && prefix === undefined
  return needsPrefix ? undefined : { id, ...(prefix === undefined ? {} : { prefix }) }
}

/** Headers have no agreed way of writing more than ASCII; JSON has. */
function plain(value: string | null): string | undefined {
  return value !== null && /^[\x20-\x7e]+$/.test(value) ? value : undefined
}

/** The application's own sentence, for whoever is refused. */
function sentenceOf({ body }: ServerAnswer): string | undefined {
  const value = json(body)
  const detail = typeof value === 'object' && value !== null && 'detail' in value ? value.detail : undefined
  return typeof detail === 'string' && detail !== '' ? detail.slice(0, 500) : undefined
}

function challengeOf(headers: Headers): Readonly<Record<string, string>> {
  const challenge = plain(headers.get('www-authenticate'))
  return challenge === undefined ? {} : { Challenge: challenge.slice(0, 500) }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function pick({ headers }: Request, names: readonly string[]): Record<string, string> {
  const picked = names.map((name) => [name, headers.get(name)] as const)
  return Object.fromEntries(picked.filter((pair): pair is readonly [string, string] => pair[1] !== null))
}

/** What was asked of the issuer, in the names that nginx's and Traefik's users know. */
function describe(request: Request, { route, address }: Asked): Record<string, string> {
  const start = request.url.indexOf('://')
  const path = request.url.slice(request.url.indexOf('/', start + 3))
  const host = request.headers.get('host')
  return {
    'x-original-method': request.method,
    'x-original-uri': path,
    'x-forwarded-method': request.method,
    'x-forwarded-uri': path,
    'x-forwarded-proto': request.url.slice(0, start),
    ...(/^[\w.-]{1,64}$/.test(route) ? { 'x-postern-route': route } : {}),
    ...(host === null ? {} : { 'x-forwarded-host': host }),
    ...(address === undefined ? {} : { 'x-forwarded-for': address }),
  }
}

function readHeaders(names: readonly string[]): readonly string[] {
  const lower = names.map((name) => name.toLowerCase())
  const bad = lower.find((name) => !/^[\w!#$%&'*+.^`|~-]+$/.test(name) || NOT_FORWARDED.test(name))
  if (bad === undefined) return lower
  throw new TypeError(`forwardAuth: "headers" holds ${JSON.stringify(bad)}, which cannot be passed on.`)
}

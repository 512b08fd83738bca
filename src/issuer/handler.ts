import { PosternError } from '../base/issuer-errors.ts'
import type { Peer } from '../http/peer.ts'
import { type CrossOrigin, createCrossOrigin, preflightResponse } from './cors.ts'
import { type Find, type Found, finderOf } from './find-endpoint.ts'
import type { ClientAddress } from './limits/client-address.ts'
import type { EndedRequest, IssuerWatcher, NotedRequest } from './observe/watcher.ts'
import { problem, refusalOf } from './problem.ts'
import { createStampDate } from './stamp-date.ts'

/**
 * A request in, a response out: what `Bun.serve`, `Deno.serve`, Hono, Next and our own `listen` take. Limits by address need
 * the second argument, `{ address }`; `listen` gives it.
 */
export type Handler = (request: Request, peer?: Peer) => Promise<Response>

/** How a request came to an endpoint. */
export interface Arrival {
  /** The client, as far as proxies are told of. */
  readonly peer: Peer
  /** What follows the `/` of an address that ends in `/*`, as it was sent; empty for any other. */
  readonly rest: string
  /** Where an endpoint notes what only it finds out, for log and metrics. */
  readonly about: NotedRequest
}

/** What one address answers to one method. `query` is the text after the `?`, absent where there is none. */
export type Endpoint = (request: Request, query: string | undefined, arrival: Arrival) => Response | Promise<Response>

/** What an address takes. `HEAD` goes wherever `GET` goes. */
export interface Methods {
  readonly GET?: Endpoint
  readonly POST?: Endpoint
  readonly PUT?: Endpoint
  readonly DELETE?: Endpoint
}

/** The addresses a handler knows, by path; one that ends in `/*` is for everything below it. */
export type Endpoints = ReadonlyMap<string, Methods>

/** Is told of what broke here: every error that is answered as `internal-error`, and every other that has a cause. */
export type OnError = (error: unknown) => void

/** What a handler is told of besides its endpoints. */
export interface HandlerOptions {
  readonly crossOrigin?: CrossOrigin
  /** Who is behind the proxies in front; absent: whoever is at the other end. */
  readonly clientAddress?: ClientAddress
  readonly watcher: Pick<IssuerWatcher, 'faultHappened'> & Partial<IssuerWatcher>
  /** The time that answers tell: that of whoever signs. */
  readonly now?: () => Date
}

const UNKNOWN_PEER: Peer = {}
const SAME_ORIGIN_ONLY = createCrossOrigin({})

/** Endpoints → Handler; the only place where an error becomes a problem. */
export function createHandler(endpoints: Endpoints, options: HandlerOptions): Handler {
  const { crossOrigin = SAME_ORIGIN_ONLY, clientAddress, watcher, now } = options
  const find = finderOf(endpoints)
  const stampDate = createStampDate(now)

  async function respond(request: Request, peer: Peer, about: NotedRequest): Promise<Response> {
    const judged = crossOrigin.judge(request)
    try {
      if (judged.refusal !== undefined) throw judged.refusal
      return judged.shared(stampDate(await answer(find, request, { peer, about }, judged.mayPreflight)))
    } catch (error) {
      return judged.shared(stampDate(sealed(refuse(error, about, watcher.faultHappened))))
    }
  }

  const clientOf = (request: Request, peer: Peer): Peer =>
    clientAddress === undefined ? peer : { address: clientAddress(request, peer) }
  const { requestEnded } = watcher
  if (requestEnded === undefined) return (request, peer = UNKNOWN_PEER) => respond(request, clientOf(request, peer), {})
  return async (request, from = UNKNOWN_PEER) => {
    const about: NotedRequest = {}
    const peer = clientOf(request, from)
    const started = performance.now()
    const response = await respond(request, peer, about)
    requestEnded(endedRequest(request, peer, about, response.status, performance.now() - started))
    return response
  }
}

function endedRequest(
  request: Request,
  { address }: Peer,
  about: NotedRequest,
  status: number,
  durationMs: number,
): EndedRequest {
  const { endpoint } = about
  const path = endpoint?.endsWith('/*') ? endpoint : split(request.url).path // what stands below it may be a token
  const userAgent = request.headers.get('user-agent') ?? undefined
  return { method: request.method, path, status, durationMs, address, userAgent, about }
}

async function answer(
  find: Find,
  request: Request,
  { peer, about }: Pick<Arrival, 'peer' | 'about'>,
  mayPreflight: boolean,
): Promise<Response> {
  const { path, query } = split(request.url)
  const found = find(path)
  if (found === undefined) throw new PosternError('path-not-found', `There is nothing at ${path}.`)
  about.endpoint = found.address
  if (mayPreflight && request.method === 'OPTIONS') return preflightResponse(request, namesOf(found))
  const arrival = { peer, rest: found.rest, about }
  const { GET } = found.methods
  if (request.method === 'HEAD' && GET !== undefined) return withoutBody(await GET(request, query, arrival))
  const endpoint = isMethod(request.method) ? found.methods[request.method] : undefined
  return endpoint === undefined
    ? methodNotAllowed(request.method, namesOf(found))
    : await endpoint(request, query, arrival)
}

/** Cut by hand: `new URL` costs more than the rest of the way to an endpoint, and rewrites the path besides. */
function split(url: string): { path: string; query: string | undefined } {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const fragment = url.indexOf('#', start)
  const end = fragment === -1 ? url.length : fragment
  const mark = url.indexOf('?', start)
  if (mark === -1 || mark > end) return { path: url.slice(start, end), query: undefined }
  return { path: url.slice(start, mark), query: url.slice(mark + 1, end) }
}

function isMethod(method: string): method is keyof Methods {
  return method === 'GET' || method === 'POST' || method === 'PUT' || method === 'DELETE'
}

function namesOf({ methods }: Found): string[] {
  return Object.keys(methods).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]))
}

function withoutBody({ status, headers }: Response): Response {
  return new Response(null, { status, headers })
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6 */
function methodNotAllowed(method: string, known: readonly string[]): Response {
  const allowed = known.join(', ')
  const response = problem(new PosternError('method-not-allowed', `This address takes ${allowed}, not ${method}.`))
  response.headers.set('allow', allowed)
  return sealed(response)
}

function refuse(error: unknown, about: NotedRequest, onError: OnError): Response {
  const refusal = refusalOf(error, onError)
  about.error = refusal.code
  return problem(refusal)
}

/** A refusal belongs to one request and one moment, and is read by programs. */
function sealed(response: Response): Response {
  response.headers.set('cache-control', 'no-store')
  response.headers.set('x-content-type-options', 'nosniff')
  return response
}

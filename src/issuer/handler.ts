import { PosternError } from '../base/issuer-errors.ts'
import { problem } from './problem.ts'

/** A request in, a response out: what `Bun.serve`, `Deno.serve`, Hono, Next and our own `listen` take. */
export type Handler = (request: Request) => Promise<Response>

/** What one address answers to one method. `query` is the text after the `?`, absent where there is none. */
export type Endpoint = (request: Request, query: string | undefined) => Response | Promise<Response>

/** What an address takes. `HEAD` goes wherever `GET` goes. */
export interface Methods {
  readonly GET?: Endpoint
  readonly POST?: Endpoint
}

/** The addresses a handler knows, by path. */
export type Endpoints = ReadonlyMap<string, Methods>

/** Is told of what broke here: every error that is answered as `internal-error` or `storage-unreachable`. */
export type OnError = (error: unknown) => void

/** Endpoints → Handler; the only place where an error becomes a problem. */
export function createHandler(endpoints: Endpoints, onError: OnError = logError): Handler {
  return async (request) => {
    try {
      return await answer(endpoints, request)
    } catch (error) {
      return sealed(refuse(error, onError))
    }
  }
}

async function answer(endpoints: Endpoints, request: Request): Promise<Response> {
  const { path, query } = split(request.url)
  const methods = endpoints.get(path)
  if (methods === undefined) throw new PosternError('path-not-found', `There is nothing at ${path}.`)
  if (request.method === 'HEAD' && methods.GET !== undefined) return withoutBody(await methods.GET(request, query))
  const endpoint = request.method === 'GET' || request.method === 'POST' ? methods[request.method] : undefined
  return endpoint === undefined
    ? methodNotAllowed(request.method, Object.keys(methods))
    : await endpoint(request, query)
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

function withoutBody({ status, headers }: Response): Response {
  return new Response(null, { status, headers })
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6 */
function methodNotAllowed(method: string, known: readonly string[]): Response {
  const allowed = known.flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name])).join(', ')
  const response = problem(new PosternError('method-not-allowed', `This address takes ${allowed}, not ${method}.`))
  response.headers.set('allow', allowed)
  return sealed(response)
}

function refuse(error: unknown, onError: OnError): Response {
  if (!(error instanceof PosternError)) {
    onError(error)
    return problem(new PosternError('internal-error', ''))
  }
  if (error.cause !== undefined) onError(error)
  return problem(error)
}

/** A refusal belongs to one request and one moment, and is read by programs. */
function sealed(response: Response): Response {
  response.headers.set('cache-control', 'no-store')
  response.headers.set('x-content-type-options', 'nosniff')
  return response
}

function logError(error: unknown): void {
  console.error(error)
}

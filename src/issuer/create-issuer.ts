import { healthz } from './answers.ts'
import { type Authorize, createAdmit } from './authorize.ts'
import { createCompletion, type OnUploaded } from './completion/completion.ts'
import type { IssuerContext } from './context.ts'
import { createHandler, type Endpoint, type Endpoints, type Handler, type Methods, type OnError } from './handler.ts'
import { type Page, pageEndpoints } from './page.ts'
import { type Route, readRoutes } from './route.ts'
import { signature } from './signature.ts'
import type { Storage } from './storage/storage.ts'
import { createUploadTokens } from './token/upload-token.ts'
import { uploads } from './uploads.ts'

export interface IssuerOptions {
  /** Where files go: `oss({ … })` or `s3({ … })`. */
  readonly storage: Storage
  /** By name; `default` is used where a request names none. Without it there is one, all safe defaults. */
  readonly routes?: Readonly<Record<string, Route>>
  /** Who may upload. It must be said: a function, or `'public'` to let everybody. */
  readonly authorize: Authorize | 'public'
  /** Hears of each upload once, when the storage or the browser has reported it. */
  readonly onUploaded?: OnUploaded
  /** Signs the tokens of uploads: 32 bytes at least, the same in every process behind one address. Absent: made up at the start. */
  readonly tokenSecret?: string
  /** Served at `/` where it is given. */
  readonly page?: Page
  /** What stands before every address of the issuer: `/api` in an application that serves it there. */
  readonly basePath?: string
  readonly now?: () => Date
  /** Told of every error that is not the caller's own; written to the console where it is absent. */
  readonly onError?: OnError
}

/**
 * An issuer: asks who is there, then writes an upload form.
 *
 * @example
 * const issuer = createIssuer({
 *   storage: oss({ bucket: 'photos', region: 'cn-hangzhou', credential: { accessKeyId, accessKeySecret } }),
 *   routes: { default: { prefix: 'avatars/', types: ['image/*'], maxSize: 5_000_000 } },
 *   authorize: (request) => sessionOf(request.headers.get('cookie')),
 * })
 * const response = await issuer(new Request('https://app.example/uploads', { method: 'POST', headers, body }))
 *
 * @see docs/guide/issuer.md
 */
export function createIssuer(options: IssuerOptions): Handler {
  const { storage, page, onError } = options
  const context = createContext(options)
  const endpoints: Endpoints = new Map<string, Methods>([
    ['/uploads', { POST: within(context, uploads) }],
    ['/get_post_signature_for_oss_upload', { GET: within(context, signature) }],
    ['/healthz', { GET: healthz }],
    ...(page === undefined ? [] : pageEndpoints(page, () => new URL(storage.url).origin)),
  ])
  return createHandler(below(options.basePath, endpoints), onError)
}

function createContext(options: IssuerOptions): IssuerContext {
  const { storage, now = () => new Date() } = options
  const routes = readRoutes(options.routes, storage)
  return {
    storage,
    admit: createAdmit(options.authorize, routes),
    tokens: createUploadTokens(options.tokenSecret),
    completion: createCompletion(storage.bucket, options.onUploaded, now),
    now,
  }
}

/** The same addresses, behind a path. */
function below(basePath = '', endpoints: Endpoints): Endpoints {
  if (basePath === '') return endpoints
  if (/^(?:\/[\w.~-]+)+$/.test(basePath)) return new Map([...endpoints].map(([path, to]) => [`${basePath}${path}`, to]))
  throw new TypeError(`basePath is "${basePath}"; write it as "/api": a slash first, none at the end.`)
}

type Work = (context: IssuerContext, request: Request, query: string | undefined) => Response | Promise<Response>

function within(context: IssuerContext, work: Work): Endpoint {
  return (request, query) => work(context, request, query)
}

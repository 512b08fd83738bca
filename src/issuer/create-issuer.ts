import type { Peer } from '../http/peer.ts'
import { healthz } from './answers.ts'
import { createAdmits } from './authorize/admit.ts'
import type { Authorize } from './authorize/authorize.ts'
import { createCallback } from './callback/callback.ts'
import { type CallbackOptions, checkCallbackRoutes, readCallback } from './callback/callback-options.ts'
import { completeUpload } from './completion/complete-upload.ts'
import { type Completion, createCompletion, type OnUploaded } from './completion/completion.ts'
import { createMemoryLedger } from './completion/ledger.ts'
import { createReporters } from './completion/reporters.ts'
import type { IssuerContext } from './context.ts'
import { type Cors, type CrossOrigin, createCrossOrigin } from './cors.ts'
import { createHandler, type Endpoint, type Endpoints, type Handler, type Methods, type OnError } from './handler.ts'
import { createClientAddress, type TrustProxy } from './limits/client-address.ts'
import { createLimits, type Limits } from './limits/limits.ts'
import type { LimitOptions } from './limits/read-limits.ts'
import { type Page, pageEndpoints } from './page.ts'
import { type Route, type RouteRules, readRoutes } from './route.ts'
import { signature } from './signature.ts'
import type { Storage } from './storage/storage.ts'
import { createStorageClient } from './storage/storage-client.ts'
import { createUploadTokens } from './token/upload-token.ts'
import { uploads } from './uploads.ts'
import type { WebhookOptions } from './webhook/webhook-options.ts'

export interface IssuerOptions {
  /** Where files go: `oss({ … })` or `s3({ … })`. */
  readonly storage: Storage
  /** By name; `default` is used where a request names none. Without it there is one, all safe defaults. */
  readonly routes?: Readonly<Record<string, Route>>
  /** Who may upload. It must be said: a function, or `'public'` to let everybody. */
  readonly authorize: Authorize | 'public'
  /** Which pages of other origins may use the issuer; none. */
  readonly cors?: Cors
  /** Where browsers reach the issuer, if its `Host` header does not say so: `https://app.example`. */
  readonly publicUrl?: string
  /** What one user and one address may ask for; `false` for no limits at all. */
  readonly limits?: LimitOptions | false
  /** The proxies in front, so that limits by address count clients: how many, or their addresses. 0. */
  readonly trustProxy?: TrustProxy
  /** Hears of each upload once, when the storage or the browser has reported it. */
  readonly onUploaded?: OnUploaded
  /** The same for an application in another language: a signed message to an address of its own. */
  readonly webhook?: WebhookOptions
  /** Lets the storage report uploads. Without it, browsers do: `POST /uploads/complete`. OSS only. */
  readonly callback?: CallbackOptions
  /** Signs the tokens of uploads: 32 bytes at least, the same in every process behind one address. Absent: made up at the start. */
  readonly tokenSecret?: string
  /** Served at `/` where it is given. */
  readonly page?: Page
  /** What stands before every address of the issuer: `/api` in an application that serves it there. */
  readonly basePath?: string
  readonly now?: () => Date
  /** Told of every error that is not the caller's own; written to the console where it is absent. */
  readonly onError?: OnError
  /** Told, in a sentence, of what is no error and may be an attack: an upload that was reported once more. */
  readonly onNotice?: (notice: string) => void
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
  const { callback } = context
  const endpoints: Endpoints = new Map<string, Methods>([
    ['/uploads', { POST: within(context, uploads) }],
    ['/uploads/complete', { POST: within(context, completeUpload) }],
    ...(callback === undefined ? [] : [['/callback', { POST: within(context, createCallback(callback)) }] as const]),
    ['/get_post_signature_for_oss_upload', { GET: within(context, signature) }],
    ['/healthz', { GET: healthz }],
    ...(page === undefined ? [] : pageEndpoints(page, () => new URL(storage.url).origin)),
  ])
  return createHandler(below(options.basePath, endpoints), onError, crossOriginOf(options))
}

function createContext(options: IssuerOptions): IssuerContext {
  const { storage, now = () => new Date(), onError = console.error } = options
  const routes = readRoutes(options.routes, storage)
  const limits = createLimits({ limits: options.limits, bucket: storage.bucket, now, onError })
  return {
    storage,
    client: createStorageClient(storage, now),
    callback: callbackOf(options, routes),
    ...admitsOf(options, routes, limits),
    limits,
    tokens: createUploadTokens(options.tokenSecret),
    completion: completionOf(options, now),
    now,
  }
}

function callbackOf({ callback, storage }: IssuerOptions, routes: ReadonlyMap<string, RouteRules>) {
  if (callback === undefined) return undefined
  checkCallbackRoutes(routes)
  return readCallback(callback, storage)
}

function completionOf({ storage, onUploaded, webhook, onError, onNotice }: IssuerOptions, now: () => Date): Completion {
  return createCompletion({
    bucket: storage.bucket,
    reporters: createReporters({ onUploaded, webhook, now, onFailed: onError ?? console.error }),
    ledger: createMemoryLedger(now),
    onRepeated: ({ id, key }) => onNotice?.(`The upload ${id} of ${JSON.stringify(key)} was reported once more.`),
  })
}

function admitsOf(
  { authorize, trustProxy, onError = console.error }: IssuerOptions,
  routes: ReadonlyMap<string, RouteRules>,
  limits: Limits,
) {
  return createAdmits({ authorize, routes, limits, addressOf: createClientAddress(trustProxy, onError) })
}

/** With `'*'` whoever reads an answer reads nothing that is meant for one user. */
function crossOriginOf({ cors, publicUrl, authorize, routes = {} }: IssuerOptions): CrossOrigin {
  const asked = [authorize, ...Object.values(routes).map((route) => route.authorize ?? authorize)]
  if (cors?.origins === '*' && asked.some((who) => who !== 'public'))
    throw new TypeError('cors.origins can be "*" only where everybody may upload. List the origins of your pages.')
  return createCrossOrigin({ cors, publicUrl })
}

/** The same addresses, behind a path. */
function below(basePath = '', endpoints: Endpoints): Endpoints {
  if (basePath === '') return endpoints
  if (/^(?:\/[\w.~-]+)+$/.test(basePath)) return new Map([...endpoints].map(([path, to]) => [`${basePath}${path}`, to]))
  throw new TypeError(`basePath is "${basePath}"; write it as "/api": a slash first, none at the end.`)
}

type Work = (
  context: IssuerContext,
  request: Request,
  query: string | undefined,
  rest: string,
) => Response | Promise<Response>

/** The address at the other end goes with whoever asks who is there, so that no endpoint can forget it. */
function forPeer(context: IssuerContext, peer: Peer): IssuerContext {
  const { admit, admitAgain } = context
  return {
    ...context,
    admit: (request, routeName) => admit(request, routeName, peer),
    admitAgain: (request, routeName) => admitAgain(request, routeName, peer),
  }
}

function within(context: IssuerContext, work: Work): Endpoint {
  return (request, query, { peer, rest }) => work(forPeer(context, peer), request, query, rest)
}

import { healthz } from './answers.ts'
import { type Admission, createAdmits } from './authorize/admit.ts'
import type { Authorize } from './authorize/authorize.ts'
import { createCallback } from './callback/callback.ts'
import { type CallbackOptions, checkCallbackRoutes, readCallback } from './callback/callback-options.ts'
import { completeUpload } from './completion/complete-upload.ts'
import { type Completion, createCompletion, type OnUploaded } from './completion/completion.ts'
import { createLedger } from './completion/create-ledger.ts'
import { reportToLimits } from './completion/report-to-limits.ts'
import { createReporters } from './completion/reporters.ts'
import type { IssuerContext, Work } from './context.ts'
import { type Cors, type CrossOrigin, createCrossOrigin } from './cors.ts'
import { type Arrival, createHandler, type Endpoint, type Endpoints, type Handler, type Methods } from './handler.ts'
import { createClientAddress, type TrustProxy } from './limits/client-address.ts'
import { createLimits, type Limits } from './limits/limits.ts'
import type { LimitOptions } from './limits/read-limits.ts'
import { createObserver, type Observer, type ObserverOptions } from './observe/observer.ts'
import { openApiEndpoint } from './openapi/openapi-endpoint.ts'
import { type Page, pageEndpoints } from './page.ts'
import { multipartEndpoints } from './parts/multipart-table.ts'
import { presignedUrl } from './presigned.ts'
import { type Route, type RouteRules, readRoutes } from './route.ts'
import { signature } from './signature.ts'
import type { Storage } from './storage/storage.ts'
import { createStorageClient } from './storage/storage-client.ts'
import { createOpenSession, type StsOptions } from './sts/sessions.ts'
import { stsToken } from './sts.ts'
import { createUploadTokens } from './token/upload-token.ts'
import { uploadRules } from './upload-rules.ts'
import { uploads } from './uploads.ts'
import { uppyEndpoints } from './uppy/uppy-endpoints.ts'
import type { WebhookOptions } from './webhook/webhook-options.ts'

export interface IssuerOptions extends ObserverOptions {
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
  /** Where the temporary credentials come from that routes with `sts` hand out. OSS only. */
  readonly sts?: StsOptions
  /** Signs the tokens of uploads: 32 bytes at least, the same in every process behind one address. Absent: made up at the start. */
  readonly tokenSecret?: string
  /** Served at `/` where it is given. */
  readonly page?: Page
  /** What stands before every address of the issuer: `/api` in an application that serves it there. */
  readonly basePath?: string
  readonly now?: () => Date
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
  const { storage, page } = options
  const observer = createObserver(options)
  const context = createContext(options, observer)
  const { callback } = context
  const endpoints: Endpoints = new Map<string, Methods>([
    ['/uploads', { GET: within(context, uploadRules), POST: within(context, uploads) }],
    ['/uploads/complete', { POST: within(context, completeUpload) }],
    ...(callback === undefined ? [] : [['/callback', { POST: within(context, createCallback(callback)) }] as const]),
    ['/get_post_signature_for_oss_upload', { GET: within(context, signature) }],
    ['/get_sts_token_for_oss_upload', { GET: within(context, stsToken) }],
    ['/get_presigned_url_for_oss_upload', { GET: within(context, presignedUrl) }],
    ...multipartEndpoints((work) => within(context, work)),
    ...uppyEndpoints((work) => within(context, work)),
    ['/healthz', { GET: healthz }],
    ['/openapi.json', { GET: openApiEndpoint(options, () => endpoints.keys()) }],
    ...observer.endpoints,
    ...(page === undefined ? [] : pageEndpoints(page, () => new URL(storage.url).origin)),
  ])
  const { watcher } = observer
  const clientAddress = createClientAddress(options.trustProxy, watcher.faultHappened)
  const crossOrigin = crossOriginOf(options)
  return createHandler(below(options.basePath, endpoints), { crossOrigin, clientAddress, watcher, now: context.now })
}

function createContext(options: IssuerOptions, { watcher }: Observer): IssuerContext {
  const { storage, now = () => new Date() } = options
  const onError = watcher.faultHappened
  const routes = readRoutes(options.routes, storage)
  const limits = createLimits({ limits: options.limits, bucket: storage.bucket, now, onError })
  return {
    storage,
    client: createStorageClient(storage, now),
    callback: callbackOf(options, routes),
    ...createAdmits({ authorize: options.authorize, routes, limits }),
    limits,
    openSession: createOpenSession({ sts: options.sts, storage, routes, limits, now }),
    tokens: createUploadTokens(options.tokenSecret, storage.bucket),
    completion: completionOf(options, now, watcher, limits),
    about: {},
    onFault: onError,
    now,
  }
}

/** With `'*'` whoever reads an answer reads nothing that is meant for one user. */
function crossOriginOf({ cors, publicUrl, authorize, routes = {} }: IssuerOptions): CrossOrigin {
  const asked = [authorize, ...Object.values(routes).map((route) => route.authorize ?? authorize)]
  if (cors?.origins === '*' && asked.some((who) => who !== 'public'))
    throw new TypeError('cors.origins can be "*" only where everybody may upload. List the origins of your pages.')
  return createCrossOrigin({ cors, publicUrl })
}

function callbackOf({ callback, storage }: IssuerOptions, routes: ReadonlyMap<string, RouteRules>) {
  if (callback === undefined) return undefined
  checkCallbackRoutes(routes)
  return readCallback(callback, storage)
}

function completionOf(
  { storage: { bucket }, onUploaded, webhook, limits: rules }: IssuerOptions,
  now: () => Date,
  { faultHappened: onError, uploadCompleted, uploadRepeated }: Observer['watcher'],
  limits: Limits,
): Completion {
  return createCompletion({
    bucket,
    reporters: [...createReporters({ onUploaded, webhook, now, onFailed: onError }), reportToLimits(limits)],
    ledger: createLedger({ bucket, limits: rules, now, onError }),
    onReported: uploadCompleted,
    onRepeated: uploadRepeated,
    onLateFailure: onError,
  })
}

/** The same addresses, behind a path. */
function below(basePath = '', endpoints: Endpoints): Endpoints {
  if (basePath === '') return endpoints
  if (/^(?:\/[\w.~-]+)+$/.test(basePath)) return new Map([...endpoints].map(([path, to]) => [`${basePath}${path}`, to]))
  throw new TypeError(`basePath is "${basePath}"; write it as "/api": a slash first, none at the end.`)
}

/** The address at the other end goes with whoever asks who is there, and what is found out is noted: no endpoint can forget it. */
function forRequest(context: IssuerContext, { peer, about }: Arrival): IssuerContext {
  const { admit, admitAgain, admitNext } = context
  const noted = (admission: Admission): Admission => {
    about.route = admission.rules.name
    about.user = admission.caller.id
    return admission
  }
  return {
    ...context,
    about,
    admit: async (request, routeName) => noted(await admit(request, routeName, peer)),
    admitAgain: async (request, routeName) => noted(await admitAgain(request, routeName, peer)),
    admitNext: (admission) => admitNext(admission, peer),
  }
}

function within(context: IssuerContext, work: Work): Endpoint {
  return (request, query, arrival) => work(forRequest(context, arrival), request, query, arrival.rest)
}

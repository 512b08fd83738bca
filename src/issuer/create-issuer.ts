import { PosternError } from '../base/errors.ts'
import { createForm } from '../sign/create-form.ts'
import type { Signer } from '../sign/signer.ts'
import { healthz, jsonResponse } from './answers.ts'
import { type Authorize, createAdmit } from './authorize.ts'
import { grantSignature, grantUpload, type Storage } from './grant.ts'
import { createHandler, type Endpoints, type Handler, type Methods, type OnError } from './handler.ts'
import { readIssueRequest } from './issue-request.ts'
import { type Page, pageEndpoints } from './page.ts'
import { type Route, type RouteRules, readRoutes } from './route.ts'
import { signatureResponse } from './signature-answer.ts'
import { readStorage } from './storage.ts'

export type { Handler } from './handler.ts'

export interface IssuerOptions {
  readonly storage: Storage
  readonly signer: Signer
  /** By name; `default` is used where a request names none. Without it there is one, all safe defaults. */
  readonly routes?: Readonly<Record<string, Route>>
  /** Who may upload. It must be said: a function, or `'public'` to let everybody. */
  readonly authorize: Authorize | 'public'
  /** Served at `/` where it is given. */
  readonly page?: Page
  readonly now?: () => Date
  /** Told of every error that is not the caller's own; written to the console where it is absent. */
  readonly onError?: OnError
}

/**
 * An issuer: asks who is there, then writes an upload form.
 *
 * @example
 * const issuer = createIssuer({
 *   storage: { bucket: 'photos', url: 'https://photos.oss-cn-hangzhou.aliyuncs.com/' },
 *   signer: ossV4({ accessKeyId, accessKeySecret }, 'cn-hangzhou'),
 *   routes: { default: { prefix: 'avatars/', types: ['image/*'], maxSize: 5_000_000 } },
 *   authorize: (request) => sessionOf(request.headers.get('cookie')),
 * })
 * const response = await issuer(new Request('https://app.example/uploads', { method: 'POST', headers, body }))
 *
 * @see docs/guide/issuer.md
 */
export function createIssuer(options: IssuerOptions): Handler {
  const { signer, page, now = () => new Date(), onError } = options
  const admit = createAdmit(options.authorize)
  const storage = readStorage(options.storage)
  const host = storage.url.slice(0, -1) // front ends put a `/` behind it
  const routes = readRoutes(options.routes, signer)

  async function uploads(request: Request): Promise<Response> {
    await admit(request)
    const asked = await readIssueRequest(request)
    const rules = routeNamed(routes, asked.route)
    const at = now()
    return jsonResponse(createForm(grantUpload(rules, asked, storage, at), signer, at))
  }

  async function signature(request: Request, query: string | undefined): Promise<Response> {
    await admit(request)
    const rules = routeNamed(routes, routeOf(query))
    if (rules.answer === undefined) throw noAnswer(signer)
    const at = now()
    const grant = grantSignature(rules, storage, at)
    const form = createForm(grant, signer, at)
    const expiresAt = new Date(at.getTime() + rules.expiresInSeconds * 1000)
    return signatureResponse(rules.answer, { fields: form.fields, host, dir: grant.keyPrefix, expiresAt })
  }

  const endpoints: Endpoints = new Map<string, Methods>([
    ['/uploads', { POST: uploads }],
    ['/get_post_signature_for_oss_upload', { GET: signature }],
    ['/healthz', { GET: healthz }],
    ...(page === undefined ? [] : pageEndpoints(page, () => new URL(storage.url).origin)),
  ])
  return createHandler(endpoints, onError)
}

function routeOf(query: string | undefined): string | undefined {
  return query === undefined ? undefined : (new URLSearchParams(query).get('route') ?? undefined)
}

function routeNamed(routes: ReadonlyMap<string, RouteRules>, name = 'default'): RouteRules {
  const rules = routes.get(name)
  if (rules !== undefined) return rules
  throw new PosternError('route-unknown', `There is no route ${JSON.stringify(name.slice(0, 64))}.`)
}

function noAnswer({ scheme }: Signer): PosternError {
  const detail = `Front ends that ask here cannot send a form as this issuer signs it (${scheme}). Ask POST /uploads.`
  return new PosternError('path-not-found', detail)
}

import { createIssuer, type IssuerOptions } from '../../src/issuer/create-issuer.ts'
import type { Handler } from '../../src/issuer/handler.ts'
import { oss } from '../../src/issuer/storage/oss.ts'
import type { Credential } from '../../src/sign/signer.ts'
import { openStore } from '../../src/store/open-store.ts'

/** An issuer with all that it can hand out, and the store behind it: what the attacks are made on. */

export const CREDENTIAL: Credential = { accessKeyId: 'victim-key', accessKeySecret: 'hidden-access-key-secret' }
export const BUCKET = 'photos'
const REGION = 'cn-hangzhou'

export interface Victim {
  /** Callers are who they say they are in `x-user`; without it they are nobody. */
  readonly issuer: (options?: Partial<IssuerOptions>) => Handler
  readonly storage: ReturnType<typeof oss>
  readonly close: () => Promise<void>
}

export async function openVictim(): Promise<Victim> {
  const store = await openStore({
    buckets: [BUCKET],
    credentials: [CREDENTIAL],
    region: REGION,
    roles: [{ name: 'uploader' }],
  })
  const server = await store.listen()
  const storage = oss({ bucket: BUCKET, url: `${server.url}/${BUCKET}/`, region: REGION, credential: CREDENTIAL })
  return {
    storage,
    issuer: (options = {}) =>
      createIssuer({
        storage,
        ...(options.routes === undefined && sessions(server.url)),
        authorize: ({ headers }) => {
          const id = headers.get('x-user')
          return id === null ? undefined : { id }
        },
        tokenSecret: 'hidden-token-secret-of-32-bytes-or-more',
        ...options,
      }),
    async close() {
      await server.close()
      await store.close()
    },
  }
}

/** One route that hands out temporary credentials too. */
function sessions(endpoint: string): Pick<IssuerOptions, 'routes' | 'sts'> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the issuer's
  const routes = { default: { key: '${user}/${uuid}.${ext}', sts: true } }
  return { routes, sts: { roleArn: 'acs:ram::1:role/uploader', endpoint } }
}

/** One request of the attacker's. */
export interface Attempt {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: unknown
}

const PNG = 'filename=cat.png&type=image/png'
const FILE = { filename: 'cat.png', type: 'image/png' }

/** Every address that hands out something with which a file can be stored; `route` as each of them takes it. */
export const DOORS: readonly { readonly door: string; readonly ask: (route?: string) => Attempt }[] = [
  { door: '/uploads', ask: (route) => ({ method: 'POST', path: '/uploads', body: { ...FILE, size: 9, route } }) },
  {
    door: '/uploads/multipart',
    ask: (route) => ({ method: 'POST', path: '/uploads/multipart', body: { ...FILE, size: 9, route } }),
  },
  {
    door: '/s3/multipart',
    ask: (route) => ({
      method: 'POST',
      path: '/s3/multipart',
      body: { ...FILE, metadata: route === undefined ? {} : { route } },
    }),
  },
  { door: '/s3/params', ask: (route) => get('/s3/params', PNG, route && `metadata[route]=${route}`) },
  { door: '/s3/sts', ask: (route) => get('/s3/sts', route && `route=${route}`) },
  { door: 'the form', ask: (route) => get('/get_post_signature_for_oss_upload', route && `route=${route}`) },
  { door: 'the session', ask: (route) => get('/get_sts_token_for_oss_upload', route && `route=${route}`) },
  { door: 'the URL', ask: (route) => get('/get_presigned_url_for_oss_upload', PNG, route && `route=${route}`) },
]

function get(path: string, ...query: readonly (string | undefined)[]): Attempt {
  const parts = query.filter((part) => part !== undefined && part !== '')
  return { method: 'GET', path: parts.length === 0 ? path : `${path}?${parts.join('&')}` }
}

export interface Outcome {
  readonly status: number
  readonly text: string
  /** The problem's code; absent where it is none. */
  readonly code: string | undefined
}

export async function attempt(
  issuer: Handler,
  { method, path, body }: Attempt,
  headers: Readonly<Record<string, string>> = {},
  address?: string,
): Promise<Outcome> {
  const sent = typeof body === 'string' ? body : JSON.stringify(body)
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const request = new Request(`http://app.local${path}`, {
    method,
    headers: { ...type, ...headers },
    ...(body !== undefined && { body: sent }),
  })
  const response = await issuer(request, address === undefined ? {} : { address })
  const text = await response.text()
  const isProblem = response.headers.get('content-type') === 'application/problem+json'
  return { status: response.status, text, code: isProblem ? JSON.parse(text).code : undefined }
}

import { createHash, timingSafeEqual } from 'node:crypto'
import { PosternError } from '../../base/issuer-errors.ts'
import type { Endpoint } from '../handler.ts'
import { createMetrics, type IssuerMetrics } from './metrics.ts'
import type { IssuerWatcher } from './watcher.ts'

/** Who may read `GET /metrics`: everybody, or whoever sends `Authorization: Bearer TOKEN`. */
export type MetricsAccess = 'public' | { readonly token: string }

const MIN_TOKEN_CHARACTERS = 16

/** The endpoint, and the watcher that fills it. What happens from now on counts; prom-client is read only where this is asked for. */
export function createMetricsEndpoint(access: MetricsAccess): {
  readonly endpoint: Endpoint
  readonly watcher: Partial<IssuerWatcher>
} {
  const mayRead = readAccess(access)
  let loaded: IssuerMetrics | undefined
  const loading = createMetrics().then((metrics) => {
    loaded = metrics
    return metrics
  })
  return {
    async endpoint(request) {
      if (!mayRead(request))
        throw new PosternError('caller-unknown', 'Send the token of the metrics: Authorization: Bearer TOKEN.')
      const { text, contentType } = await (await loading).read()
      return new Response(text, { headers: { 'content-type': contentType, 'cache-control': 'no-store' } })
    },
    watcher: {
      requestEnded: (ended) => loaded?.requestEnded(ended),
      uploadCompleted: (upload) => loaded?.uploadCompleted(upload),
      uploadRepeated: (upload) => loaded?.uploadRepeated(upload),
      faultHappened: (error) => loaded?.faultHappened(error),
    },
  }
}

function readAccess(access: MetricsAccess): (request: Request) => boolean {
  if (access === 'public') return () => true
  const { token } = access
  if (typeof token !== 'string' || token.length < MIN_TOKEN_CHARACTERS)
    throw new TypeError(
      `metrics.token has under ${MIN_TOKEN_CHARACTERS} characters. Make one with: openssl rand -base64 24`,
    )
  const expected = digest(`Bearer ${token}`)
  return ({ headers }) => timingSafeEqual(digest(headers.get('authorization') ?? ''), expected)
}

/** Of the same length whatever came, so that the comparison takes the same time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

import type { StoreHandler } from '../../http/exchange.ts'
import type { Metrics } from './metrics.ts'

/** Answers `GET /metrics`, and nothing else. It has a port of its own: docs/decisions/0012-metrics-on-their-own-port.md */
export function metricsHandler(metrics: Metrics): StoreHandler {
  return async ({ method, target }) => {
    if (target.split('?', 1)[0] !== '/metrics')
      return { status: 404, headers: TEXT, body: 'The metrics are at /metrics.\n' }
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, headers: { allow: 'GET, HEAD' } }
    const { text, contentType } = await metrics.read()
    const body = Buffer.from(text)
    return { status: 200, headers: { 'content-type': contentType, 'content-length': String(body.length) }, body }
  }
}

const TEXT = { 'content-type': 'text/plain; charset=utf-8' }

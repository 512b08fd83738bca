import { limitedServer } from './limited-server.ts'
import { HTTP_LIMITS } from './limits.ts'
import { nodeListener } from './node-listener.ts'
import type { Peer } from './peer.ts'
import { type HttpServer, type ServeOptions, startServer } from './server.ts'

/** Requests to a fetch-style handler are small: from a request's first byte to its last no more than this may pass. */
const REQUEST_TIMEOUT_MS = 30_000
/** Where the adapter handles requests, nothing tells which connections are idle. */
const LIMITS = { ...HTTP_LIMITS, closeGraceMs: 5000, reclaimIdleMs: Number.POSITIVE_INFINITY }

/** Serves a fetch-style handler over HTTP. */
export async function listen(
  handler: (request: Request, peer: Peer) => Promise<Response>,
  options: ServeOptions = {},
): Promise<HttpServer> {
  const limits = { ...LIMITS, ...options.limits }
  const server = limitedServer(limits, REQUEST_TIMEOUT_MS)
  server.on('request', nodeListener(handler, options))
  return await startServer(server, options, { graceMs: limits.closeGraceMs })
}

import { createServer, type Server } from 'node:http'
import { limitConnections } from './limit-connections.ts'
import type { HttpLimits } from './limits.ts'

/** How often Node looks for headers that are late. */
const CHECK_EVERY_MS = 1000

/** A server of node:http with our limits. @param requestTimeoutMs from a request's first byte to its last; 0 is no limit */
export function limitedServer(
  limits: HttpLimits,
  requestTimeoutMs: number,
  onTurnedAway: (clientAddress: string) => void = () => {},
): Server {
  const server = createServer({
    insecureHTTPParser: false,
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(limits.headersTimeoutMs, CHECK_EVERY_MS),
    keepAliveTimeout: limits.keepAliveMs,
  })
  server.maxHeadersCount = 0 // Node would pass over those beyond; maxHeaderBytes bounds them
  server.timeout = limits.sendStallMs
  limitConnections(server, limits, onTurnedAway)
  return server
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import { endStalled, enqueue } from './connection.ts'
import type { StoreHandler } from './exchange.ts'
import { limitedServer } from './limited-server.ts'
import { HTTP_LIMITS } from './limits.ts'
import { refuseMalformed } from './refuse-connection.ts'
import { RequestBody } from './request-body.ts'
import { runExchange } from './run-exchange.ts'
import { type HttpServer, type ServeOptions, startServer } from './server.ts'

/**
 * Serves a store's handler over HTTP. What the handler need not know of is settled here: slow, broken and too many
 * clients, `Expect: 100-continue`, answers that come before the body's end, and how the server ends.
 *
 * @see docs/spec/form-hazards.md section 2, rows 24 to 34
 */
export async function serveExchange(handler: StoreHandler, options: ServeOptions = {}): Promise<HttpServer> {
  const limits = { ...HTTP_LIMITS, ...options.limits }
  const { onError = console.error } = options
  const server = limitedServer(limits, 0) // the rate floor judges bodies, and lets a long one that makes progress be

  function receive(incoming: IncomingMessage, outgoing: ServerResponse, onFirstPull: () => void): void {
    const body = new RequestBody(incoming, limits, onFirstPull)
    enqueue(incoming.socket, (connection) => runExchange({ connection, incoming, outgoing, body }, handler, onError))
  }

  server.on('request', (incoming, outgoing) => receive(incoming, outgoing, () => {}))
  server.on('checkContinue', (incoming, outgoing) => receive(incoming, outgoing, () => outgoing.writeContinue()))
  server.on('clientError', (error, socket) => refuseMalformed(error, socket, limits.maxDrainIdleMs))
  server.on('timeout', endStalled)
  return await startServer(server, options, limits.closeGraceMs)
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { endStalled, enqueue, hurry } from './connection.ts'
import type { StoreHandler } from './exchange.ts'
import { limitedServer } from './limited-server.ts'
import { HTTP_LIMITS } from './limits.ts'
import { plainAddress } from './read-request.ts'
import { refuseMalformed, TOO_MANY } from './refuse-connection.ts'
import { RequestBody } from './request-body.ts'
import { runExchange } from './run-exchange.ts'
import { type HttpServer, type ServeOptions, startServer } from './server.ts'
import type { RefusedConnection, Watcher } from './watch.ts'

interface ServeExchangeOptions extends ServeOptions {
  readonly watcher?: Watcher
}

/** How long an exchange whose connection is gone may take to notice, before the server counts as closed. */
const SETTLE_MS = 1000

/**
 * Serves a store's handler over HTTP. What the handler need not know of is settled here: slow, broken and too many
 * clients, `Expect: 100-continue`, answers that come before the body's end, and how the server ends.
 *
 * @see docs/spec/form-hazards.md section 2, rows 24 to 34
 */
export async function serveExchange(handler: StoreHandler, options: ServeExchangeOptions = {}): Promise<HttpServer> {
  const limits = { ...HTTP_LIMITS, ...options.limits }
  const { onError = console.error, watcher } = options
  const underWay = new Set<Promise<void>>()
  const refused = (connection: RefusedConnection): void => watcher?.connectionRefused(connection)
  // 0: the rate floor judges bodies, and lets a long one that makes progress be
  const server = limitedServer(limits, 0, (clientAddress) => refused({ ...TOO_MANY, clientAddress }))

  function receive(incoming: IncomingMessage, outgoing: ServerResponse, onFirstPull: () => void): void {
    const body = new RequestBody(incoming, limits, onFirstPull)
    const exchange = enqueue(incoming.socket, (connection) =>
      runExchange({ connection, incoming, outgoing, body }, handler, { onError, watcher }),
    )
    underWay.add(exchange)
    void exchange.then(() => underWay.delete(exchange))
  }

  server.on('request', (incoming, outgoing) => receive(incoming, outgoing, () => {}))
  server.on('checkContinue', (incoming, outgoing) => receive(incoming, outgoing, () => outgoing.writeContinue()))
  server.on('clientError', (error, socket) =>
    refuseMalformed(error, socket, limits.maxDrainIdleMs, (refusal) =>
      refused({ ...refusal, clientAddress: plainAddress(socket instanceof Socket ? socket.remoteAddress : undefined) }),
    ),
  )
  server.on('timeout', endStalled)
  const onClosing = (socket: Socket): void => hurry(socket, limits.closeStallMs)
  const started = await startServer(server, options, { graceMs: limits.closeGraceMs, onClosing })
  return {
    ...started,
    async close() {
      await started.close()
      await atMost(SETTLE_MS, Promise.all(underWay))
    },
  }
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { StoreHandler, StoreRequest, StoreResponse } from './exchange.ts'
import { HTTP_LIMITS, type HttpLimits } from './limits.ts'
import { requestBody } from './request-body.ts'
import { type HttpServer, type ListenOptions, startServer } from './server.ts'

export interface ServeOptions extends ListenOptions {
  readonly limits?: Partial<HttpLimits>
  /** Told of whatever the handler throws; writes to stderr unless told otherwise. */
  readonly onError?: (error: unknown) => void
}

/** Serves a store's handler over HTTP. */
export async function serveExchange(handler: StoreHandler, options: ServeOptions = {}): Promise<HttpServer> {
  const limits = { ...HTTP_LIMITS, ...options.limits }
  const onError = options.onError ?? ((error) => console.error(error))
  const server = createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    requestTimeout: 0,
    headersTimeout: limits.headersTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
  })
  const exchange = async (incoming: IncomingMessage, outgoing: ServerResponse, onFirstPull: () => void) => {
    const abort = new AbortController()
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) abort.abort()
    })
    const body = requestBody(incoming, limits, onFirstPull)
    try {
      await send(outgoing, await handler(storeRequest(incoming, body, abort.signal)))
    } catch (error) {
      onError(error)
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(500).end()
    }
  }
  server.on('request', (incoming, outgoing) => void exchange(incoming, outgoing, () => {}))
  server.on('checkContinue', (incoming, outgoing) => void exchange(incoming, outgoing, () => outgoing.writeContinue()))
  return await startServer(server, options, limits.closeGraceMs)
}

function storeRequest(incoming: IncomingMessage, body: AsyncIterable<Uint8Array>, signal: AbortSignal): StoreRequest {
  const headers = new Map<string, string>()
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
    const name = (incoming.rawHeaders[at] ?? '').toLowerCase()
    const before = headers.get(name)
    const value = incoming.rawHeaders[at + 1] ?? ''
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return {
    method: incoming.method ?? '',
    target: incoming.url ?? '',
    headers,
    body,
    clientAddress: incoming.socket.remoteAddress ?? '',
    signal,
  }
}

async function send(outgoing: ServerResponse, response: StoreResponse): Promise<void> {
  const { body } = response
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    const bytes = Buffer.from(body ?? '')
    const length =
      response.status === 204 || response.status === 304 || outgoing.req.method === 'HEAD'
        ? {}
        : { 'content-length': bytes.length }
    outgoing.writeHead(response.status, { ...length, ...response.headers }).end(bytes)
    return
  }
  outgoing.writeHead(response.status, { ...response.headers })
  for await (const chunk of body)
    if (!outgoing.write(chunk)) await new Promise((resolve) => outgoing.once('drain', resolve))
  outgoing.end()
}

import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { HTTP_LIMITS } from './limits.ts'
import { type HttpServer, type ListenOptions, startServer } from './server.ts'

/** Serves a fetch-style handler over HTTP. */
export async function listen(
  handler: (request: Request) => Promise<Response>,
  options: ListenOptions = {},
): Promise<HttpServer> {
  const server = createServer(getRequestListener(handler))
  return await startServer(server, options, HTTP_LIMITS.closeGraceMs)
}

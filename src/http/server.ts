import type { Server } from 'node:http'
import { type AddressInfo, isIPv6, type Socket } from 'node:net'
import type { HttpLimits } from './limits.ts'
import { type Connections, trackConnections } from './track-connections.ts'

/** A server that listens. */
export interface HttpServer {
  /** `http://127.0.0.1:9000`, without a slash at the end. */
  readonly url: string
  readonly host: string
  readonly port: number
  /** What it is busy with now. */
  load(): ServerLoad
  /** Stops accepting, lets requests under way finish for a while, then cuts what is left. */
  close(): Promise<void>
}

export interface ServerLoad {
  readonly connections: number
  /** Requests that are read, handled or answered. */
  readonly requests: number
}

/** Told of an error that is no refusal: a bug, or a broken disk; with the id of the request, where it had one. */
export type OnServerError = (error: unknown, requestId?: string) => void

export interface ListenOptions {
  /** `127.0.0.1` unless told otherwise. */
  readonly host?: string
  /** 0, the default, takes a free port. */
  readonly port?: number
}

export interface ServeOptions extends ListenOptions {
  readonly limits?: Partial<HttpLimits>
  /** Told of what the handler throws; writes to stderr unless told otherwise. */
  readonly onError?: OnServerError
}

/** How a server ends what is under way when it is closed. */
export interface Closing {
  readonly graceMs: number
  /** Told of each connection that has a request under way. */
  readonly onClosing?: (socket: Socket) => void
}

/** Starts a server, and keeps track of what it does so that it can be closed. */
export async function startServer(
  server: Server,
  { host = '127.0.0.1', port = 0 }: ListenOptions,
  closing: Closing,
): Promise<HttpServer> {
  const connections = trackConnections(server)
  const bound = await bind(server, host, port)
  let closed: Promise<void> | undefined
  return {
    url: urlOf(host, bound),
    host,
    port: bound,
    load: connections.load,
    close: () => {
      closed ??= closeServer(server, connections, closing)
      return closed
    },
  }
}

/** An IPv6 address stands in brackets. @see https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2 */
export function urlOf(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`
}

function bind(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(bindError(error, host, port)))
    server.listen({ host, port }, () => {
      server.removeAllListeners('error').on('error', () => {}) // one connection that cannot be accepted is no reason to stop
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function bindError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const where = `port ${port} on ${host}`
  switch (error.code) {
    case 'EADDRINUSE':
      return new Error(`Another program already uses ${where}: stop it, or choose another port.`, { cause: error })
    case 'EACCES':
      return new Error(`This user may not listen on ${where}: choose a port above 1023.`, { cause: error })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Error(`This machine has no address ${host}: choose another host.`, { cause: error })
    default:
      return new Error(`Could not listen on ${where}: ${error.message}.`, { cause: error })
  }
}

/** Lets answers under way finish, then ends their connections; the others end at once. */
async function closeServer(
  server: Server,
  connections: Connections,
  { graceMs, onClosing = () => {} }: Closing,
): Promise<void> {
  server.closeIdleConnections = () => {} // close calls it, and to Node an answer is over before its bytes are sent
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  connections.endWhenIdle(onClosing)
  const timer = setTimeout(connections.endAll, graceMs)
  await closed
  clearTimeout(timer)
}

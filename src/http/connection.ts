import type { Duplex } from 'node:stream'
import type { RequestBody } from './request-body.ts'

/**
 * What a connection is doing: waiting for a request; having one handled; answering it; or, answered and closed on our
 * side, waiting for the client to stop sending.
 */
type Phase = 'idle' | 'handling' | 'answering' | 'lingering'

/** What we know of one connection. */
export interface Connection {
  phase: Phase
  /** The body that the handler has now. */
  body: RequestBody | undefined
  /** Nothing more that comes on it is handled. */
  closing: boolean
  /** Its requests one after the other: none may run beside, or after the refusal of, the one before it. */
  queue: Promise<void>
  /** How many requests are in the queue. */
  queued: number
}

/** Browsers send one request at a time; whoever sends so many without waiting wants to fill our memory. */
const MAX_QUEUED = 64

const connections = new WeakMap<Duplex, Connection>()

export function connectionOf(socket: Duplex): Connection {
  const known = connections.get(socket)
  if (known !== undefined) return known
  const made: Connection = { phase: 'idle', body: undefined, closing: false, queue: Promise.resolve(), queued: 0 }
  connections.set(socket, made)
  return made
}

/** Runs `exchange` when the requests before it are answered. */
export function enqueue(socket: Duplex, exchange: (connection: Connection) => Promise<void>): void {
  const connection = connectionOf(socket)
  connection.queued += 1
  if (connection.queued > MAX_QUEUED) socket.destroy()
  const run = async (): Promise<void> => {
    if (!connection.closing && !socket.destroyed) await exchange(connection)
    connection.queued -= 1
  }
  connection.queue = connection.queue.then(run)
}

/** Ends a connection on which nothing moved for long. While a request is handled that is our doing, or the rate floor's matter. */
export function endStalled(socket: Duplex): void {
  const { phase } = connectionOf(socket)
  if (phase === 'idle' || phase === 'answering') socket.destroy()
}

import type { Socket } from 'node:net'
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
  /** Since when it is idle, in the time of `performance.now`. */
  idleSince: number
  /** How much of the body of its present answer was taken from us. */
  bytesOut: number
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
  const made: Connection = {
    phase: 'idle',
    body: undefined,
    idleSince: performance.now(),
    bytesOut: 0,
    closing: false,
    queue: Promise.resolve(),
    queued: 0,
  }
  connections.set(socket, made)
  return made
}

/** Runs `exchange` when the requests before it are answered; resolves when it is over, or will not be run. */
export function enqueue(socket: Duplex, exchange: (connection: Connection) => Promise<void>): Promise<void> {
  const connection = connectionOf(socket)
  connection.queued += 1
  if (connection.queued > MAX_QUEUED) socket.destroy()
  const run = async (): Promise<void> => {
    if (!connection.closing && !socket.destroyed) await exchange(connection)
    connection.queued -= 1
  }
  connection.queue = connection.queue.then(run)
  return connection.queue
}

/** Whether a connection waits for a request, and has done so for long. */
export function isIdle(socket: Socket, forMs: number): boolean {
  const { phase, queued, idleSince } = connectionOf(socket)
  return phase === 'idle' && queued === 0 && !socket.destroyed && performance.now() - idleSince >= forMs
}

/** Lets a request that is under way go on only while it makes progress. */
export function hurry(socket: Socket, stallMs: number): void {
  connectionOf(socket).body?.hurry(stallMs)
  socket.setTimeout(stallMs) // then `endStalled`
}

/** Ends a connection on which nothing moved for long. While a request is handled that is our doing, or the rate floor's matter. */
export function endStalled(socket: Duplex): void {
  const { phase } = connectionOf(socket)
  if (phase === 'idle' || phase === 'answering') socket.destroy()
}

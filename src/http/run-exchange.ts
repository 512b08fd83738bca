import type { IncomingMessage, ServerResponse } from 'node:http'
import { PosternError } from '../base/known-errors.ts'
import type { Connection } from './connection.ts'
import { departure } from './departure.ts'
import type { AboutRequest, StoreHandler, StoreResponse } from './exchange.ts'
import { plainAddress, readRequest } from './read-request.ts'
import { hasBody, type RequestBody } from './request-body.ts'
import { writeResponse } from './send-response.ts'
import type { OnServerError } from './server.ts'
import type { EndedExchange, Watcher } from './watch.ts'

export interface Exchange {
  readonly connection: Connection
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly body: RequestBody
}

/** Who is told of an exchange's end, and of what went wrong in it. */
export interface Told {
  readonly onError: OnServerError
  readonly watcher: Watcher | undefined
}

/** Has one request handled, and answers it; resolves when its connection is free for the next. Never rejects. */
export async function runExchange(exchange: Exchange, handler: StoreHandler, told: Told): Promise<void> {
  const { connection, body } = exchange
  const started = performance.now()
  connection.phase = 'handling'
  connection.body = body
  connection.bytesOut = 0
  const response = await answer(exchange, handler, told.onError)
  const ending = await (body.isUnfinished ? linger(exchange) : finish(exchange))
  told.watcher?.exchangeEnded(ended(exchange, response, { isWhole: ending.isWhole, durationMs: ending.at - started }))
}

const AMBIGUOUS_HOST: StoreResponse = { status: 400, headers: {} }

/** Sends what the handler answers, all but its end; or that it failed. */
async function answer(exchange: Exchange, handler: StoreHandler, onError: OnServerError): Promise<StoreResponse> {
  const { incoming, outgoing } = exchange
  let response: StoreResponse | undefined
  try {
    response = await handle(exchange, handler)
    await send(exchange, response)
    return response
  } catch (error) {
    if (!isGone(error, incoming.socket.destroyed)) onError(error, response?.about?.requestId)
    if (response !== undefined && outgoing.headersSent) {
      incoming.socket.destroy()
      return response
    }
    const failed = failure(response?.about)
    await send(exchange, failed)
    return failed
  }
}

async function handle({ incoming, outgoing, body }: Exchange, handler: StoreHandler): Promise<StoreResponse> {
  const request = readRequest(incoming, body, departure(outgoing))
  return request === undefined ? AMBIGUOUS_HOST : await handler(request)
}

/** Writes all but the end. A refused body ends its connection: nobody can tell where a bad form ends. */
async function send({ connection, incoming, outgoing, body }: Exchange, response: StoreResponse): Promise<void> {
  if (body.isUnfinished) await turn() // the end may have come in the same packet, and be next to be read
  const isRefusedBody = response.status >= 400 && hasBody(incoming)
  if (isRefusedBody || connection.closing || body.isUnfinished) outgoing.shouldKeepAlive = false
  connection.phase = 'answering'
  await writeResponse(outgoing, response, (bytes) => {
    connection.bytesOut += bytes
  })
}

interface Ending {
  /** Whether the whole answer went out, as far as this side can know. */
  readonly isWhole: boolean
  readonly at: number
}

/** Ends an answer whose request was read whole. */
async function finish({ connection, incoming, outgoing, body }: Exchange): Promise<Ending> {
  body.discard()
  const closed = new Promise((resolve) => outgoing.once('close', resolve))
  let isWhole = false
  outgoing.once('finish', () => {
    isWhole = !incoming.socket.destroyed // Node tells of a finish also where the connection broke
  })
  outgoing.end()
  if (!outgoing.shouldKeepAlive) connection.closing = true
  if (!outgoing.closed) await closed
  const ending = { isWhole, at: performance.now() }
  connection.phase = 'idle'
  connection.idleSince = ending.at
  connection.body = undefined
  if (connection.closing) incoming.socket.destroySoon()
  return ending
}

/**
 * Ends an answer that came before the end of the body. A socket that is closed while bytes still come is reset, and the
 * client may lose the answer: so our side is closed, and theirs is read for a while. docs/spec/form-hazards.md row 32.
 */
async function linger({ connection, incoming, body }: Exchange): Promise<Ending> {
  const { socket } = incoming
  connection.phase = 'lingering'
  connection.closing = true
  socket.end()
  const at = performance.now()
  await body.drain()
  const isWhole = socket.writableFinished
  socket.destroy()
  return { isWhole, at }
}

function ended(
  { connection, incoming, body }: Exchange,
  { status, about }: StoreResponse,
  how: Pick<EndedExchange, 'isWhole' | 'durationMs'>,
): EndedExchange {
  return {
    method: incoming.method ?? '',
    target: incoming.url ?? '',
    clientAddress: plainAddress(incoming.socket.remoteAddress),
    userAgent: incoming.headers['user-agent'],
    status,
    about,
    bytesIn: body.bytesIn,
    bytesOut: connection.bytesOut,
    ...how,
  }
}

/** What the peer learns of a bug that the handler did not answer itself. */
function failure(about: AboutRequest | undefined): StoreResponse {
  if (about === undefined) return { status: 500, headers: {} }
  return { status: 500, headers: { 'x-oss-request-id': about.requestId }, about }
}

/** A handler that could not go on because its client went away did nothing wrong. */
function isGone(error: unknown, isDestroyed: boolean): boolean {
  return isDestroyed && error instanceof PosternError && error.code === 'body-incomplete'
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import { PosternError } from '../base/errors.ts'
import type { Connection } from './connection.ts'
import { departure } from './departure.ts'
import type { StoreHandler, StoreResponse } from './exchange.ts'
import { readRequest } from './read-request.ts'
import { hasBody, type RequestBody } from './request-body.ts'
import { writeResponse } from './send-response.ts'

interface Exchange {
  readonly connection: Connection
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly body: RequestBody
}

/** Has one request handled, and answers it; resolves when its connection is free for the next. Never rejects. */
export async function runExchange(
  exchange: Exchange,
  handler: StoreHandler,
  onError: (error: unknown) => void,
): Promise<void> {
  const { connection, incoming, outgoing, body } = exchange
  connection.phase = 'handling'
  connection.body = body
  try {
    await send(exchange, await handle(exchange, handler))
  } catch (error) {
    if (!isGone(error, incoming.socket.destroyed)) onError(error)
    if (outgoing.headersSent) incoming.socket.destroy()
    else await send(exchange, FAILED)
  }
  if (body.isUnfinished) await linger(exchange)
  else await finish(exchange)
}

/** What the peer learns of a bug. */
const FAILED: StoreResponse = { status: 500, headers: {} }
const AMBIGUOUS_HOST: StoreResponse = { status: 400, headers: {} }

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
  await writeResponse(outgoing, response)
}

/** Ends an answer whose request was read whole. */
async function finish({ connection, incoming, outgoing, body }: Exchange): Promise<void> {
  body.discard()
  const closed = new Promise((resolve) => outgoing.once('close', resolve))
  outgoing.end()
  if (!outgoing.shouldKeepAlive) connection.closing = true
  if (!outgoing.closed) await closed
  connection.phase = 'idle'
  connection.body = undefined
  if (connection.closing) incoming.socket.destroySoon()
}

/**
 * Ends an answer that came before the end of the body. A socket that is closed while bytes still come is reset, and the
 * client may lose the answer: so our side is closed, and theirs is read for a while. docs/spec/form-hazards.md row 32.
 */
async function linger({ connection, incoming, body }: Exchange): Promise<void> {
  connection.phase = 'lingering'
  connection.closing = true
  incoming.socket.end()
  await body.drain()
  incoming.socket.destroy()
}

/** A handler that could not go on because its client went away did nothing wrong. */
function isGone(error: unknown, isDestroyed: boolean): boolean {
  return isDestroyed && error instanceof PosternError && error.code === 'body-incomplete'
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

import type { ServerResponse } from 'node:http'
import type { StoreResponse } from './exchange.ts'

/** Told of each piece of a body that the system has taken, in bytes. */
type OnSent = (bytes: number) => void

/**
 * Writes a response, all but its end. Nothing is written before the first chunk of a stream is there, so a body that
 * cannot be read at all can still be answered with an error; one that breaks later breaks the connection.
 */
export async function writeResponse(
  outgoing: ServerResponse,
  { status, headers, body }: StoreResponse,
  onSent: OnSent,
): Promise<void> {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? EMPTY)
    outgoing.writeHead(status, { ...(hasLength(outgoing, status) && { 'content-length': bytes.length }), ...headers })
    if (bytes.length === 0 || isHead(outgoing)) outgoing.flushHeaders()
    else {
      outgoing.write(bytes)
      onSent(bytes.length)
    }
    return
  }
  const chunks = body[Symbol.asyncIterator]()
  try {
    if (!isHead(outgoing)) await writeChunks(outgoing, { status, headers }, chunks, onSent)
    else outgoing.writeHead(status, headers).flushHeaders()
  } finally {
    await chunks.return?.()
  }
}

async function writeChunks(
  outgoing: ServerResponse,
  { status, headers }: StoreResponse,
  chunks: AsyncIterator<Uint8Array>,
  onSent: OnSent,
): Promise<void> {
  const announced = headers['content-length']
  let sent = 0
  let step = await chunks.next()
  outgoing.writeHead(status, headers).flushHeaders()
  while (!step.done && !outgoing.destroyed) {
    sent += step.value.length
    if (announced !== undefined && sent > Number(announced)) break
    if (!outgoing.write(step.value)) await drained(outgoing)
    if (!outgoing.destroyed) onSent(step.value.length)
    step = await chunks.next()
  }
  if (outgoing.destroyed || announced === undefined || sent === Number(announced)) return
  throw new Error(`A body of ${sent} bytes or more was announced with ${announced}.`)
}

/** Resolves when more may be written, or when the client is gone. */
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done).off('close', done)
      resolve()
    }
    outgoing.on('drain', done).on('close', done)
  })
}

const EMPTY = new Uint8Array()

function isHead(outgoing: ServerResponse): boolean {
  return outgoing.req.method === 'HEAD'
}

/**
 * Where we know the length, we say it. The answer to HEAD has the length that GET would have, which only the handler knows.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-8.6
 */
function hasLength(outgoing: ServerResponse, status: number): boolean {
  return status !== 204 && status !== 304 && !isHead(outgoing)
}

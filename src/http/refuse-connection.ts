import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { PosternError } from '../base/known-errors.ts'
import { connectionOf } from './connection.ts'
import { incomplete } from './request-body.ts'
import type { RefusedConnection } from './watch.ts'

type Refusal = Omit<RefusedConnection, 'clientAddress'>

/**
 * What comes on a connection is not HTTP, or its headers are too long or too slow. A request that is being handled is
 * still answered; without one, a bare status is all there is to say. In any case the connection ends.
 */
export function refuseMalformed(
  error: Error & { readonly code?: string },
  socket: Duplex,
  lingerMs: number,
  onRefused: (refusal: Refusal) => void,
): void {
  const connection = connectionOf(socket)
  connection.closing = true
  if (!socket.writable || connection.phase === 'lingering') endLinger(socket)
  else if (connection.phase === 'idle') {
    const refusal = refusalOf(error)
    refuse(socket, refusal.status, lingerMs)
    onRefused(refusal)
  } else if (connection.body?.isUnfinished) connection.body.fail(isCut(error) ? incomplete() : malformed(error))
}

/** Why a connection is turned away. */
export const TOO_MANY = { reason: 'too-many', status: 503 } as const satisfies Refusal

/** Turns a connection away at its beginning; nothing is kept of it, so that a flood of them costs nothing. */
export function turnAway(socket: Socket): void {
  connectionOf(socket).closing = true
  socket.write(bareAnswer(TOO_MANY.status))
  socket.destroySoon()
}

/** Answers with a bare status, and leaves the client a moment to read it. */
function refuse(socket: Duplex, status: number, lingerMs: number): void {
  connectionOf(socket).phase = 'lingering'
  socket.end(bareAnswer(status))
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
}

function bareAnswer(status: number): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`
}

/** What still comes while we linger is of no interest, but for its end. */
function endLinger(socket: Duplex): void {
  if (socket.readableEnded || !socket.writable) socket.destroy()
}

function refusalOf({ code }: { readonly code?: string }): Refusal {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { reason: 'headers-too-long', status: 431 }
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { reason: 'headers-too-slow', status: 408 }
    default:
      return { reason: 'malformed', status: 400 }
  }
}

/** Whether the client closed its side in the middle of a body. */
function isCut({ code }: { readonly code?: string }): boolean {
  return code === 'HPE_INVALID_EOF_STATE'
}

function malformed(error: Error): PosternError {
  return new PosternError('request-invalid', `The body is not framed as HTTP says: ${error.message}.`)
}

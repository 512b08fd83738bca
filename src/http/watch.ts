import type { AboutRequest } from './exchange.ts'

/** A request and its answer, once both are over. */
export interface EndedExchange {
  readonly method: string
  /** As it stood on the request line: it may hold a signature. */
  readonly target: string
  readonly clientAddress: string
  readonly userAgent: string | undefined
  readonly status: number
  readonly about: AboutRequest | undefined
  /** Of the bodies alone, without the headers. */
  readonly bytesIn: number
  readonly bytesOut: number
  /** From the end of the request's headers to the end of its answer. */
  readonly durationMs: number
  /** Whether all of the answer was sent; not where the client left before, or was cut off. */
  readonly isWhole: boolean
}

/** A connection that was ended before the handler heard of a request on it. */
export interface RefusedConnection {
  readonly reason: 'too-many' | 'malformed' | 'headers-too-long' | 'headers-too-slow'
  readonly status: number
  readonly clientAddress: string
}

/** Told of what goes on between a server and its clients. */
export interface Watcher {
  exchangeEnded(exchange: EndedExchange): void
  connectionRefused(connection: RefusedConnection): void
}

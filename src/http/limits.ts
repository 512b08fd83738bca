const SECOND = 1000
const MINUTE = 60 * SECOND
const KB = 1024
const MB = 1024 * KB

/** What a client may take of us. docs/spec/form-hazards.md section 2, rows 24 to 34; the numbers are ours. */
export const HTTP_LIMITS = {
  maxHeaderBytes: 16 * KB,
  /** From the first byte of a request to the end of its headers. */
  headersTimeoutMs: 20 * SECOND,
  /** How long a connection may stay open between two requests. */
  keepAliveMs: 15 * SECOND,
  /** A body is too slow when fewer than `minBodyBytes` came in `bodyWindowMs` that we spent waiting for it. */
  minBodyBytes: 1 * KB,
  bodyWindowMs: 30 * SECOND,
  /** How long a client may take nothing of an answer that is ready. */
  sendStallMs: 60 * SECOND,
  maxConnections: 4000,
  maxConnectionsPerAddress: 2000,
  /** Where no more connections may be held, one that waited so long for a request makes room for the next. */
  reclaimIdleMs: 1 * SECOND,
  /** After an answer that came before the body's end, so much of the rest is read and thrown away: else the answer is lost. */
  maxDrainBytes: 256 * MB,
  maxDrainMs: 30 * SECOND,
  maxDrainIdleMs: 5 * SECOND,
  /** How long requests under way may take to finish once the server closes: enough for 5 GB at 70 Mbit/s. */
  closeGraceMs: 10 * MINUTE,
  /** Once the server closes, `bodyWindowMs` and `sendStallMs` become this. */
  closeStallMs: 5 * SECOND,
} as const

/** The numbers of {@link HTTP_LIMITS}, or others: a stricter operator's, or a test's that does not want to wait. */
export type HttpLimits = { readonly [name in keyof typeof HTTP_LIMITS]: number }

import type { IncomingMessage } from 'node:http'
import { PosternError } from '../base/errors.ts'
import type { HttpLimits } from './limits.ts'
import { rateFloor } from './rate-floor.ts'

type BodyLimits = Pick<HttpLimits, 'minBodyBytes' | 'bodyWindowMs' | 'maxDrainBytes' | 'maxDrainMs' | 'maxDrainIdleMs'>

/** Read ahead while the handler is busy with what it has; then the socket is paused. */
const MAX_AHEAD_BYTES = 256 * 1024
const MAX_AHEAD_CHUNKS = 64

/** The body of a request as it streams, to be read once. */
export interface RequestBody extends AsyncIterable<Uint8Array> {
  /** Whether more of it may still come. */
  isUnfinished(): boolean
  /** Ends it with an error: the connection broke, or what came on it is not HTTP. */
  fail(error: Error): void
  /** Lets what is left of it pass by, unread. */
  discard(): void
  /** Waits until the sender has stopped sending what nobody reads, but not for long. */
  drain(): Promise<void>
}

/** @param onFirstPull runs when the first chunk is asked for: the moment to answer `Expect: 100-continue` */
export function requestBody(incoming: IncomingMessage, limits: BodyLimits, onFirstPull: () => void): RequestBody {
  const floor = rateFloor({ minBytes: limits.minBodyBytes, windowMs: limits.bodyWindowMs })
  let ahead: Buffer[] = []
  let aheadBytes = 0
  let started = false
  let ended = false
  let failure: Error | undefined
  let wake: (() => void) | undefined

  function isFull(): boolean {
    return aheadBytes >= MAX_AHEAD_BYTES || ahead.length >= MAX_AHEAD_CHUNKS
  }

  function take(chunk: Buffer): void {
    ahead.push(chunk)
    aheadBytes += chunk.length
    if (isFull()) incoming.pause()
    wake?.()
  }

  function start(): void {
    started = true
    onFirstPull()
    incoming.on('data', take)
    incoming.once('end', () => {
      ended = true
      wake?.()
    })
  }

  function fail(error: Error): void {
    failure ??= error
    wake?.()
  }

  /** Waits for a chunk, the end or an error, but no longer than the rate floor allows. */
  async function wait(): Promise<void> {
    const since = performance.now()
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => fail(tooSlow(limits)), floor.remainingMs())
      wake = () => {
        clearTimeout(timer)
        wake = undefined
        resolve()
      }
    })
    floor.waited(performance.now() - since, aheadBytes)
  }

  async function next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (!started) start()
    if (ahead.length === 0 && !ended && failure === undefined) await wait()
    const chunk = ahead.shift()
    if (chunk !== undefined) {
      aheadBytes -= chunk.length
      if (incoming.isPaused() && !isFull()) incoming.resume()
      return { done: false, value: chunk }
    }
    if (failure !== undefined) throw failure
    return DONE
  }

  function discard(): void {
    incoming.off('data', take)
    ahead = []
    aheadBytes = 0
    incoming.resume()
  }

  function drain(): Promise<void> {
    discard()
    return new Promise((resolve) => {
      let bytes = 0
      const idle = setTimeout(resolve, limits.maxDrainIdleMs)
      const whole = setTimeout(resolve, limits.maxDrainMs)
      const stop = (): void => {
        clearTimeout(idle)
        clearTimeout(whole)
        resolve()
      }
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        idle.refresh()
        if (bytes > limits.maxDrainBytes) stop()
      })
      incoming.once('close', stop)
      if (incoming.closed) stop()
    })
  }

  incoming.on('error', () => {}) // 'close' tells of it as well
  incoming.once('close', () => {
    if (!incoming.complete) fail(incomplete())
  })
  return {
    isUnfinished: () => !incoming.complete && hasBody(incoming),
    fail,
    discard,
    drain,
    [Symbol.asyncIterator]: () => ({ next, return: async () => DONE }),
  }
}

const DONE = { done: true, value: undefined } as const

/** Whether a request announces a body at all. @see https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

export function incomplete(): PosternError {
  return new PosternError('body-incomplete', 'The connection ended before the body did.')
}

function tooSlow({ minBodyBytes, bodyWindowMs }: BodyLimits): PosternError {
  return new PosternError('body-too-slow', `Less than ${minBodyBytes} bytes came in ${bodyWindowMs / 1000} seconds.`)
}

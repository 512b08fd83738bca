import type { IncomingMessage } from 'node:http'
import { PosternError } from '../base/errors.ts'
import type { HttpLimits } from './limits.ts'
import { rateFloor } from './rate-floor.ts'

/** Read ahead while the handler is busy with what it has; then the socket is paused. */
const MAX_AHEAD_BYTES = 256 * 1024

export interface RequestBody extends AsyncIterable<Uint8Array> {
  /** Ends the body with an error: the connection broke, or what came on it is not HTTP. */
  fail(error: Error): void
}

/**
 * The body of a request as it streams; to be read once.
 *
 * @param onFirstPull runs when the first chunk is asked for: the moment to answer `Expect: 100-continue`
 */
export function requestBody(
  incoming: IncomingMessage,
  limits: Pick<HttpLimits, 'minBodyBytes' | 'bodyWindowMs'>,
  onFirstPull: () => void,
): RequestBody {
  const floor = rateFloor({ minBytes: limits.minBodyBytes, windowMs: limits.bodyWindowMs })
  const ahead: Buffer[] = []
  let aheadBytes = 0
  let started = false
  let ended = false
  let failure: Error | undefined
  let wake: (() => void) | undefined

  function start(): void {
    started = true
    onFirstPull()
    incoming.on('data', (chunk: Buffer) => {
      ahead.push(chunk)
      aheadBytes += chunk.length
      if (aheadBytes >= MAX_AHEAD_BYTES) incoming.pause()
      wake?.()
    })
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
      if (aheadBytes < MAX_AHEAD_BYTES && incoming.isPaused()) incoming.resume()
      return { done: false, value: chunk }
    }
    if (failure !== undefined) throw failure
    return { done: true, value: undefined }
  }

  async function stop(): Promise<IteratorResult<Uint8Array, undefined>> {
    incoming.pause()
    return { done: true, value: undefined }
  }

  incoming.on('error', () => {}) // told by 'close' as well, and by more than this
  incoming.once('close', () => {
    if (!incoming.complete) fail(incomplete())
  })
  return { fail, [Symbol.asyncIterator]: () => ({ next, return: stop }) }
}

export function incomplete(): PosternError {
  return new PosternError('body-incomplete', 'The connection ended before the body did.')
}

function tooSlow({ minBodyBytes, bodyWindowMs }: Pick<HttpLimits, 'minBodyBytes' | 'bodyWindowMs'>): PosternError {
  const floor = `${minBodyBytes} bytes in ${bodyWindowMs / 1000} seconds`
  return new PosternError('body-too-slow', `The body came at less than ${floor}.`)
}

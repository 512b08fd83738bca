import type { IncomingMessage } from 'node:http'
import { PosternError } from '../base/known-errors.ts'
import type { HttpLimits } from './limits.ts'
import { RateFloor } from './rate-floor.ts'

type BodyLimits = Pick<HttpLimits, 'minBodyBytes' | 'bodyWindowMs' | 'maxDrainBytes' | 'maxDrainMs' | 'maxDrainIdleMs'>

/** Read ahead while the handler is busy with what it has; then the socket is paused. */
const MAX_AHEAD_BYTES = 256 * 1024
const MAX_AHEAD_CHUNKS = 64

/** The body of a request as it streams, to be read once. */
export class RequestBody implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array, undefined> {
  readonly #incoming: IncomingMessage
  readonly #limits: BodyLimits
  readonly #onFirstPull: () => void
  readonly #floor: RateFloor
  #ahead: Buffer[] = []
  #aheadBytes = 0
  #hasStarted = false
  #hasEnded = false
  #failure: Error | undefined
  #wake: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined
  #maxDrainMs: number
  /** How much of it came, read or not. */
  bytesIn = 0

  /** @param onFirstPull runs when the first chunk is asked for: the moment to answer `Expect: 100-continue` */
  constructor(incoming: IncomingMessage, limits: BodyLimits, onFirstPull: () => void) {
    this.#incoming = incoming
    this.#limits = limits
    this.#onFirstPull = onFirstPull
    this.#maxDrainMs = limits.maxDrainMs
    this.#floor = new RateFloor(limits.minBodyBytes, limits.bodyWindowMs)
    incoming.on('error', ignore) // 'close' tells of it as well
    incoming.once('close', this.#close)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (!this.#hasStarted) this.#start()
    if (this.#ahead.length === 0 && !this.#hasEnded && this.#failure === undefined) await this.#wait()
    const chunk = this.#ahead.shift()
    if (chunk !== undefined) {
      this.#aheadBytes -= chunk.length
      if (!this.#isFull() && this.#incoming.isPaused()) this.#incoming.resume()
      return { done: false, value: chunk }
    }
    if (this.#failure !== undefined) throw this.#failure
    return DONE
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    return DONE
  }

  /** Whether more of it may still come. */
  get isUnfinished(): boolean {
    return !this.#incoming.complete && hasBody(this.#incoming)
  }

  /** Ends it with an error: the connection broke, or what came on it is not HTTP. */
  fail(error: Error): void {
    this.#failure ??= error
    this.#wake?.()
  }

  /** From now on the sender may keep us waiting only so long. */
  hurry(windowMs: number): void {
    this.#maxDrainMs = windowMs
    this.#floor.tighten(windowMs, performance.now())
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#checkRate()
  }

  /** Lets what is left of it pass by, unread. */
  discard(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#ahead = []
    this.#aheadBytes = 0
    this.#incoming.off('data', this.#take)
    if (!this.#incoming.complete || this.#incoming.readableLength > 0) this.#incoming.on('data', this.#pass)
    this.#incoming.resume()
  }

  /** Waits until the sender has stopped sending what nobody reads, but not for long. */
  drain(): Promise<void> {
    const { maxDrainBytes, maxDrainIdleMs } = this.#limits
    this.discard()
    return new Promise((resolve) => {
      let left = maxDrainBytes
      const idle = setTimeout(resolve, maxDrainIdleMs)
      const whole = setTimeout(resolve, this.#maxDrainMs)
      const stop = (): void => {
        clearTimeout(idle)
        clearTimeout(whole)
        resolve()
      }
      this.#incoming.on('data', (chunk: Buffer) => {
        left -= chunk.length
        idle.refresh()
        if (left < 0) stop()
      })
      this.#incoming.once('close', stop)
      if (this.#incoming.closed) stop()
    })
  }

  #start(): void {
    this.#hasStarted = true
    this.#onFirstPull()
    this.#incoming.on('data', this.#take)
    this.#incoming.once('end', this.#end)
  }

  /** Waits for a chunk, the end or an error. */
  async #wait(): Promise<void> {
    this.#floor.begin(performance.now())
    this.#timer ??= setTimeout(this.#checkRate, this.#floor.windowMs)
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    this.#wake = undefined
    this.#floor.end(performance.now(), this.#aheadBytes)
  }

  readonly #checkRate = (): void => {
    const remainingMs = this.#floor.remainingMs(performance.now())
    if (remainingMs > 0) this.#timer = setTimeout(this.#checkRate, Math.ceil(remainingMs))
    else this.fail(tooSlow(this.#floor))
  }

  readonly #pass = (chunk: Buffer): void => {
    this.bytesIn += chunk.length
  }

  readonly #take = (chunk: Buffer): void => {
    this.bytesIn += chunk.length
    this.#ahead.push(chunk)
    this.#aheadBytes += chunk.length
    if (this.#isFull()) this.#incoming.pause()
    this.#wake?.()
  }

  readonly #end = (): void => {
    this.#hasEnded = true
    this.#wake?.()
  }

  readonly #close = (): void => {
    clearTimeout(this.#timer)
    if (!this.#incoming.complete) this.fail(incomplete())
  }

  #isFull(): boolean {
    return this.#aheadBytes >= MAX_AHEAD_BYTES || this.#ahead.length >= MAX_AHEAD_CHUNKS
  }
}

const DONE = { done: true, value: undefined } as const

function ignore(): void {}

/** Whether a request announces a body at all. @see https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

export function incomplete(): PosternError {
  return new PosternError('body-incomplete', 'The connection ended before the body did.')
}

function tooSlow({ minBytes, windowMs }: RateFloor): PosternError {
  return new PosternError('body-too-slow', `Less than ${minBytes} bytes came in ${windowMs / 1000} seconds.`)
}

import { GrowingBytes } from './growing-bytes.ts'

/** A line without its end, and how it ended: properly, with a bare LF, with the body, or not within the limit. */
export interface Line {
  readonly bytes: Buffer
  readonly end: 'crlf' | 'lf' | 'body' | 'limit'
}

/** A body, read forward once. It holds the chunk it is in, and nothing else. */
export class BodyReader {
  readonly #source: AsyncIterator<Uint8Array>
  #chunk: Buffer = EMPTY
  #open = true

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#source = body[Symbol.asyncIterator]()
  }

  /** What is left of the chunk at hand, never empty, or `undefined` at the end of the body. */
  async chunk(): Promise<Buffer | undefined> {
    while (this.#chunk.length === 0) {
      const next = await this.#next()
      if (next === undefined) return undefined
      this.#chunk = Buffer.from(next.buffer, next.byteOffset, next.byteLength)
    }
    return this.#chunk
  }

  /** Passes over bytes of the chunk at hand. */
  advance(bytes: number): void {
    this.#chunk = this.#chunk.subarray(bytes)
  }

  /** What is left of the chunk at hand, without waiting for the next; may be empty. */
  get atHand(): Buffer {
    return this.#chunk
  }

  /** Reads one line of at most so many bytes, its end not counted. Its bytes may be a view of the chunk at hand. */
  async line(maxBytes: number): Promise<Line> {
    const feed = this.#chunk.indexOf(LF)
    if (feed === -1 || feed > maxBytes + 1) return await this.#lineAcrossChunks(maxBytes)
    const bytes = this.#chunk.subarray(0, feed)
    this.advance(feed + 1)
    return ended(bytes, maxBytes)
  }

  async #lineAcrossChunks(maxBytes: number): Promise<Line> {
    const line = new GrowingBytes()
    for (;;) {
      const chunk = await this.chunk()
      if (chunk === undefined) return { bytes: line.view(), end: 'body' }
      const feed = chunk.indexOf(LF)
      const bytes = feed === -1 ? chunk : chunk.subarray(0, feed)
      if (line.length + bytes.length > maxBytes + 1) return { bytes: line.view(), end: 'limit' } // 1: the CR
      line.append(bytes)
      this.advance(feed === -1 ? bytes.length : feed + 1)
      if (feed !== -1) return ended(line.view(), maxBytes)
    }
  }

  /** Lets go of the body. Later calls do nothing, and the body reads as ended. */
  async close(): Promise<void> {
    if (!this.#open) return
    this.#finish()
    try {
      await this.#source.return?.()
    } catch {
      // whoever leaves a body has their reason already; that leaving went wrong as well tells them nothing
    }
  }

  async #next(): Promise<Uint8Array | undefined> {
    if (!this.#open) return undefined
    try {
      const step = await this.#source.next()
      if (!step.done) return step.value
    } catch (error) {
      this.#finish() // as `for await` does: an iterator that threw is not returned
      throw error
    }
    this.#finish()
    return undefined
  }

  #finish(): void {
    this.#open = false
    this.#chunk = EMPTY
  }
}

function ended(bytes: Buffer, maxBytes: number): Line {
  if (bytes.at(-1) === CR) return { bytes: bytes.subarray(0, -1), end: 'crlf' }
  return { bytes, end: bytes.length > maxBytes ? 'limit' : 'lf' }
}

const EMPTY = Buffer.alloc(0)
const CR = 0x0d
const LF = 0x0a

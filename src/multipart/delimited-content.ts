import { PosternError } from '../base/known-errors.ts'
import type { BodyReader, Line } from './body-reader.ts'

/**
 * The bytes up to the next delimiter, given out as they come: each piece is a view of the chunk it arrived in.
 *
 * A delimiter may be cut by the edges of chunks. Its first byte, CR, occurs nowhere else in it, so a chunk can end with
 * the beginning of a delimiter in one way only, and what is held back is a number: how many of its bytes were seen.
 */
export class DelimitedContent {
  readonly #reader: BodyReader
  readonly #delimiter: Buffer
  #held: number
  #ended = false
  #isLast = false
  #left = false

  /** `held`: how much of the delimiter is taken as seen already. */
  constructor(reader: BodyReader, delimiter: Buffer, held = 0) {
    this.#reader = reader
    this.#delimiter = delimiter
    this.#held = held
  }

  /** The content as its reader sees it. Leaving it early closes nothing: the next entry can still be asked for. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return {
      next: async () => {
        if (this.#left) throw new TypeError('The content of an entry is gone once the next entry is asked for.')
        const piece = await this.read()
        return piece === undefined ? DONE : { done: false, value: piece }
      },
    }
  }

  /** The next piece, or `undefined` once the delimiter was read and is well formed. */
  async read(): Promise<Buffer | undefined> {
    if (this.#ended) return undefined
    try {
      for (;;) {
        const { atHand } = this.#reader
        const piece = this.#take(atHand.length > 0 ? atHand : await this.#nextChunk())
        if (piece === 'delimiter') return await this.#end()
        if (piece.length > 0) return piece
      }
    } catch (error) {
      await this.#reader.close()
      throw error
    }
  }

  /** Passes over what is left, and tells whether this was the last delimiter. */
  async skip(maxBytes = Number.POSITIVE_INFINITY): Promise<{ isLast: boolean; skipped: number }> {
    if (!this.#ended) this.#left = true
    let skipped = 0
    for (let piece = await this.read(); piece !== undefined; piece = await this.read()) {
      skipped += piece.length
      if (skipped > maxBytes) break
    }
    return { isLast: this.#isLast, skipped }
  }

  async #nextChunk(): Promise<Buffer> {
    const chunk = await this.#reader.chunk()
    if (chunk === undefined) throw bodyEnded(this.#delimiter)
    return chunk
  }

  #take(chunk: Buffer): Buffer | 'delimiter' {
    return this.#held > 0 ? this.#takeHeld(chunk) : this.#takeNew(chunk)
  }

  /** Does the chunk go on with the delimiter that the one before began? If not, what was held back is content. */
  #takeHeld(chunk: Buffer): Buffer | 'delimiter' {
    const awaited = this.#delimiter.subarray(this.#held, this.#held + chunk.length)
    if (!chunk.subarray(0, awaited.length).equals(awaited)) {
      const content = Buffer.from(this.#delimiter.subarray(0, this.#held))
      this.#held = 0
      return content
    }
    this.#reader.advance(awaited.length)
    this.#held += awaited.length
    return this.#held === this.#delimiter.length ? 'delimiter' : NOTHING
  }

  #takeNew(chunk: Buffer): Buffer | 'delimiter' {
    const found = chunk.indexOf(this.#delimiter)
    if (found === 0) {
      this.#reader.advance(this.#delimiter.length)
      return 'delimiter'
    }
    if (found > 0) {
      this.#reader.advance(found)
      return chunk.subarray(0, found)
    }
    this.#held = beginning(this.#delimiter, chunk)
    this.#reader.advance(chunk.length)
    return chunk.subarray(0, chunk.length - this.#held)
  }

  /** Reads the rest of the delimiter's line. @see https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1 */
  async #end(): Promise<undefined> {
    const line = await this.#reader.line(MAX_DELIMITER_REST_BYTES)
    const rest = trimSpace(line.bytes.toString('latin1'))
    this.#isLast = rest === '--'
    if (!isDelimiterLine(line, rest)) throw delimiterMalformed(this.#delimiter, line)
    this.#ended = true
    return undefined
  }
}

/** How many bytes at the chunk's end are the beginning of the delimiter. */
function beginning(delimiter: Buffer, chunk: Buffer): number {
  const tail = chunk.subarray(Math.max(0, chunk.length - delimiter.length + 1))
  const start = tail.lastIndexOf(CR)
  if (start === -1) return 0
  const length = tail.length - start
  return tail.subarray(start).equals(delimiter.subarray(0, length)) ? length : 0
}

/** The last delimiter may end the body without a CRLF: docs/spec/form-hazards.md section 2, row 4. */
function isDelimiterLine(line: Line, rest: string): boolean {
  return (rest === '' && line.end === 'crlf') || (rest === '--' && (line.end === 'crlf' || line.end === 'body'))
}

function trimSpace(text: string): string {
  let end = text.length
  while (text[end - 1] === ' ' || text[end - 1] === '\t') end--
  return text.slice(0, end)
}

function delimiterMalformed(delimiter: Buffer, line: Line): PosternError {
  if (line.end === 'body') return bodyEnded(delimiter)
  const shown = JSON.stringify(delimiter.toString('latin1').trim())
  if (line.end === 'lf')
    return new PosternError('form-malformed', `The line of the delimiter ${shown} must end in CRLF.`)
  const cause = 'More than spaces follows it on its line: the boundary occurs in the content. Choose another boundary.'
  return new PosternError('form-malformed', `The delimiter ${shown} is not alone. ${cause}`)
}

function bodyEnded(delimiter: Buffer): PosternError {
  const last = JSON.stringify(`${delimiter.toString('latin1').trim()}--`)
  return new PosternError('form-malformed', `The body ends before the last delimiter, ${last}.`)
}

/** The spaces that RFC 2046 lets stand after a delimiter, without naming a bound, and the two hyphens. Ours. */
const MAX_DELIMITER_REST_BYTES = 1024
const NOTHING = Buffer.alloc(0)
const DONE = { done: true, value: undefined } as const
const CR = 0x0d

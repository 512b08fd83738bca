/** Bytes collected from chunks. It copies: a list of views would keep each chunk alive, however little of it is meant. */
export class GrowingBytes {
  #bytes = EMPTY
  #length = 0

  get length(): number {
    return this.#length
  }

  append(chunk: Uint8Array): void {
    const length = this.#length + chunk.length
    if (length > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(length, this.#bytes.length * 2))
      this.#bytes.copy(grown, 0, 0, this.#length)
      this.#bytes = grown
    }
    this.#bytes.set(chunk, this.#length)
    this.#length = length
  }

  /** What was collected so far. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }
}

const EMPTY = Buffer.alloc(0)

/**
 * Judges whether a body comes too slowly. Only time that we spent waiting counts, and the window starts anew whenever
 * `minBytes` have come, so neither a slow disk of ours nor a long upload that makes progress is ever held against the sender.
 * docs/spec/form-hazards.md row 31.
 */
export class RateFloor {
  readonly minBytes: number
  #windowMs: number
  #waitedMs = 0
  #bytes = 0
  /** Since when we wait, while we do. */
  #since: number | undefined

  constructor(minBytes: number, windowMs: number) {
    this.minBytes = minBytes
    this.#windowMs = windowMs
  }

  get windowMs(): number {
    return this.#windowMs
  }

  /** Begins a window anew, a shorter one. */
  tighten(windowMs: number, nowMs: number): void {
    this.#windowMs = Math.min(this.#windowMs, windowMs)
    this.#waitedMs = 0
    this.#bytes = 0
    if (this.#since !== undefined) this.#since = nowMs
  }

  begin(nowMs: number): void {
    this.#since = nowMs
  }

  end(nowMs: number, receivedBytes: number): void {
    this.#waitedMs += nowMs - (this.#since ?? nowMs)
    this.#since = undefined
    this.#bytes += receivedBytes
    if (this.#bytes < this.minBytes) return
    this.#waitedMs = 0
    this.#bytes = 0
  }

  /** How long the sender may still keep us waiting; the whole rest of the window while we do not wait. */
  remainingMs(nowMs: number): number {
    return this.#windowMs - this.#waitedMs - (nowMs - (this.#since ?? nowMs))
  }
}

export interface RateFloor {
  /** How long the sender may still keep us waiting. */
  remainingMs(): number
  /** We waited so long, and then so many bytes came. */
  waited(ms: number, receivedBytes: number): void
}

/**
 * Judges whether a body comes too slowly. Only time that we spent waiting counts, and the window starts anew whenever
 * `minBytes` have come, so neither a slow disk of ours nor a long upload that makes progress is ever held against the sender.
 * docs/spec/form-hazards.md row 31.
 */
export function rateFloor({ minBytes, windowMs }: { readonly minBytes: number; readonly windowMs: number }): RateFloor {
  let waitedMs = 0
  let bytes = 0
  return {
    remainingMs: () => Math.max(0, windowMs - waitedMs),
    waited(ms, receivedBytes) {
      waitedMs += ms
      bytes += receivedBytes
      if (bytes < minBytes) return
      waitedMs = 0
      bytes = 0
    },
  }
}

/**
 * Remembers what was done for an id, so that it is done once: in one process, or in all that share the ledger.
 */
export interface Ledger {
  /**
   * Does the work of an id, unless it was done before; while somebody else does it, waits for what that gives. Work that
   * fails is as if it had never begun.
   *
   * @param expires Unix milliseconds; from then on the id may be forgotten
   */
  readonly once: (id: string, expires: number, work: () => Promise<string>) => Promise<Done>
}

export interface Done {
  readonly result: string
  /** Somebody else had done it, or was doing it. */
  readonly again: boolean
}

interface LedgerLimits {
  readonly maxEntries: number
  /** Of all results together. */
  readonly maxCharacters: number
}

/** Ours: a day of one upload each second; results of a few hundred characters each. */
const LIMITS: LedgerLimits = { maxEntries: 100_000, maxCharacters: 64 * 1024 * 1024 }

/** A ledger in memory: bounded, so that the oldest results are forgotten before their time where there are too many. */
export function createMemoryLedger(now: () => Date, limits = LIMITS): Ledger {
  const underway = new Map<string, Promise<string>>()
  const kept = new Map<string, { readonly result: string; readonly expires: number }>() // in the order they came
  let characters = 0

  function forget(id: string): void {
    characters -= kept.get(id)?.result.length ?? 0
    kept.delete(id)
  }

  function keep(id: string, result: string, expires: number): void {
    kept.set(id, { result, expires })
    characters += result.length
    for (const [oldest, { expires }] of kept) {
      const isFull = kept.size > limits.maxEntries || characters > limits.maxCharacters
      if (!isFull && expires > now().getTime()) return
      forget(oldest)
    }
  }

  return {
    async once(id, expires, work) {
      const known = kept.get(id)?.result ?? underway.get(id)
      if (known !== undefined) return { result: await known, again: true }
      const doing = work()
      underway.set(id, doing)
      try {
        const result = await doing
        keep(id, result, expires)
        return { result, again: false }
      } finally {
        underway.delete(id)
      }
    },
  }
}

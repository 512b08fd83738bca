import { keptUntil } from '../kept-until.ts'

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
  const kept = keptUntil<string>((result) => {
    characters -= result.length
  })
  let characters = 0

  function keep(id: string, result: string, expires: number): void {
    const at = now().getTime()
    kept.keep(id, result, expires, at)
    characters += result.length
    kept.forgetEnded(at)
    while (kept.size() > limits.maxEntries || characters > limits.maxCharacters) kept.forgetOldest()
  }

  return {
    async once(id, expires, work) {
      const known = kept.get(id) ?? underway.get(id)
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

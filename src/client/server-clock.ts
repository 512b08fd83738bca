/** The server's time: its answers say it, and a computer's own clock may be hours off. */
export interface ServerClock {
  readonly now: () => number
  /** Learns from the `Date` header of an answer. */
  readonly learn: (date: string | null) => void
}

/** Unix milliseconds throughout. Until an answer has told better, the own clock is believed. */
export function createServerClock(): ServerClock {
  let ahead = 0
  return {
    now: () => Date.now() + ahead,
    learn(date) {
      const time = Date.parse(date ?? '')
      if (!Number.isNaN(time)) ahead = time - Date.now()
    },
  }
}

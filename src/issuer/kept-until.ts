/** Values by id, each until its end. */
export interface KeptUntil<Value> {
  readonly size: () => number
  readonly get: (id: string) => Value | undefined
  /** Times are Unix milliseconds. */
  readonly keep: (id: string, value: Value, until: number, now: number) => void
  readonly forget: (id: string) => void
  /** Forgets those that have ended. */
  readonly forgetEnded: (now: number) => void
  /** Forgets what was kept first. */
  readonly forgetOldest: () => void
}

interface Kept<Value> {
  readonly value: Value
  readonly until: number
  readonly line: Set<string>
}

/**
 * Those that live about as long stand in one line, so looking for the end of a few is enough, and one of a week keeps nobody
 * waiting who lives an hour. Who is kept beyond the end stays at most twice as long.
 */
export function keptUntil<Value>(onForgotten: (value: Value) => void): KeptUntil<Value> {
  const all = new Map<string, Kept<Value>>() // in the order in which they came
  const lines = new Map<number, Set<string>>()

  function lineFor(life: number): Set<string> {
    const length = Math.ceil(Math.log2(Math.max(1, life)))
    const line = lines.get(length) ?? new Set()
    lines.set(length, line)
    return line
  }

  function forget(id: string): void {
    const kept = all.get(id)
    if (kept === undefined) return
    all.delete(id)
    kept.line.delete(id)
    onForgotten(kept.value)
  }

  return {
    size: () => all.size,
    get: (id) => all.get(id)?.value,
    keep(id, value, until, now) {
      forget(id)
      const line = lineFor(until - now)
      line.add(id)
      all.set(id, { value, until, line })
    },
    forget,
    forgetEnded(now) {
      for (const line of lines.values())
        for (const id of line) {
          if ((all.get(id)?.until ?? 0) > now) break
          forget(id)
        }
    },
    forgetOldest() {
      const [oldest] = all.keys()
      if (oldest !== undefined) forget(oldest)
    },
  }
}

import type { PosternError } from '../base/errors.ts'

const FIRST_MS = 500
const LONGEST_MS = 30_000

/** How long to wait before try number `attempt`, from 1 on: longer each time, never two pages at the same moment, no less than was asked for. */
export function delayFor(attempt: number, { facts }: PosternError, random = Math.random()): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1))
  const asked = Number(facts['RetryAfterSeconds'] ?? 0) * 1000
  return Math.round(Math.max(longest * (0.5 + random / 2), asked + (asked > 0 ? random * FIRST_MS : 0)))
}

/** Whether this computer knows that it has no network. */
export function isOffline(): boolean {
  return typeof navigator !== 'undefined' && navigator.onLine === false
}

/**
 * Waits so long; without a network until there is one, and then no longer. A signal ends it early.
 *
 * @param until what ends the waiting
 */
export function wait(ms: number, until: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wasOffline = isOffline()
    const timer = wasOffline ? undefined : setTimeout(over, ms)
    const isBrowser = typeof addEventListener !== 'undefined'
    function over() {
      clearTimeout(timer)
      until.removeEventListener('abort', over)
      if (isBrowser) removeEventListener('online', over)
      resolve()
    }
    if (until.aborted) return over()
    until.addEventListener('abort', over)
    if (isBrowser) addEventListener('online', over)
  })
}

import type { PosternError } from '../base/errors.ts'

const FIRST_MS = 500
const LONGEST_MS = 30_000

/**
 * Milliseconds to wait before try number `attempt`, from 1 on: more each time, never the same for two pages, and no less than the
 * refusal asks for.
 */
export function delayFor(attempt: number, { facts }: Pick<PosternError, 'facts'>, random = Math.random()): number {
  const usual = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1)) * (0.5 + random / 2)
  const asked = (Number(facts['RetryAfterSeconds']) || 0) * 1000 + random * FIRST_MS
  return Math.round(Math.max(usual, asked))
}

/** Whether this computer knows that it has no network. */
export function isOffline(): boolean {
  return typeof navigator !== 'undefined' && navigator.onLine === false
}

/**
 * Waits so long; without a network, until there is one. A network that comes back, or a signal, ends it early; and what a computer
 * says of its network may be wrong, so it is tried now and then.
 */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(over, isOffline() ? Math.max(ms, LONGEST_MS) : ms)
    const network = typeof addEventListener === 'undefined' ? undefined : globalThis
    function over() {
      clearTimeout(timer)
      network?.removeEventListener('online', over)
      resolve()
    }
    network?.addEventListener('online', over)
    signal.addEventListener('abort', over)
    if (signal.aborted) over()
  })
}

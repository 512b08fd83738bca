import { createHash } from 'node:crypto'
import type { Caller } from './caller.ts'

/** Gives a caller that is remembered for these headers, or asks. */
export type CallerCache = (headers: Readonly<Record<string, string>>, ask: () => Promise<Caller>) => Promise<Caller>

export const NO_CACHE: CallerCache = (_, ask) => ask()

const MAX_SECONDS = 300
const MAX_CALLERS = 10_000

/** Remembers who was let in, not who was refused, and of the headers no more than a hash. */
export function createCallerCache(seconds: number): CallerCache {
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_SECONDS)
    throw new TypeError(`forwardAuth: "cacheSeconds" must be a whole number from 1 to ${MAX_SECONDS}.`)
  const callers = new Map<string, { readonly caller: Caller; readonly until: number }>() // the oldest first
  return async (headers, ask) => {
    const key = createHash('sha256')
      .update(JSON.stringify(Object.entries(headers)))
      .digest('base64url')
    const known = callers.get(key)
    if (known !== undefined && known.until > performance.now()) return known.caller
    const caller = await ask()
    callers.delete(key)
    callers.set(key, { caller, until: performance.now() + seconds * 1000 })
    const [oldest = key] = callers.keys()
    if (callers.size > MAX_CALLERS) callers.delete(oldest)
    return caller
  }
}

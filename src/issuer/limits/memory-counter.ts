import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import { type Counter, type CounterOptions, consume } from './counter.ts'

/** Names that one counter knows, at a few hundred bytes each. Whoever can make more of them has as many allowances anyway. */
const MAX_NAMES = 100_000

/** A counter of this process. Its memory is bounded: beyond `MAX_NAMES` the name whose window is the oldest is forgotten. */
export function memoryCounter({ points, windowSeconds }: CounterOptions, maxNames = MAX_NAMES): Counter {
  const limiter = new RateLimiterMemory({ points, duration: windowSeconds })
  const names = new Set<string>() // in the order in which their windows began

  async function note(name: string, { isFirstInDuration }: RateLimiterRes): Promise<void> {
    if (!isFirstInDuration) return
    names.delete(name)
    names.add(name)
    if (names.size <= maxNames) return
    const [oldest = name] = names
    names.delete(oldest)
    await limiter.delete(oldest)
  }

  return {
    async add(name, added) {
      const { result, isOver } = await consume(limiter, name, added)
      await note(name, result)
      return isOver ? result.msBeforeNext : undefined
    },
    async takeBack(name, returned) {
      if (names.has(name)) await limiter.reward(name, returned)
    },
  }
}

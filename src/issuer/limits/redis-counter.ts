import { RateLimiterRedis } from 'rate-limiter-flexible'
import type { Redis, RedisClient } from '../redis.ts'
import { type Counter, type CounterOptions, consume } from './counter.ts'
import type { NameInRedis } from './redis-name.ts'

/** A counter that all processes share. Throws whatever Redis throws. */
export function redisCounter(
  { kind, points, windowSeconds }: CounterOptions,
  redis: Redis,
  nameOf: NameInRedis,
): Counter {
  let limiter: RateLimiterRedis | undefined
  const limiterOn = (client: RedisClient) => {
    limiter ??= new RateLimiterRedis({
      storeClient: client,
      keyPrefix: `postern:${kind}`,
      points,
      duration: windowSeconds,
    })
    return limiter
  }
  return {
    async add(name, added) {
      const { result, isOver } = await redis.use((client) => consume(limiterOn(client), nameOf(name), added))
      return isOver ? result.msBeforeNext : undefined
    },
    async takeBack(name, returned) {
      await redis.use((client) => limiterOn(client).reward(nameOf(name), returned))
    },
  }
}

import type { LimitOptions } from '../limits/read-limits.ts'
import { createNameInRedis } from '../limits/redis-name.ts'
import { createRedis } from '../redis.ts'
import { createMemoryLedger, type Ledger } from './ledger.ts'
import { createRedisLedger } from './redis-ledger.ts'

export interface LedgerOptions {
  readonly bucket: string
  /** The Redis in which limits are counted is where processes tell each other what was reported. */
  readonly limits: LimitOptions | false | undefined
  readonly now: () => Date
  readonly onError: (error: unknown) => void
}

/** A ledger of this process, or of all that share a Redis. */
export function createLedger({ bucket, limits, now, onError }: LedgerOptions): Ledger {
  const memory = createMemoryLedger(now)
  const url = limits === false ? undefined : limits?.redis
  if (url === undefined) return memory
  return createRedisLedger({ redis: createRedis(url), nameOf: createNameInRedis(bucket), memory, now, onError })
}

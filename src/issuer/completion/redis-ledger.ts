import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { NameInRedis } from '../limits/redis-name.ts'
import type { Redis } from '../redis.ts'
import type { Done, Ledger } from './ledger.ts'

export interface RedisLedgerOptions {
  readonly redis: Redis
  readonly nameOf: NameInRedis
  /** This process's own: what it knows is not asked again, and where Redis is away it is all there is. */
  readonly memory: Ledger
  readonly now: () => Date
  readonly onError: (error: unknown) => void
  /** Milliseconds that a process's claim holds after its last sign of life. */
  readonly leaseMs?: number
}

/** Ours: after a crash, another process takes the work over within so long. */
const LEASE_MS = 15_000
const FIRST_POLL_MS = 50
const MAX_POLL_MS = 1000

/** What Redis keeps of an id begins with one of these. */
const CLAIMED = 'claimed:'
const DONE = 'done:'

/** KEYS: an id. ARGV: our claim, milliseconds it holds. Gives what is there; nothing where the claim is ours now. */
const CLAIM = `
local there = redis.call('get', KEYS[1])
if there then return there end
redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false`

/** KEYS: an id. ARGV: our claim, milliseconds it holds from now; none: it ends. */
const HOLD = `
if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then return redis.call('del', KEYS[1]) end
return redis.call('pexpire', KEYS[1], ARGV[2])`

/**
 * One ledger for all processes that share a Redis. A process claims the work before it does it, and says while it works that it
 * lives; one that has crashed loses its claim, and whoever waits does the work once more.
 */
export function createRedisLedger(options: RedisLedgerOptions): Ledger {
  const { redis, nameOf, memory, now, onError, leaseMs = LEASE_MS } = options

  const evaluate = (script: string, name: string, ...values: readonly (string | number)[]): Promise<unknown> =>
    redis.use((client) => client.eval(script, 1, name, ...values))

  /** What is there; `ours` where the work is ours now, `away` where Redis does not say. */
  async function claimOrSee(name: string, claim: string): Promise<string> {
    try {
      const there = await evaluate(CLAIM, name, claim, leaseMs)
      return typeof there === 'string' ? there : 'ours'
    } catch (error) {
      onError(error)
      return 'away'
    }
  }

  /** Does what was claimed, and says so in Redis. That it was done is true even where Redis does not hear of it. */
  async function perform(name: string, claim: string, expires: number, work: () => Promise<string>): Promise<Done> {
    const renewal = setInterval(() => evaluate(HOLD, name, claim, leaseMs).catch(onError), leaseMs / 3)
    renewal.unref()
    try {
      const result = await work()
      const keepMs = Math.max(1, expires - now().getTime())
      await redis.use((client) => client.set(name, DONE + result, 'PX', keepMs)).catch(onError)
      return { result, again: false }
    } catch (error) {
      await evaluate(HOLD, name, claim, 0).catch(onError)
      throw error
    } finally {
      clearInterval(renewal)
    }
  }

  async function once(id: string, expires: number, work: () => Promise<string>): Promise<Done> {
    const name = `postern:once:${nameOf(id)}`
    const claim = `${CLAIMED}${randomUUID()}`
    for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(pollMs * 2, MAX_POLL_MS)) {
      const there = await claimOrSee(name, claim)
      if (there === 'away') return { result: await work(), again: false }
      if (there === 'ours') return await perform(name, claim, expires, work)
      if (there.startsWith(DONE)) return { result: there.slice(DONE.length), again: true }
      await sleep(pollMs)
    }
  }

  return {
    async once(id, expires, work) {
      let again = false
      const here = await memory.once(id, expires, async () => {
        const done = await once(id, expires, work)
        again = done.again
        return done.result
      })
      return { result: here.result, again: here.again || again }
    },
  }
}

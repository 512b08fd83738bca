import { afterAll, beforeAll, expect, test } from 'vitest'
import { createNameInRedis } from '../limits/redis-name.ts'
import { openTestRedis, type TestRedis } from '../redis.fixture.ts'
import { createRedis } from '../redis.ts'
import { createMemoryLedger, type Ledger } from './ledger.ts'
import { createRedisLedger } from './redis-ledger.ts'

let redis: TestRedis
beforeAll(async () => {
  redis = await openTestRedis()
})
afterAll(() => redis.stop())

/** A ledger as a process of its own has it. */
function processLedger(leaseMs?: number, at = redis.url) {
  const errors: unknown[] = []
  const now = () => new Date()
  const ledger: Ledger = createRedisLedger({
    redis: createRedis(at),
    nameOf: createNameInRedis('photos'),
    memory: createMemoryLedger(now),
    now,
    onError: (error) => errors.push(error),
    ...(leaseMs === undefined ? {} : { leaseMs }),
  })
  return { once: (id: string, work: () => Promise<string>) => ledger.once(id, Date.now() + 60_000, work), errors }
}

test('work is done once in all processes, also when they ask at the same moment', async () => {
  const done: number[] = []
  const all = Array.from({ length: 5 }, (_, index) => ({ ledger: processLedger(), index }))
  const results = await Promise.all(
    all.map(({ ledger, index }) => ledger.once('same', async () => `${done.push(index)}`)),
  )
  expect(done).toHaveLength(1)
  expect(results.filter(({ again }) => !again)).toHaveLength(1)
  expect(new Set(results.map(({ result }) => result))).toEqual(new Set(['1']))
  expect(await processLedger().once('same', () => Promise.reject(new Error('again')))).toEqual({
    result: '1',
    again: true,
  })
})

test('work that failed in one process is done by the next', async () => {
  await expect(processLedger().once('failing', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await processLedger().once('failing', async () => 'yes')).toEqual({ result: 'yes', again: false })
})

test('slow work is waited for, however much longer it takes than a claim holds', async () => {
  const slow = processLedger(150).once('slow', () => new Promise((resolve) => setTimeout(resolve, 700, 'first')))
  await expect.poll(() => createRedis(redis.url).use((client) => client.keys('postern:once:*'))).not.toEqual([])
  const waiting = processLedger(150).once('slow', async () => 'second')
  expect(await Promise.all([slow, waiting])).toEqual([
    { result: 'first', again: false },
    { result: 'first', again: true },
  ])
})

test('what a crashed process had claimed is done by whoever waits', async () => {
  const name = `postern:once:${createNameInRedis('photos')('crashed')}`
  await createRedis(redis.url).use((client) => client.set(name, 'claimed:by one that is gone', 'PX', 200))
  expect(await processLedger(200).once('crashed', async () => 'taken over')).toEqual({
    result: 'taken over',
    again: false,
  })
})

test('while Redis is away, each process does it once, and says so', async () => {
  const { once, errors } = processLedger(undefined, 'redis://127.0.0.1:1')
  expect(await once('away', async () => 'here')).toEqual({ result: 'here', again: false })
  expect(await once('away', async () => 'no')).toEqual({ result: 'here', again: true })
  expect(errors).toHaveLength(1)
})

test('what Redis keeps ends with the token, and tells nobody which upload it was', async () => {
  await processLedger().once('kept', async () => 'x')
  const name = `postern:once:${createNameInRedis('photos')('kept')}`
  expect(name).not.toContain('kept')
  const left = await createRedis(redis.url).use((client) => client.pttl(name))
  expect(left).toBeGreaterThan(50_000)
  expect(left).toBeLessThanOrEqual(60_000)
})

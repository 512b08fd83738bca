import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestRedis, type TestRedis } from './redis.fixture.ts'
import { createRedis } from './redis.ts'

let server: TestRedis
beforeAll(async () => {
  server = await openTestRedis()
})
afterAll(() => server.stop())

test('Redis is reached for when it is needed, and one connection serves all', async () => {
  const redis = createRedis(server.url)
  const ids = await Promise.all([1, 2, 3].map(() => redis.use((client) => client.client('ID'))))
  expect(new Set(ids).size).toBe(1)
})

test('an error of Redis is told to whoever asked, and Redis is left alone for a moment', async () => {
  const redis = createRedis(server.url)
  await expect(redis.use((client) => client.call('NONSENSE'))).rejects.toThrow(/unknown command/)
  await expect(redis.use((client) => client.ping())).rejects.toThrow(/unknown command/)
})

test('a Redis that is not there is an error, not a wait', async () => {
  const redis = createRedis('redis://127.0.0.1:1')
  await expect(redis.use((client) => client.ping())).rejects.toThrow()
})

test('a Redis that hangs is an error too', async () => {
  const redis = createRedis(server.url)
  await redis.use((client) => client.ping())
  server.freeze()
  try {
    await expect(redis.use((client) => client.ping())).rejects.toThrow(/timed out/)
  } finally {
    server.thaw()
  }
})

test('a process that has used Redis ends by itself', { timeout: 30_000 }, () => {
  const program = `
    import { createRedis } from './src/issuer/redis.ts'
    console.log(await createRedis(${JSON.stringify(server.url)}).use((client) => client.ping()))
    await createRedis('redis://127.0.0.1:1').use((client) => client.ping()).catch(() => console.log('away'))`
  const words = ['--import', 'tsx', '--input-type=module', '-e', program]
  const { status, stdout } = spawnSync(process.execPath, words, { encoding: 'utf8', timeout: 20_000 })
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'PONG\naway\n' })
})

test.each(['', 'localhost:6379', 'http://localhost', 'redis'])('%j is no address of Redis', (url) => {
  expect(() => createRedis(url)).toThrow('redis://')
})

import { expect, onTestFinished, test, vi } from 'vitest'
import type { StoreHandler } from './exchange.ts'
import { HTTP_LIMITS, type HttpLimits } from './limits.ts'
import { head, RawClient } from './raw-client.fixture.ts'
import { serveExchange } from './serve-exchange.ts'
import type { HttpServer } from './server.ts'

/** Clients that take their time are served for as long as they make progress, and those that do nothing keep nobody out. */

const IMPATIENT = { headersTimeoutMs: 300, keepAliveMs: 300, sendStallMs: 300, maxDrainMs: 300, closeStallMs: 300 }

test('an upload that is slow, but above the floor, outlives every other limit', async () => {
  const { port } = await serve(countBytes, { ...IMPATIENT, bodyWindowMs: 1500, minBodyBytes: 10 })
  const client = await RawClient.open(port)
  await client.send(head('PUT', '/', 'Content-Length: 100'))
  for (let sent = 0; sent < 100; sent += 10) {
    await client.send('x'.repeat(10))
    await pause(200)
  }
  await client.until(/\r\n\r\n100 bytes/)
})

test('an answer whose client is slow, but takes some now and then, outlives every other limit', async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield Buffer.alloc(100_000)
  }
  const { port } = await serve(async () => ({ status: 200, headers: {}, body: endless() }), {
    ...IMPATIENT,
    sendStallMs: 1000,
  })
  const client = await RawClient.open(port)
  let taken = 0
  client.socket.removeAllListeners('data').on('data', (chunk) => {
    taken += chunk.length
  })
  await client.send(head('GET', '/'))
  for (let turn = 0; turn < 10; turn++) {
    client.socket.pause()
    await pause(200)
    const before = taken
    client.socket.resume()
    await vi.waitFor(() => expect(taken).toBeGreaterThan(before + 5_000_000), 5000)
  }
})

test('a thousand idle connections cost little, and an upload goes on beside them', async () => {
  const { port, load } = await serve(countBytes, {})
  const before = process.memoryUsage().rss
  const upload = await RawClient.open(port)
  await upload.send(`${head('PUT', '/', 'Content-Length: 10')}hello`)
  const idle = await openMany(port, 1000)
  for (const client of idle.slice(0, 500)) await client.send(head('GET', '/'))
  for (const client of idle.slice(0, 500)) await client.until(/0 bytes/)
  await vi.waitFor(() => expect(load()).toEqual({ connections: 1001, requests: 1 }), 5000)
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024) // of both ends, and of the test's own buffers
  await upload.send('world')
  await upload.until(/10 bytes/)
  const next = await RawClient.open(port)
  await next.send(head('GET', '/'))
  await next.until(/200 OK/)
})

test('where no more connections may be held, the one that was idle for longest makes room', async () => {
  const { port } = await serve(countBytes, { maxConnectionsPerAddress: 3, reclaimIdleMs: 50 })
  const [busy, oldest, other] = [await RawClient.open(port), await RawClient.open(port), await RawClient.open(port)]
  await busy.send(`${head('PUT', '/', 'Content-Length: 10')}hello`)
  await pause(100)
  const next = await RawClient.open(port)
  await next.send(head('GET', '/'))
  await next.until(/200 OK/)
  await oldest.ended
  await Promise.all([busy.send('world'), other.send(head('GET', '/'))])
  await Promise.all([busy.until(/10 bytes/), other.until(/200 OK/)])
})

test('a connection that has just come makes no room for the next', async () => {
  const { port } = await serve(countBytes, { maxConnections: 2, reclaimIdleMs: 60_000 })
  const [first] = [await RawClient.open(port), await RawClient.open(port)]
  const third = await RawClient.open(port)
  await third.until(/503/)
  await first.send(head('GET', '/'))
  await first.until(/200 OK/)
})

test('the limits allow a thousand idle connections of one address, and another as many', () => {
  expect(HTTP_LIMITS.maxConnectionsPerAddress).toBeGreaterThan(1000)
  expect(HTTP_LIMITS.maxConnections).toBeGreaterThanOrEqual(2 * HTTP_LIMITS.maxConnectionsPerAddress)
})

const countBytes: StoreHandler = async ({ body }) => {
  let size = 0
  try {
    for await (const chunk of body) size += chunk.length
    return { status: 200, headers: {}, body: `${size} bytes` }
  } catch {
    return { status: 400, headers: {} }
  }
}

async function openMany(port: number, count: number): Promise<RawClient[]> {
  const clients: RawClient[] = []
  for (let at = 0; at < count; at += 50)
    clients.push(...(await Promise.all(Array.from({ length: 50 }, () => RawClient.open(port)))))
  return clients
}

async function serve(handler: StoreHandler, limits: Partial<HttpLimits>): Promise<HttpServer> {
  const server = await serveExchange(handler, {
    limits: { closeStallMs: 100, ...limits },
    onError: (error) => expect.fail(String(error)),
  })
  onTestFinished(() => server.close())
  return server
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

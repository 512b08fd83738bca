import { expect, onTestFinished, test } from 'vitest'
import type { StoreHandler } from './exchange.ts'
import type { HttpLimits } from './limits.ts'
import { gate, head, RawClient } from './raw-client.fixture.ts'
import { serveExchange } from './serve-exchange.ts'
import type { HttpServer } from './server.ts'

/** How a server ends: what makes progress is finished, what does not is ended. */

test('an upload that makes progress is finished and acknowledged, and nobody new is let in', async () => {
  const server = await serve(countBytes, { closeStallMs: 1000, minBodyBytes: 10 })
  const client = await RawClient.open(server.port)
  await client.send(`${head('PUT', '/', 'Content-Length: 200', 'Expect: 100-continue')}`)
  await client.until(/100 Continue/)
  const closed = server.close()
  await expect(RawClient.open(server.port)).rejects.toThrow('ECONNREFUSED')
  for (let sent = 0; sent < 200; sent += 20) {
    await client.send('x'.repeat(20))
    await pause(150) // ten times: longer together than the stall that is allowed
  }
  await client.until(/\r\n\r\n200 bytes/)
  expect(client.received).toMatch(/^Connection: close\r$/m)
  await closed
})

test('an upload that stalls is refused, and says so', async () => {
  const server = await serve(countBytes, { closeStallMs: 50 })
  const client = await RawClient.open(server.port)
  await client.send(`${head('PUT', '/', 'Content-Length: 200')}x`)
  await client.until(/^$/)
  await until(() => server.load().requests === 1)
  await server.close()
  await client.until(/body-too-slow/)
})

test('an answer that its client takes is sent whole; one that it does not is cut off', async () => {
  const size = 30_000_000
  const server = await serve(async () => ({ status: 200, headers: {}, body: Buffer.alloc(size, 'x') }), {
    closeStallMs: 100,
  })
  const [reading, stalled] = await Promise.all([RawClient.open(server.port), RawClient.open(server.port)])
  stalled.socket.once('data', () => stalled.socket.pause())
  await Promise.all([reading.send(head('GET', '/')), stalled.send(head('GET', '/'))])
  await Promise.all([reading.until(/200 OK/), stalled.until(/200 OK/)])
  await server.close()
  await reading.ended
  expect(reading.received.length).toBeGreaterThan(size)
  expect(stalled.received.length).toBeLessThan(size)
})

test('work of the handler that needs nothing from its client is waited for', async () => {
  const started = gate()
  const handler: StoreHandler = async () => {
    started.open()
    await pause(300)
    return { status: 200, headers: {}, body: 'copied' }
  }
  const server = await serve(handler, { closeStallMs: 50 })
  const client = await RawClient.open(server.port)
  await client.send(head('PUT', '/'))
  await started.opened
  await server.close()
  await client.until(/copied/)
})

test('whatever goes on, the grace is the longest that a closing server waits', async () => {
  const server = await serve(countBytes, { closeGraceMs: 200 })
  const client = await RawClient.open(server.port)
  await client.send(head('PUT', '/', 'Content-Length: 1000000000'))
  const sending = setInterval(() => client.socket.write('x'.repeat(10_000)), 5)
  onTestFinished(() => clearInterval(sending))
  await until(() => server.load().requests === 1)
  await server.close()
  await client.ended
  expect(client.received).toBe('')
})

test('the exchanges that were cut are over when a server is closed', async () => {
  let isOver = false
  const handler: StoreHandler = async ({ body }) => {
    try {
      for await (const _ of body);
    } finally {
      await pause(100) // what is left to tidy up
      isOver = true
    }
    return { status: 200, headers: {} }
  }
  const server = await serve(handler, { closeGraceMs: 50 })
  const client = await RawClient.open(server.port)
  await client.send(`${head('PUT', '/', 'Content-Length: 200')}x`)
  await until(() => server.load().requests === 1)
  await server.close()
  expect(isOver).toBe(true)
})

const countBytes: StoreHandler = async ({ body }) => {
  let size = 0
  try {
    for await (const chunk of body) size += chunk.length
    return { status: 200, headers: {}, body: `${size} bytes` }
  } catch (error) {
    return { status: 400, headers: {}, body: error instanceof Error && 'code' in error ? String(error.code) : '' }
  }
}

async function serve(handler: StoreHandler, limits: Partial<HttpLimits>): Promise<HttpServer> {
  const server = await serveExchange(handler, { limits, onError: (error) => expect.fail(String(error)) })
  onTestFinished(() => server.close())
  return server
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(5)
}

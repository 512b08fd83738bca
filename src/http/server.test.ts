import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import type { StoreHandler } from './exchange.ts'
import { listen } from './listen.ts'
import { gate, head, RawClient } from './raw-client.fixture.ts'
import { serveExchange } from './serve-exchange.ts'
import { type HttpServer, startServer, urlOf } from './server.ts'

test('a busy port is one sentence', async () => {
  const first = await started()
  const second = startServer(createServer(), { port: first.port }, { graceMs: 0 })
  await expect(second).rejects.toThrow(
    new Error(`Another program already uses port ${first.port} on 127.0.0.1: stop it, or choose another port.`),
  )
})

test('an address that is not ours is one sentence', async () => {
  const server = startServer(createServer(), { host: '192.0.2.1' }, { graceMs: 0 })
  await expect(server).rejects.toThrow(new Error('This machine has no address 192.0.2.1: choose another host.'))
})

test.each([
  { host: '127.0.0.1', url: 'http://127.0.0.1:80' },
  { host: 'localhost', url: 'http://localhost:80' },
  { host: '::1', url: 'http://[::1]:80' },
])('a server on $host is reached at $url', ({ host, url }) => {
  expect(urlOf(host, 80)).toBe(url)
})

const kinds: {
  kind: string
  start: (target: string, answered: Promise<void>) => Promise<HttpServer & { called: Promise<void> }>
}[] = [
  {
    kind: 'store',
    start: async (target, answered) => {
      const called = gate()
      const handler: StoreHandler = async (request) => {
        if (request.target === target) called.open()
        if (request.target === target) await answered
        return { status: 200, headers: {}, body: 'done' }
      }
      return { ...(await serveExchange(handler, { limits: { closeGraceMs: 100 } })), called: called.opened }
    },
  },
  {
    kind: 'issuer',
    start: async (target, answered) => {
      const called = gate()
      const handler = async (request: Request): Promise<Response> => {
        if (request.url.endsWith(target)) called.open()
        if (request.url.endsWith(target)) await answered
        return new Response('done')
      }
      return { ...(await listen(handler, { limits: { closeGraceMs: 100 } })), called: called.opened }
    },
  },
]

test.each(kinds)(
  'a closing $kind lets the answer under way finish, and ends idle connections at once',
  async ({ start }) => {
    const answer = gate()
    const server = await start('/slow', answer.opened)
    const [busy, idle, silent] = await Promise.all([1, 2, 3].map(() => RawClient.open(server.port, false)))
    await idle?.send(head('GET', '/quick'))
    await idle?.until(/done/)
    await busy?.send(head('GET', '/slow'))
    await server.called

    const closed = server.close()
    await Promise.all([idle?.ended, silent?.ended])
    await expect(RawClient.open(server.port)).rejects.toThrow(/ECONNREFUSED/)
    answer.open()
    await closed
    await busy?.until(/done/)
    expect(busy?.received).toMatch(/^Connection: close\r$/m)
  },
)

test.each(kinds)('a closing $kind does not wait for ever', async ({ start }) => {
  const server = await start('/slow', new Promise(() => {}))
  const busy = await RawClient.open(server.port)
  await busy.send(head('GET', '/slow'))
  await server.called
  await Promise.all([server.close(), server.close()])
  await busy.ended
  expect(busy.received).toBe('')
})

async function started(): Promise<HttpServer> {
  const server = await startServer(createServer(), {}, { graceMs: 0 })
  onTestFinished(() => server.close())
  return server
}

import { expect, onTestFinished, test, vi } from 'vitest'
import { listen } from './listen.ts'
import type { Peer } from './peer.ts'
import { head, RawClient } from './raw-client.fixture.ts'
import type { HttpServer, ServeOptions } from './server.ts'

test('a request comes as it was sent, and its answer goes back', async () => {
  const { url } = await serve(async (request) => {
    const { pathname, search } = new URL(request.url)
    const [type, body] = [request.headers.get('content-type'), await request.text()]
    return Response.json(
      { method: request.method, pathname, search, type, body },
      { status: 201, headers: { 'x-a': '1' } },
    )
  })
  const response = await fetch(`${url}/a%20b?c=d`, {
    method: 'POST',
    body: 'héllo',
    headers: { 'content-type': 'text/x' },
  })
  expect(response.status).toBe(201)
  expect(response.headers.get('x-a')).toBe('1')
  expect(await response.json()).toEqual({
    method: 'POST',
    pathname: '/a%20b',
    search: '?c=d',
    type: 'text/x',
    body: 'héllo',
  })
})

test('a handler is told the address at the other end, whatever the request says of it', async () => {
  const { url } = await serve(async (_, { address }) => new Response(address))
  const response = await fetch(url, { headers: { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' } })
  expect(await response.text()).toBe('127.0.0.1')
})

test('a handler that throws is a bare 500, told to whoever runs the server, which goes on', async () => {
  const onError = vi.fn()
  let calls = 0
  const { url } = await serve(
    async () => {
      calls += 1
      if (calls === 1) throw new Error('a secret detail')
      return new Response('fine')
    },
    { onError },
  )
  const failed = await fetch(url)
  expect([failed.status, await failed.text()]).toEqual([500, ''])
  expect(await (await fetch(url)).text()).toBe('fine')
  expect(onError.mock.calls).toEqual([[new Error('a secret detail')]])
})

test.each([
  { what: 'not HTTP', bytes: 'hello\r\n\r\n', status: '400' },
  { what: 'a Host that is none', bytes: 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n', status: '400' },
  { what: 'a Host with a path in it', bytes: 'GET / HTTP/1.1\r\nHost: a/b?c=\r\n\r\n', status: '400' },
  {
    what: 'a length and chunks',
    bytes: head('POST', '/', 'Content-Length: 1', 'Transfer-Encoding: chunked'),
    status: '400',
  },
  { what: 'headers that are too long', bytes: head('GET', '/', `X-A: ${'a'.repeat(17_000)}`), status: '431' },
])('a request with $what is refused without the handler', async ({ bytes, status }) => {
  const handler = vi.fn(async () => new Response())
  const { port } = await serve(handler)
  const client = await RawClient.open(port)
  await client.send(bytes)
  await client.until(/HTTP/)
  expect(client.statuses).toEqual([status])
  expect(handler).not.toHaveBeenCalled()
})

test('a body that its client does not finish is an error for the handler, and the server goes on', async () => {
  const failed = vi.fn()
  const { port, url } = await serve(async (request) => {
    try {
      return new Response(await request.text())
    } catch (error) {
      failed(error)
      return new Response(null, { status: 400 })
    }
  })
  const client = await RawClient.open(port)
  await client.send(`${head('POST', '/', 'Content-Length: 100')}half`)
  client.socket.destroy()
  await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce())
  expect((await fetch(url, { method: 'POST', body: 'whole' })).status).toBe(200)
})

test('headers that do not come to an end are not waited for', async () => {
  const { port } = await serve(async () => new Response(), { limits: { headersTimeoutMs: 100 } })
  const client = await RawClient.open(port)
  await client.send('GET / HTTP/1.1\r\nHost: a\r\n')
  await client.until(/HTTP\/1.1 408/)
  await client.ended
})

test('connections beyond the limit are turned away', async () => {
  const { port } = await serve(async () => new Response(), { limits: { maxConnections: 1 } })
  await RawClient.open(port)
  const second = await RawClient.open(port)
  await second.until(/HTTP\/1.1 503/)
})

async function serve(
  handler: (request: Request, peer: Peer) => Promise<Response>,
  options: ServeOptions = {},
): Promise<HttpServer> {
  const server = await listen(handler, { onError: (error) => expect.fail(String(error)), ...options })
  onTestFinished(() => server.close())
  return server
}

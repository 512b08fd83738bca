import { get } from 'node:http'
import { expect, onTestFinished, test, vi } from 'vitest'
import { PosternError } from '../base/known-errors.ts'
import type { StoreHandler, StoreRequest, StoreResponse } from './exchange.ts'
import type { HttpLimits } from './limits.ts'
import { gate, head, RawClient } from './raw-client.fixture.ts'
import { serveExchange } from './serve-exchange.ts'
import type { HttpServer } from './server.ts'

test('the target and the headers come as they were sent', async () => {
  const seen: StoreRequest[] = []
  const { port } = await serve(async (request) => {
    seen.push(request)
    return DONE
  })
  const client = await RawClient.open(port)
  await client.send(head('GET', '/b/a%2F..%2f/../c//d?acl&x=%2B+', 'X-Twice: 1', 'x-twice: 2', 'X-Raw: \xC3\xA9'))
  await client.until(/204/)
  const [request] = seen
  expect(request).toMatchObject({
    method: 'GET',
    target: '/b/a%2F..%2f/../c//d?acl&x=%2B+',
    clientAddress: '127.0.0.1',
  })
  expect([...(request?.headers ?? [])]).toEqual([
    ['host', '127.0.0.1'],
    ['x-twice', '1, 2'],
    ['x-raw', '\xC3\xA9'.replace(/[\s\S]/g, (byte) => Buffer.from(byte).toString('latin1'))],
  ])
})

test.each([
  { sent: 'http://photos.store.test/a%2Fb?acl', target: '/a%2Fb?acl', host: 'photos.store.test' },
  { sent: 'HTTP://photos.store.test:9000/a', target: '/a', host: 'photos.store.test:9000' },
  { sent: 'https://photos.store.test/a/../b', target: '/a/../b', host: 'photos.store.test' },
  { sent: 'http://[::1]:9000//a', target: '//a', host: '[::1]:9000' },
  { sent: 'http://photos.store.test', target: '/', host: 'photos.store.test' },
  { sent: 'http://photos.store.test?acl', target: '/?acl', host: 'photos.store.test' },
  { sent: '/http://photos.store.test/a', target: '/http://photos.store.test/a', host: '127.0.0.1' },
  { sent: 'http://ada:secret@photos.store.test/a', target: 'http://ada:secret@photos.store.test/a', host: '127.0.0.1' },
  { sent: 'ftp://photos.store.test/a', target: 'ftp://photos.store.test/a', host: '127.0.0.1' },
])(
  'a request for $sent asks the host $host for $target, whatever its Host header says',
  async ({ sent, target, host }) => {
    const seen: StoreRequest[] = []
    const { port } = await serve(async (request) => {
      seen.push(request)
      return DONE
    })
    const client = await RawClient.open(port)
    await client.send(head('GET', sent))
    await client.until(/204/)
    expect(seen[0]?.target).toBe(target)
    expect(seen[0]?.headers.get('host')).toBe(host)
  },
)

test.each<{ name: string; response: StoreResponse; method?: string; expected: string[]; absent?: RegExp }>([
  {
    name: 'text',
    response: { status: 200, headers: {}, body: 'é' },
    expected: ['content-length: 2', '\r\n\r\n\xC3\xA9'],
  },
  {
    name: 'bytes',
    response: { status: 200, headers: {}, body: Buffer.from('abc') },
    expected: ['content-length: 3', '\r\n\r\nabc'],
  },
  { name: 'nothing', response: { status: 200, headers: {} }, expected: ['content-length: 0'] },
  { name: '204', response: { status: 204, headers: {} }, expected: ['HTTP/1.1 204'], absent: /content-length/i },
  {
    name: '304',
    response: { status: 304, headers: { etag: '"a"' } },
    expected: ['etag: "a"'],
    absent: /content-length/i,
  },
  {
    name: 'a stream',
    response: { status: 200, headers: { 'content-length': '4' }, body: streamOf('ab', 'cd') },
    expected: ['content-length: 4', '\r\n\r\nabcd'],
  },
  {
    name: 'an empty stream',
    response: { status: 200, headers: { 'content-length': '0' }, body: streamOf() },
    expected: ['content-length: 0'],
  },
  {
    name: 'a stream of unknown length',
    response: { status: 200, headers: {}, body: streamOf('ab') },
    expected: ['Transfer-Encoding: chunked', '\r\n2\r\nab\r\n0\r\n'],
  },
  {
    name: 'HEAD',
    method: 'HEAD',
    response: { status: 200, headers: { 'content-length': '10' } },
    expected: ['content-length: 10'],
  },
  {
    name: 'HEAD with a body by mistake',
    method: 'HEAD',
    response: { status: 200, headers: { 'content-length': '4' }, body: streamOf('abcd') },
    expected: ['content-length: 4'],
    absent: /abcd/,
  },
  {
    name: 'HEAD with text by mistake',
    method: 'HEAD',
    response: { status: 404, headers: {}, body: 'none' },
    expected: ['HTTP/1.1 404'],
    absent: /none/,
  },
])('an answer of $name', async ({ response, method = 'GET', expected, absent }) => {
  const { port } = await serve(async () => response)
  const client = await RawClient.open(port)
  await client.send(head(method, '/', 'Connection: close'))
  await client.ended
  for (const text of expected) expect(client.received).toContain(text)
  if (absent !== undefined) expect(client.received).not.toMatch(absent)
  expect(client.received).toMatch(/^Date: /m)
})

test('a large answer arrives whole, however slowly it is read', async () => {
  const pieces = Array.from({ length: 100 }, (_, at) => Buffer.alloc(100_000, at))
  const { port } = await serve(async () => ({
    status: 200,
    headers: { 'content-length': '10000000' },
    body: streamOf(...pieces),
  }))
  const client = await RawClient.open(port)
  client.socket.pause()
  await client.send(head('GET', '/', 'Connection: close'))
  await new Promise((resolve) => setTimeout(resolve, 50))
  client.socket.resume()
  await client.ended
  const body = Buffer.from(client.received.slice(client.received.indexOf('\r\n\r\n') + 4), 'latin1')
  expect(body.equals(Buffer.concat(pieces))).toBe(true)
})

test('connections are kept for the next request', async () => {
  const { port } = await serve(async ({ target }) => ({ status: 200, headers: {}, body: `[${target}]` }))
  const client = await RawClient.open(port)
  for (const target of ['/1', '/2', '/3']) {
    await client.send(head('GET', target))
    await client.until(new RegExp(`\\[${target}\\]`))
  }
  expect(client.statuses).toEqual(['200', '200', '200'])
})

test('a body that nobody reads to its end does not disturb the next request', async () => {
  const { port } = await serve(async ({ body, target }) => {
    for await (const _ of body) break
    return { status: 200, headers: {}, body: target }
  })
  const client = await RawClient.open(port)
  await client.send(`${head('POST', '/1', 'Content-Length: 5')}hello${head('POST', '/2', 'Content-Length: 5')}hello`)
  await client.until(/\/2/)
  expect(client.statuses).toEqual(['200', '200'])
})

test('a handler that throws is a bare 500, told to whoever runs the server, which goes on', async () => {
  const onError = vi.fn()
  let calls = 0
  const { port } = await serve(
    async () => {
      calls += 1
      if (calls === 1) throw new Error('a secret detail')
      return DONE
    },
    { onError },
  )
  const client = await RawClient.open(port)
  await client.send(head('GET', '/'))
  await client.until(/500/)
  await client.send(head('GET', '/'))
  await client.until(/204/)
  expect(client.received).not.toContain('secret')
  expect(onError.mock.calls).toEqual([[new Error('a secret detail'), undefined]])
})

test('a header that would end its line is an error of ours, and never sent', async () => {
  const onError = vi.fn()
  const { port } = await serve(async () => ({ status: 200, headers: { 'x-name': 'a\r\nSet-Cookie: b' } }), { onError })
  const client = await RawClient.open(port)
  await client.send(head('GET', '/'))
  await client.until(/500/)
  expect(client.received).not.toContain('Set-Cookie')
  expect(onError).toHaveBeenCalledOnce()
})

test('a stream that cannot be opened is a 500; one that breaks later breaks the connection', async () => {
  const onError = vi.fn()
  const { port } = await serve(
    async ({ target }) => ({
      status: 200,
      headers: { 'content-length': '8' },
      body: breaking(target === '/late' ? ['half'] : []),
      about: { requestId: target },
    }),
    { onError },
  )
  const early = await RawClient.open(port)
  await early.send(head('GET', '/early'))
  await early.until(/HTTP\/1.1 500[\s\S]*x-oss-request-id: \/early\r/)
  const late = await RawClient.open(port)
  await late.send(head('GET', '/late'))
  await late.ended
  expect(late.received).not.toContain('500')
  expect(onError.mock.calls.map(([, requestId]) => requestId)).toEqual(['/early', '/late'])
})

test.each([
  { announced: '3', what: 'longer' },
  { announced: '5', what: 'shorter' },
])('a stream $what than announced breaks the connection', async ({ announced }) => {
  const onError = vi.fn()
  const { port } = await serve(
    async () => ({ status: 200, headers: { 'content-length': announced }, body: streamOf('ab', 'cd') }),
    { onError },
  )
  const client = await RawClient.open(port)
  await client.send(head('GET', '/'))
  await client.ended
  expect(client.received.split('\r\n\r\n')[1]?.length).not.toBe(Number(announced))
  expect(onError).toHaveBeenCalledOnce()
})

test('a client that leaves aborts the signal and ends the stream of its answer', async () => {
  const [aborted, ended] = [gate(), gate()]
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.alloc(100_000)
    } finally {
      ended.open()
    }
  }
  const { port } = await serve(async ({ signal }) => {
    signal.addEventListener('abort', aborted.open)
    return { status: 200, headers: {}, body: endless() }
  })
  const client = await RawClient.open(port)
  await client.send(head('GET', '/'))
  await client.until(/200/)
  client.socket.destroy()
  await Promise.all([aborted.opened, ended.opened])
})

test('a client that takes nothing of its answer is cut off', async () => {
  const ended = gate()
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.alloc(100_000)
    } finally {
      ended.open()
    }
  }
  const { port } = await serve(async () => ({ status: 200, headers: {}, body: endless() }), {
    limits: { sendStallMs: 50 },
  })
  const client = await RawClient.open(port)
  client.socket.pause()
  await client.send(head('GET', '/'))
  await ended.opened
})

test('the address of the server is told', async () => {
  const server = await serve(async () => DONE)
  expect(server).toMatchObject({ host: '127.0.0.1', url: `http://127.0.0.1:${server.port}` })
  expect(await status(server.url)).toBe(204)
})

const DONE: StoreResponse = { status: 204, headers: {} }

async function serve(
  handler: StoreHandler,
  options: { readonly limits?: Partial<HttpLimits>; readonly onError?: (error: unknown) => void } = {},
): Promise<HttpServer> {
  const server = await serveExchange(handler, { onError: (error) => expect.fail(String(error)), ...options })
  onTestFinished(() => server.close())
  return server
}

function status(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, (response) => resolve(response.resume().statusCode)).on('error', reject)
  })
}

async function* streamOf(...pieces: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece)
}

async function* breaking(pieces: readonly string[]): AsyncGenerator<Uint8Array> {
  yield* streamOf(...pieces)
  throw new PosternError('internal-error', 'broken')
}

import { expect, onTestFinished, test, vi } from 'vitest'
import type { StoreHandler, StoreRequest, StoreResponse } from './exchange.ts'
import type { HttpLimits } from './limits.ts'
import { gate, head, RawClient } from './raw-client.fixture.ts'
import { serveExchange } from './serve-exchange.ts'

/** docs/spec/form-hazards.md section 2, rows 24 to 34: clients that are slow, broken, early, late or malicious. */

test('"100 Continue" is sent once, when the body is asked for', async () => {
  const [asked, go] = [gate(), gate()]
  const { port } = await serve(async ({ body }) => {
    asked.open()
    await go.opened
    return { status: 200, headers: {}, body: await readAll(body) }
  })
  const client = await RawClient.open(port)
  await client.send(head('POST', '/', 'Content-Length: 10', 'Expect: 100-continue'))
  await asked.opened
  expect(client.received).toBe('')
  go.open()
  await client.until(/100 Continue\r\n\r\n/)
  for (const piece of ['hello', 'world']) await client.send(piece)
  await client.until(/helloworld/)
  expect(client.statuses).toEqual(['100', '200'])
})

test('a refusal before the body is the only answer to "Expect: 100-continue", and ends the connection', async () => {
  const { port } = await serve(async () => REFUSED)
  const client = await RawClient.open(port)
  await client.send(head('POST', '/', 'Content-Length: 1000', 'Expect: 100-continue'))
  expect(await client.ended).toBe('closed')
  expect(client.statuses).toEqual(['403'])
  expect(client.received).toMatch(/^Connection: close\r$/m)
})

test('a client that reads only after it has sent everything still gets the refusal', async () => {
  const { port } = await serve(async () => REFUSED)
  const client = await RawClient.open(port)
  client.socket.pause()
  const size = 32 * 1024 * 1024
  await client.send(head('POST', '/', `Content-Length: ${size}`))
  for (let sent = 0; sent < size; sent += 1024 * 1024) await client.send(Buffer.alloc(1024 * 1024))
  client.socket.resume()
  expect(await client.ended).toBe('closed')
  expect(client.received).toMatch(/403[\s\S]*Connection: close[\s\S]*no$/)
})

test('a client that never stops sending after its refusal is cut off: by bytes', async () => {
  const { port } = await serve(async () => REFUSED, { maxDrainBytes: 1_000_000 })
  const client = await RawClient.open(port)
  await client.send(head('POST', '/', 'Content-Length: 1000000000'))
  const piece = Buffer.alloc(1_000_000)
  for (let sent = 0; sent < 1000 && !client.socket.destroyed; sent++) await client.send(piece)
  expect(client.socket.destroyed).toBe(true)
})

test.each<{ by: string; limits: Partial<HttpLimits> }>([
  { by: 'idling', limits: { maxDrainIdleMs: 20 } },
  { by: 'time', limits: { maxDrainMs: 20 } },
])('a client that holds on after its refusal is cut off: by $by', async ({ limits }) => {
  const { port } = await serve(async () => REFUSED, limits)
  const client = await RawClient.open(port)
  await client.send(head('POST', '/', 'Content-Length: 1000000000'))
  await client.until(/403/)
  const dripping = setInterval(() => client.socket.write('x'), by(limits))
  onTestFinished(() => clearInterval(dripping))
  await new Promise((resolve) => client.socket.once('close', resolve))
})

test('a body that ends early because its client left is an error of the client', async () => {
  const { errors, port, aborted } = await bodyErrors()
  const client = await RawClient.open(port)
  await client.send(`${head('POST', '/', 'Content-Length: 100')}half`)
  await vi.waitFor(() => expect(errors.started).toBe(1))
  client.socket.destroy()
  await aborted
  await vi.waitFor(() => expect(errors.codes).toEqual(['body-incomplete']))
})

test('a client that closes only its own side in the middle of a body can read its answer', async () => {
  const { errors, port } = await bodyErrors()
  const client = await RawClient.open(port)
  await client.send(`${head('POST', '/', 'Content-Length: 100')}half`)
  client.socket.end()
  await client.ended
  expect(client.statuses).toEqual(['400'])
  expect(errors.codes).toEqual(['body-incomplete'])
})

test('a body of a byte now and then is too slow', async () => {
  const { errors, port } = await bodyErrors({ bodyWindowMs: 100, minBodyBytes: 1000 })
  const client = await RawClient.open(port)
  await client.send(head('POST', '/', 'Content-Length: 100000'))
  const dripping = setInterval(() => client.socket.write('x'), 10)
  await client.until(/400/)
  clearInterval(dripping)
  expect(errors.codes).toEqual(['body-too-slow'])
})

test('a body whose chunks are malformed is refused', async () => {
  const { errors, port } = await bodyErrors()
  const client = await RawClient.open(port)
  await client.send(`${head('POST', '/', 'Transfer-Encoding: chunked')}5\r\nhello\r\nNO\r\n`)
  await client.until(/400/)
  expect(errors.codes).toEqual(['request-invalid'])
  await client.ended
})

test.each([
  { what: 'not HTTP', bytes: 'hello\r\n\r\n', status: '400' },
  { what: 'TLS', bytes: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', status: '400' },
  { what: 'an unknown method', bytes: 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n', status: '400' },
  { what: 'no Host', bytes: 'GET / HTTP/1.1\r\n\r\n', status: '400' },
  { what: 'two Hosts', bytes: head('GET', '/', 'host: other'), status: '400' },
  { what: 'two lengths', bytes: head('POST', '/', 'Content-Length: 1', 'Content-Length: 2'), status: '400' },
  { what: 'two equal lengths', bytes: head('POST', '/', 'Content-Length: 1', 'Content-Length: 1'), status: '400' },
  {
    what: 'a length and chunks',
    bytes: head('POST', '/', 'Content-Length: 1', 'Transfer-Encoding: chunked'),
    status: '400',
  },
  { what: 'a negative length', bytes: head('POST', '/', 'Content-Length: -1'), status: '400' },
  { what: 'a length with a sign', bytes: head('POST', '/', 'Content-Length: +1'), status: '400' },
  {
    what: 'chunks hidden behind another coding',
    bytes: head('POST', '/', 'Transfer-Encoding: chunked, identity'),
    status: '400',
  },
  { what: 'a space before a colon', bytes: head('GET', '/', 'X-A : 1'), status: '400' },
  { what: 'a header without a colon', bytes: head('GET', '/', 'X-A'), status: '400' },
  { what: 'a NUL in a header', bytes: head('GET', '/', 'X-A: \0'), status: '400' },
  { what: 'a space in the target', bytes: head('GET', '/a b'), status: '400' },
  { what: 'headers that are too long', bytes: head('GET', '/', `X-A: ${'a'.repeat(17_000)}`), status: '431' },
])('a request with $what is refused without the handler', async ({ bytes, status }) => {
  const handler = vi.fn(async () => DONE)
  const { port } = await serve(handler)
  const client = await RawClient.open(port)
  await client.send(Buffer.from(bytes, 'latin1'))
  await client.until(/HTTP/)
  expect(client.statuses).toEqual([status])
  expect(handler).not.toHaveBeenCalled()
})

test('the longest headers that are allowed are all there', async () => {
  const seen: StoreRequest[] = []
  const { port } = await serve(async (request) => {
    seen.push(request)
    return DONE
  })
  const client = await RawClient.open(port)
  await client.send(head('GET', '/', ...Array.from({ length: 1500 }, (_, at) => `h${at}: `)))
  await client.until(/204/)
  expect(seen[0]?.headers.size).toBe(1501)
})

test('headers that do not come to an end are not waited for', async () => {
  const { port } = await serve(async () => DONE, { headersTimeoutMs: 100 })
  const client = await RawClient.open(port)
  await client.send('GET / HTTP/1.1\r\nHost: a\r\n')
  await client.until(/HTTP\/1.1 408/)
  await client.ended
})

test('a connection that says nothing is not kept', async () => {
  const { port } = await serve(async () => DONE, { headersTimeoutMs: 100, sendStallMs: 200 })
  await (await RawClient.open(port)).ended
})

test('a connection on which no further request comes is not kept', async () => {
  const { port } = await serve(async () => DONE, { keepAliveMs: 50 })
  const client = await RawClient.open(port)
  await client.send(head('GET', '/'))
  expect(await client.ended).toBe('closed')
  expect(client.statuses).toEqual(['204'])
})

test('pipelined requests are handled one after the other, and answered in order', async () => {
  const log: string[] = []
  const { port } = await serve(async ({ target }) => {
    log.push(`begin ${target}`)
    await new Promise((resolve) => setImmediate(resolve))
    log.push(`end ${target}`)
    return { status: 200, headers: {}, body: `[${target}]` }
  })
  const client = await RawClient.open(port)
  await client.send(['/1', '/2', '/3'].map((target) => head('GET', target)).join(''))
  await client.until(/\[\/3\]/)
  expect(log).toEqual(['/1', '/2', '/3'].flatMap((target) => [`begin ${target}`, `end ${target}`]))
  expect(client.received.match(/\[\/\d\]/g)).toEqual(['[/1]', '[/2]', '[/3]'])
})

test('what follows a refused form on its connection is not taken for a request', async () => {
  const handler = vi.fn<StoreHandler>(async ({ body }) => {
    await readAll(body)
    return REFUSED
  })
  const { port } = await serve(handler)
  const client = await RawClient.open(port)
  await client.send(`${head('POST', '/form', 'Content-Length: 5')}hello${head('DELETE', '/smuggled')}`)
  await client.ended
  expect(client.statuses).toEqual(['403'])
  expect(handler).toHaveBeenCalledOnce()
})

test('rubbish behind a good request does not take its answer away, and ends the connection', async () => {
  const { port } = await serve(async ({ body }) => ({ status: 200, headers: {}, body: await readAll(body) }))
  const client = await RawClient.open(port)
  await client.send(`${head('POST', '/', 'Content-Length: 5')}hello, world\r\n\r\n`)
  await client.ended
  expect(client.received).toMatch(/^HTTP\/1.1 200[\s\S]*hello$/)
})

test('whoever sends hundreds of requests without waiting is cut off', async () => {
  const handler = vi.fn<StoreHandler>(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    return DONE
  })
  const { port } = await serve(handler)
  const client = await RawClient.open(port)
  await client.send(head('GET', '/').repeat(500))
  await client.ended
  expect(handler.mock.calls.length).toBeLessThan(64)
})

test.each<{ limits: Partial<HttpLimits> }>([
  { limits: { maxConnections: 3 } },
  { limits: { maxConnectionsPerAddress: 3 } },
])('connections beyond $limits are turned away, until others end', async ({ limits }) => {
  const { port } = await serve(async () => DONE, limits)
  const [first] = await Promise.all([1, 2, 3].map(() => RawClient.open(port)))
  const fourth = await RawClient.open(port)
  await fourth.send(head('GET', '/'))
  await fourth.until(/HTTP\/1.1 503/)
  first?.socket.destroy()
  fourth.socket.destroy()
  await vi.waitFor(async () => {
    const next = await RawClient.open(port)
    await next.send(head('GET', '/'))
    await next.until(/204/)
  })
})

const DONE: StoreResponse = { status: 204, headers: {} }
const REFUSED: StoreResponse = { status: 403, headers: {}, body: 'no' }

async function serve(
  handler: StoreHandler,
  limits: Partial<HttpLimits> = {},
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = await serveExchange(handler, { limits, onError: (error) => expect.fail(String(error)) })
  onTestFinished(() => server.close())
  return server
}

/** A server that reads bodies and answers 400 where it could not; and the codes of why. */
async function bodyErrors(limits: Partial<HttpLimits> = {}) {
  const errors = { started: 0, codes: [] as unknown[] }
  const gone = gate()
  const { port } = await serve(async ({ body, signal }) => {
    signal.addEventListener('abort', gone.open)
    errors.started += 1
    try {
      await readAll(body)
      return DONE
    } catch (error) {
      errors.codes.push(error instanceof Error && 'code' in error ? error.code : error)
      return { status: 400, headers: {} }
    }
  }, limits)
  return { errors, port, aborted: gone.opened }
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Far more often than the idle limit where time is what cuts; far less often where idling is. */
function by({ maxDrainMs }: Partial<HttpLimits>): number {
  return maxDrainMs === undefined ? 300 : 2
}

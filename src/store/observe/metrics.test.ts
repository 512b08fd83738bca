import { expect, test, vi } from 'vitest'
import { testStore } from '../../../test/store-client.ts'
import { head, RawClient } from '../../http/raw-client.fixture.ts'
import { openStore } from '../open-store.ts'

async function measuredStore() {
  const store = await testStore()
  const metrics = await store.listenMetrics()
  const { url, port } = await store.listen()
  const read = async (): Promise<string> => (await fetch(`${metrics.url}/metrics`)).text()
  return { store, url, port, metrics, read }
}

/** Waits until the figures have this line: an answer is counted a moment after its client has it. */
async function expectFigure(read: () => Promise<string>, line: string): Promise<void> {
  await vi.waitFor(async () => expect((await read()).split('\n')).toContain(line))
}

test('requests are counted by operation and class of status, their bytes and time by operation', async () => {
  const { url, read } = await measuredStore()
  await fetch(`${url}/open/a.txt`, { method: 'PUT', body: 'hello' })
  expect(await (await fetch(`${url}/open/a.txt`)).text()).toBe('hello')
  await fetch(`${url}/open/none.txt`)
  for (const line of [
    'postern_http_requests_total{operation="put-object",status="2xx"} 1',
    'postern_http_requests_total{operation="get-object",status="2xx"} 1',
    'postern_http_requests_total{operation="get-object",status="4xx"} 1',
    'postern_http_request_bytes_total{operation="put-object"} 5',
    'postern_http_request_duration_seconds_count{operation="put-object"} 1',
    'postern_refusals_total{code="NoSuchKey"} 1',
  ])
    await expectFigure(read, line)
})

test('an answer of which not all was sent counts as aborted, whatever it began with', async () => {
  const { url, port, read } = await measuredStore()
  await fetch(`${url}/open/large`, { method: 'PUT', body: new Uint8Array(20_000_000) })
  const client = await RawClient.open(port)
  client.socket.once('data', () => client.socket.pause())
  await client.send(head('GET', '/open/large'))
  await client.until(/200 OK/)
  client.socket.destroy()
  await expectFigure(read, 'postern_http_requests_total{operation="get-object",status="aborted"} 1')
})

test('what is going on now is there: connections, and requests under way', async () => {
  const { port, read } = await measuredStore()
  const [busy] = await Promise.all([RawClient.open(port), RawClient.open(port)])
  await busy?.send(`${head('PUT', '/open/a', 'Content-Length: 100')}half`)
  await expectFigure(read, 'postern_http_requests_in_flight 1')
  await expectFigure(read, 'postern_http_connections 2')
})

test('connections that are refused are counted by their reason', async () => {
  const { port, read } = await measuredStore()
  const client = await RawClient.open(port)
  await client.send('hello\r\n\r\n')
  await expectFigure(read, 'postern_http_connections_refused_total{reason="malformed"} 1')
})

test('no bucket, key or access key id is in the figures, so that strangers cannot make them grow', async () => {
  const { url, read } = await measuredStore()
  for (let at = 0; at < 20; at++)
    await fetch(`${url}/bucket-${at}/key-${at}?OSSAccessKeyId=id-${at}&Expires=1&Signature=s`)
  await expectFigure(read, 'postern_http_requests_total{operation="none",status="4xx"} 20')
  expect(await read()).not.toMatch(/bucket-\d|key-\d|id-\d/)
})

test('objects, uploads and blobs are counted, and the transactions that made them', async () => {
  const { url, read } = await measuredStore()
  await fetch(`${url}/open/small`, { method: 'PUT', body: 'hello' })
  await fetch(`${url}/open/large`, { method: 'PUT', body: new Uint8Array(100_000) })
  for (const line of ['postern_objects 2', 'postern_blobs 1', 'postern_uploads 0', 'postern_disk_full 0'])
    await expectFigure(read, line)
  expect(await read()).toMatch(/^postern_commit_duration_seconds_count [2-9]$/m)
  expect(await read()).toMatch(/^postern_commit_changes_sum [2-9]$/m)
})

test('the figures of the process are there as well', async () => {
  const { read } = await measuredStore()
  expect(await read()).toMatch(/^process_resident_memory_bytes \d+$/m)
})

test('each store has figures of its own', async () => {
  const [one, other] = await Promise.all([measuredStore(), measuredStore()])
  await fetch(`${one.url}/open/none.txt`)
  await expectFigure(one.read, 'postern_http_requests_total{operation="get-object",status="4xx"} 1')
  expect(await other.read()).not.toContain('operation="get-object"')
})

test.each([
  { method: 'GET', path: '/metrics', status: 200 },
  { method: 'GET', path: '/metrics?name[]=a', status: 200 },
  { method: 'HEAD', path: '/metrics', status: 200 },
  { method: 'POST', path: '/metrics', status: 405 },
  { method: 'GET', path: '/', status: 404 },
  { method: 'GET', path: '/metrics/', status: 404 },
])('$method $path of the metrics answers $status', async ({ method, path, status }) => {
  const { metrics } = await measuredStore()
  expect((await fetch(`${metrics.url}${path}`, { method })).status).toBe(status)
})

test('/metrics of the store itself is a bucket like any other', async () => {
  const store = await openStore({ buckets: [{ name: 'metrics', acl: 'public-read-write' }] })
  const { url } = await store.listen()
  await store.listenMetrics()
  await fetch(`${url}/metrics/metrics`, { method: 'PUT', body: 'an object' })
  expect(await (await fetch(`${url}/metrics/metrics`)).text()).toBe('an object')
  await store.close()
})

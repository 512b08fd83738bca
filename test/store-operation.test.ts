import { mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises'
import { type ClientRequest, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signRequest } from '../src/sign/sign-request.ts'
import { CREDENTIAL_ENVIRONMENT, lineAfter, postern, type Running, SECRET, startPostern } from './cli-process.ts'

/** How a store is run: its log, its metrics, and how it stops. docs/guide/operate.md */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 }) // each test starts processes, on a machine that others use too

const CREDENTIAL = { accessKeyId: 'test-key', accessKeySecret: SECRET }

let folder: string
let running: Running[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-operation-'))
  running = []
})

afterEach(async () => {
  for (const { signal } of running) signal('SIGKILL')
  await Promise.all(running.map(({ ended }) => ended))
  await rm(folder, { recursive: true })
})

async function startStore(...more: readonly string[]): Promise<Running & { readonly url: string }> {
  const words = ['store', '--port', '0', '--data', 'data', '--bucket', 'photos', ...more]
  const store = await startPostern(words, 'store listening on', { cwd: folder, env: CREDENTIAL_ENVIRONMENT })
  running.push(store)
  return { ...store, url: lineAfter(store.output(), 'store listening on') }
}

function signedHeaders(method: string, key: string): Record<string, string> {
  const address = { method, bucket: 'photos', key, query: [] }
  return signRequest(address, {}, CREDENTIAL, { scheme: 'oss-v4', region: 'cn-hangzhou' }, new Date())
}

async function get(url: string, key: string): Promise<Response> {
  return await fetch(`${url}/photos/${key}`, { headers: signedHeaders('GET', key) })
}

/** An upload of five bytes, of which the caller sends as many as it likes, and when. */
function upload(url: string, key: string): { readonly sending: ClientRequest; readonly status: Promise<number> } {
  const headers = { ...signedHeaders('PUT', key), 'content-length': '5' }
  const sending = request(`${url}/photos/${key}`, { method: 'PUT', headers })
  sending.flushHeaders()
  const status = new Promise<number>((resolve, reject) => {
    sending.on('response', (response) => resolve(response.resume().statusCode ?? 0)).on('error', reject)
  })
  status.catch(() => {}) // some tests cut it off
  return { sending, status }
}

async function linesOf(path: string, count: number): Promise<Record<string, unknown>[]> {
  return await vi.waitFor(async () => {
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
    expect(lines.length).toBeGreaterThanOrEqual(count)
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  })
}

test('an access log has a line for each request, and only its owner can read it', async () => {
  const store = await startStore('--access-log', 'access.log')
  expect((await get(store.url, 'none')).status).toBe(404)
  const path = join(folder, 'access.log')
  const [line] = await linesOf(path, 1)
  expect(line).toMatchObject({ operation: 'get-object', key: 'none', accessKeyId: 'test-key', status: 404 })
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  store.signal('SIGTERM')
  expect(await store.ended).toMatchObject({ stderr: '', exitCode: 0 })
})

test('SIGHUP goes on in a new file, after the old one was renamed', async () => {
  const store = await startStore('--access-log', 'access.log')
  const path = join(folder, 'access.log')
  await get(store.url, 'before')
  await linesOf(path, 1)
  await rename(path, `${path}.1`)
  store.signal('SIGHUP')
  await vi.waitFor(() => stat(path))
  await get(store.url, 'after')
  expect((await linesOf(path, 1)).map(({ key }) => key)).toEqual(['after'])
  expect((await linesOf(`${path}.1`, 1)).map(({ key }) => key)).toEqual(['before'])
})

test.each([{ options: ['--access-log', '-'] }, { options: ['--log-level', 'info'] }])(
  'with $options the log is standard error',
  async ({ options }) => {
    const store = await startStore(...options)
    await get(store.url, 'none')
    store.signal('SIGTERM')
    const { stderr, exitCode } = await store.ended
    expect(JSON.parse(stderr)).toMatchObject({ msg: 'request', key: 'none' })
    expect(exitCode).toBe(0)
  },
)

test('without a log that was asked for, a request that is answered well leaves no trace', async () => {
  const store = await startStore()
  await get(store.url, 'none')
  store.signal('SIGTERM')
  expect(await store.ended).toMatchObject({ stderr: '', exitCode: 0 })
})

test('a log that cannot be written is told once, and the store goes on', async () => {
  const store = await startStore('--access-log', '/dev/full')
  for (const key of ['a', 'b', 'c']) expect((await get(store.url, key)).status).toBe(404)
  store.signal('SIGTERM')
  const { stderr, exitCode } = await store.ended
  expect(stderr).toMatch(
    /^postern: The log \/dev\/full cannot be written \(ENOSPC.*\): lines are lost until it can\.\n$/,
  )
  expect(exitCode).toBe(0)
})

test('a log that cannot be opened is one sentence, and nothing starts', async () => {
  const { stderr, exitCode } = await postern(['store', '--access-log', 'none/access.log'], { cwd: folder })
  expect({ stderr, exitCode }).toEqual({
    stderr: 'postern: There is no file or folder none/access.log.\n',
    exitCode: 1,
  })
})

test('metrics are served on a port of their own', async () => {
  const store = await startStore('--metrics-port', '0')
  const address = lineAfter(store.output(), 'Metrics')
  await get(store.url, 'none')
  await vi.waitFor(async () => {
    expect(await (await fetch(address)).text()).toMatch(
      /^postern_http_requests_total\{operation="get-object",status="4xx"\} 1$/m,
    )
  })
  expect((await fetch(`${store.url}/metrics`)).status).toBe(404) // a bucket that is not there
})

test('postern dev writes an access log as well', async () => {
  const words = ['dev', '--port', '0', '--store-port', '0', '--access-log', 'access.log']
  const dev = await startPostern(words, 'Ctrl-C stops it.', { cwd: folder })
  running.push(dev)
  await fetch(`${lineAfter(dev.output(), 'Store')}postern-dev/none`)
  expect(await linesOf(join(folder, 'access.log'), 1)).toMatchObject([
    { bucket: 'postern-dev', key: 'none', status: 404 },
  ])
})

test('a host for the metrics without a port is an error of the command line', async () => {
  const { stderr, exitCode } = await postern(['store', '--metrics-host', '0.0.0.0'], { cwd: folder })
  expect({ stderr, exitCode }).toEqual({
    stderr: 'postern: --metrics-host goes with --metrics-port. Give both.\n',
    exitCode: 2,
  })
})

test('SIGTERM waits for an upload that makes progress: it is acknowledged, kept, and nobody new is let in', async () => {
  const store = await startStore('--access-log', 'access.log')
  const { sending, status } = upload(store.url, 'slow')
  sending.write('h')
  await pause(300)
  store.signal('SIGTERM')
  await vi.waitFor(() => expect(get(store.url, 'slow')).rejects.toThrow())
  for (const letter of 'ello') {
    await pause(700) // 2.8 seconds in all
    sending.write(letter)
  }
  sending.end()
  expect(await status).toBe(200)
  const { stderr, exitCode } = await store.ended
  expect(stderr).toBe('postern: 1 request is under way: waiting up to 600 seconds. Stop again to end at once.\n')
  expect(exitCode).toBe(0)
  const logged = expect.objectContaining({ operation: 'put-object', key: 'slow', status: 200, bytesIn: 5 })
  expect(await linesOf(join(folder, 'access.log'), 1)).toContainEqual(logged)

  const next = await startStore()
  expect(await (await get(next.url, 'slow')).text()).toBe('hello')
})

test('--stop-grace is the longest that it waits; what is cut off is not kept', async () => {
  const store = await startStore('--stop-grace', '1s')
  const { sending, status } = upload(store.url, 'endless')
  sending.write('h')
  await pause(300)
  store.signal('SIGTERM')
  await expect(status).rejects.toThrow()
  expect((await store.ended).exitCode).toBe(0)
  const next = await startStore()
  expect((await get(next.url, 'endless')).status).toBe(404)
})

test('a second SIGTERM ends at once, and the log has what was written until then', async () => {
  const store = await startStore('--access-log', 'access.log')
  const { sending } = upload(store.url, 'slow')
  sending.write('h')
  await get(store.url, 'none')
  store.signal('SIGTERM')
  await pause(700) // later than the same key press could arrive twice
  store.signal('SIGTERM')
  expect((await store.ended).exitCode).toBe(143)
  expect(await linesOf(join(folder, 'access.log'), 1)).toMatchObject([{ key: 'none' }])
})

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { signRequest } from '../src/sign/sign-request.ts'
import { application } from '../src/store/callback/application.fixture.ts'
import { CREDENTIAL_ENVIRONMENT, lineAfter, postern, type Running, SECRET, startPostern } from './cli-process.ts'

/** A store that calls back, as its operator starts it. docs/guide/callbacks-from-the-store.md */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 }) // each test starts processes, on a machine that others use too

const CREDENTIAL = { accessKeyId: 'test-key', accessKeySecret: SECRET }
const TLS = fileURLToPath(new URL('fixtures/tls/', import.meta.url))

let folder: string
let running: Running[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-callbacks-'))
  running = []
})

afterEach(async () => {
  for (const { signal } of running) signal('SIGKILL')
  await Promise.all(running.map(({ ended }) => ended))
  await rm(folder, { recursive: true })
})

async function startStore(...more: readonly string[]): Promise<string> {
  const words = ['store', '--port', '0', '--data', 'data', '--bucket', 'photos', ...more]
  const env = { ...CREDENTIAL_ENVIRONMENT, NODE_EXTRA_CA_CERTS: join(TLS, 'localhost.crt') }
  const store = await startPostern(words, 'store listening on', { cwd: folder, env })
  running.push(store)
  return lineAfter(store.output(), 'store listening on')
}

async function put(store: string, callbackUrl: string, more: object = {}): Promise<Response> {
  const callback = Buffer.from(JSON.stringify({ callbackUrl, callbackBody: 'a=b', ...more })).toString('base64')
  const address = { method: 'PUT', bucket: 'photos', key: 'a.txt', query: [] }
  const how = { scheme: 'oss-v4', region: 'cn-hangzhou' } as const
  const headers = signRequest(address, { 'x-oss-callback': callback }, CREDENTIAL, how, new Date())
  return await fetch(`${store}/photos/a.txt`, { method: 'PUT', headers, body: Buffer.from('hello') })
}

test('a store calls no address of its own machine, unless its operator allows it', async () => {
  const app = await application()
  const refused = await put(await startStore(), app.url)
  expect({ status: refused.status, text: await refused.text() }).toMatchObject({ status: 400 })
  for (const { signal } of running) signal('SIGKILL')
  await Promise.all(running.map(({ ended }) => ended))
  const store = await startStore('--callback-allow', '127.0.0.1', '--public-url', 'https://store.example')
  expect(await (await put(store, app.url)).json()).toEqual({ Status: 'OK' })
  const keyUrl = Buffer.from(String(app.received[0]?.headers['x-oss-pub-key-url']), 'base64').toString()
  expect(keyUrl).toBe('https://store.example/_postern/callback_pub_key.pem')
  const served = await (await fetch(`${store}${new URL(keyUrl).pathname}`)).text()
  expect(served).toContain('BEGIN PUBLIC KEY')
  expect((await stat(join(folder, 'data/store/callback-key.pem'))).mode & 0o777).toBe(0o600)
})

test.each([
  ['--callback-allow', 'everywhere'],
  ['--callback-allow', 'fd00::/8'],
  ['--public-url', 'store.example'],
])('%s %s is a mistake', async (...words) => {
  expect(await postern(['store', ...words], { cwd: folder })).toMatchObject({ exitCode: 2, stdout: '' })
})

test('over TLS the certificate must be that of the host; its name is sent where callbackSNI asks for it', async () => {
  const names: unknown[] = []
  const app = await secureApplication(names)
  const store = await startStore('--callback-allow', 'loopback')
  for (const callbackSNI of [true, false])
    expect((await put(store, `https://localhost:${app}/`, { callbackSNI })).status).toBe(200)
  expect(names).toEqual(['localhost', false])
  const other = await put(store, `https://127.0.0.1:${app}/`)
  expect({ status: other.status, text: await other.text() }).toMatchObject({ status: 203 })
  expect(names).toHaveLength(2) // nothing was said to a stranger
})

/** Answers over TLS, with the certificate of `localhost`; gives its port, and notes the name that each client asked for. */
async function secureApplication(names: unknown[]): Promise<number> {
  const [key, cert] = await Promise.all(['localhost.key', 'localhost.crt'].map((name) => readFile(join(TLS, name))))
  const server = createServer({ ...(key && { key }), ...(cert && { cert }) }, (request, response) => {
    names.push(request.socket instanceof TLSSocket ? Reflect.get(request.socket, 'servername') : undefined)
    response.writeHead(200, { 'content-length': 2 }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address: AddressInfo | string | null = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import {
  BOUNDARY,
  CREDENTIAL,
  formBody,
  formEntries,
  freshKey,
  NOW,
  REGION,
  signed,
  testStore,
} from '../../../test/store-client.ts'
import { head, RawClient } from '../../http/raw-client.fixture.ts'
import type { RefusedConnection } from '../../http/watch.ts'
import { signRequest } from '../../sign/sign-request.ts'
import type { StoreOptions } from '../open-store.ts'
import { accessLog } from './access-log.ts'

const FORM = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }

/** A store over HTTP, and what it has logged. */
async function loggedStore(options: StoreOptions = {}) {
  const lines: string[] = []
  const store = await testStore({ ...options, log: { write: (line: string) => void lines.push(line) } })
  const { url, port } = await store.listen()
  const entries = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  return {
    url,
    port,
    lines,
    /** The entry of a request, which comes a moment after its answer. */
    async entry(at = 0): Promise<Record<string, unknown>> {
      await vi.waitFor(() => expect(lines.length).toBeGreaterThan(at))
      return entries()[at] ?? {}
    },
  }
}

test('a request is one line that says who did what, and what came of it', async () => {
  const { url, entry } = await loggedStore()
  const address = { method: 'PUT', bucket: 'photos', key: 'cat.png', query: [] }
  const headers = signRequest(
    address,
    { 'user-agent': 'tester/1' },
    CREDENTIAL,
    { scheme: 'oss-v4', region: REGION },
    NOW,
  )
  const answer = await fetch(`${url}/photos/cat.png`, { method: 'PUT', headers, body: Buffer.from('hello') })
  expect(answer.status).toBe(200)
  expect(await entry()).toEqual({
    level: 30,
    time: expect.any(Number),
    msg: 'request',
    requestId: answer.headers.get('x-oss-request-id'),
    client: '127.0.0.1',
    method: 'PUT',
    target: '/photos/cat.png',
    operation: 'put-object',
    bucket: 'photos',
    key: 'cat.png',
    caller: 'signed',
    accessKeyId: 'test-key',
    status: 200,
    bytesIn: 5,
    bytesOut: 0,
    durationMs: expect.any(Number),
    userAgent: 'tester/1',
  })
})

test('a refusal says why: our name for it, its Code and its EC', async () => {
  const { url, entry } = await loggedStore()
  const answer = await fetch(`${url}/photos/cat.png?OSSAccessKeyId=nobody&Expires=9999999999&Signature=a`)
  const body = await answer.text()
  expect(await entry()).toMatchObject({
    status: 403,
    reason: 'access-key-id-unknown',
    code: 'InvalidAccessKeyId',
    ec: '0002-00000902',
    bytesOut: body.length,
  })
})

test('a form is logged with the key and the signer that its fields name', async () => {
  const { url, entry } = await loggedStore()
  const key = freshKey()
  const body = formBody(formEntries(signed({ key })))
  await fetch(`${url}/photos/`, {
    method: 'POST',
    headers: FORM,
    body: new Uint8Array(body),
  })
  expect(await entry()).toMatchObject({
    operation: 'post-object',
    key,
    accessKeyId: 'test-key',
    status: 204,
    bytesIn: body.length,
  })
})

test('a form that is refused is logged with them too, as far as it was read', async () => {
  const { url, entry } = await loggedStore()
  const key = freshKey()
  const body = formBody(formEntries(signed({ key }, [{ op: 'content-length-range', min: 0, max: 1 }])))
  await fetch(`${url}/photos/`, {
    method: 'POST',
    headers: FORM,
    body: new Uint8Array(body),
  })
  expect(await entry()).toMatchObject({ key, accessKeyId: 'test-key', status: 400, code: 'EntityTooLarge' })
})

test('no line holds a signature, a token, a secret or the Authorization header', async () => {
  const { url, lines, entry } = await loggedStore()
  const authorization = 'OSS test-key:the+signature='
  const query = 'OSSAccessKeyId=test-key&Expires=9999999999&Signature=hunter2&security-token=hunter2&callback=hunter2'
  await fetch(`${url}/photos/a.txt?${query}`)
  await fetch(
    `${url}/photos/a.txt?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-signature=hunter2&x-oss-credential=hunter2`,
  )
  await fetch(`${url}/photos/a.txt`, {
    headers: { authorization, 'x-oss-security-token': 'hunter2', date: NOW.toUTCString() },
  })
  await fetch(`${url}/open/`, {
    method: 'POST',
    headers: FORM,
    body: new Uint8Array(
      formBody(formEntries({ key: 'a', OSSAccessKeyId: 'test-key', policy: 'hunter2', Signature: 'hunter2' })),
    ),
  })
  expect(await entry(3)).toMatchObject({ status: 403 })
  const text = lines.join('')
  for (const secret of ['hunter2', 'the+signature', CREDENTIAL.accessKeySecret]) expect(text).not.toContain(secret)
})

test('a key that looks like lines of a log stays within its own', async () => {
  const { url, lines, entry } = await loggedStore()
  const key = 'a\n{"level":30,"msg":"forged"}\u001b[2J\u0000'
  await fetch(`${url}/open/${encodeURIComponent(key)}`)
  expect((await entry())['key']).toBe(key)
  expect(lines).toHaveLength(1)
  expect(lines[0]?.trimEnd()).not.toMatch(/\p{Cc}/u)
})

test('a user agent is logged up to 256 characters', async () => {
  const { url, entry } = await loggedStore()
  await fetch(`${url}/open/a`, { headers: { 'user-agent': 'x'.repeat(257) } })
  expect((await entry())['userAgent']).toBe('x'.repeat(256))
})

test('a client that leaves in the middle of its answer is logged as that, with what it got', async () => {
  const { url, port, entry } = await loggedStore()
  const size = 20_000_000
  await fetch(`${url}/open/large`, { method: 'PUT', body: new Uint8Array(size) })
  const client = await RawClient.open(port)
  client.socket.once('data', () => client.socket.pause())
  await client.send(head('GET', '/open/large'))
  await client.until(/200 OK/)
  client.socket.destroy()
  const line = await entry(1)
  expect(line).toMatchObject({ operation: 'get-object', status: 200, aborted: true })
  expect(line['bytesOut']).toBeLessThan(size)
})

test('a client that leaves in the middle of its upload is logged as that, with what came', async () => {
  const { port, entry } = await loggedStore()
  const client = await RawClient.open(port)
  await client.send(`${head('PUT', '/open/a', 'Content-Length: 100')}half`)
  await client.until(/^$/)
  await new Promise((resolve) => setTimeout(resolve, 50))
  client.socket.resetAndDestroy()
  expect(await entry()).toMatchObject({ operation: 'put-object', bytesIn: 4, code: 'IncompleteBody', aborted: true })
})

test('what is no HTTP is one line, with the address it came from', async () => {
  const { port, entry } = await loggedStore()
  const client = await RawClient.open(port)
  await client.send('hello\r\n\r\n')
  expect(await entry()).toMatchObject({
    level: 30,
    msg: 'connection refused',
    client: '127.0.0.1',
    status: 400,
    reason: 'malformed',
  })
})

test('connections that are turned away are counted, and told once in ten seconds', () => {
  const warn = vi.fn()
  let now = 0
  const log = accessLog({ info: expect.fail, warn, error: expect.fail }, () => now)
  const turnedAway: RefusedConnection = { reason: 'too-many', status: 503, clientAddress: '192.0.2.1' }
  for (now = 0; now <= 10_000; now += 1000) log.connectionRefused(turnedAway)
  expect(warn.mock.calls.map(([fields]) => fields)).toEqual([
    { client: '192.0.2.1', status: 503, reason: 'too-many', connections: 1 },
    { client: '192.0.2.1', status: 503, reason: 'too-many', connections: 10 },
  ])
})

test.each([
  { status: 499, level: 'info' },
  { status: 500, level: 'warn' },
  { status: 501, level: 'info' },
  { status: 503, level: 'warn' },
  { status: 507, level: 'warn' },
])('an answer with $status is logged as $level', ({ status, level }) => {
  const levels: string[] = []
  const logger = { info: () => levels.push('info'), warn: () => levels.push('warn'), error: expect.fail }
  accessLog(logger).exchangeEnded({
    method: 'GET',
    target: '/',
    clientAddress: '192.0.2.1',
    userAgent: undefined,
    status,
    about: undefined,
    bytesIn: 0,
    bytesOut: 0,
    durationMs: 1,
    isWhole: true,
  })
  expect(levels).toEqual([level])
})

test('an error that is no refusal is a line with its cause, beside that of its request, and the client learns only the id', async () => {
  const data = await mkdtemp(join(tmpdir(), 'postern-log-'))
  onTestFinished(() => rm(data, { recursive: true }))
  const { url, entry } = await loggedStore({ data })
  await fetch(`${url}/open/large`, { method: 'PUT', body: new Uint8Array(100_000) })
  await rm(join(data, 'blobs'), { recursive: true })
  const answer = await fetch(`${url}/open/large`)
  const requestId = answer.headers.get('x-oss-request-id')
  expect(await entry(1)).toMatchObject({
    level: 50,
    msg: 'fault',
    requestId,
    err: { code: 'ENOENT', stack: expect.any(String) },
  })
  expect(await entry(2)).toMatchObject({ level: 40, msg: 'request', requestId, status: 500 })
  expect(await answer.text()).not.toContain('ENOENT')
})

test('a logger of the application is used as it is, and one that throws costs no request its answer', async () => {
  const info = vi.fn()
  const store = await testStore({ log: { info, warn: expect.fail, error: expect.fail } })
  const { url } = await store.listen()
  await fetch(`${url}/open/none`)
  await vi.waitFor(() => expect(info).toHaveBeenCalledWith(expect.objectContaining({ status: 404 }), 'request'))

  const complained = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => complained.mockRestore())
  info.mockImplementation(() => {
    throw new Error('the log is closed')
  })
  expect((await fetch(`${url}/open/none`)).status).toBe(404)
  expect((await fetch(`${url}/open/none`)).status).toBe(404)
  expect(complained).toHaveBeenCalled()
})

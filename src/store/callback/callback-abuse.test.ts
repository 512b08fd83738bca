import { createServer } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import {
  CREDENTIAL,
  freshKey,
  kept,
  NOW,
  post,
  REGION,
  send,
  sendSigned,
  signed,
  storeRequest,
  testStore,
} from '../../../test/store-client.ts'
import { MAX_OPEN_CALLBACKS } from '../../base/limits.ts'
import { signRequest } from '../../sign/sign-request.ts'
import type { Store } from '../open-store.ts'
import { answerJson, application, encoded, variable } from './application.fixture.ts'
import { openCallbacks } from './callbacks.ts'
import { prepareCallback } from './prepare-callback.ts'
import { sendCallback } from './send-callback.ts'

/** Who may aim the store at what, and what a bad application can do to it. */

const PRIVATE = /^Private address is forbidden to callback\./

function put(store: Store, callbackUrl: string, more: object = {}, key = freshKey()) {
  const headers = { 'x-oss-callback': encoded({ callbackUrl, callbackBody: 'a=b', ...more }) }
  return sendSigned(store, { method: 'PUT', target: `/photos/${key}`, headers, body: 'hello' })
}

// The store as somebody else's hand: where it may be sent to

const SPELLINGS = [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0x7f.0.0.1',
  '0177.0.0.1',
  'localhost',
  'LOCALHOST',
  'localhost.',
  '0.0.0.0',
  '0',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '2852039166', // the same
  '100.100.100.200',
  '224.0.0.1',
  '255.255.255.255',
]

test.each(SPELLINGS)('a store that was told nothing calls nobody at %s', async (host) => {
  const store = await testStore()
  const key = freshKey()
  const { status, error } = await put(store, `http://${host}/`, {}, key)
  expect({ status, message: error.get('Message') }).toMatchObject({ status: 400 })
  expect(error.get('Message')).toMatch(/^(Private address is forbidden to callback|Can not get ip by this host)\./)
  expect(await kept(store, key)).toBeUndefined()
})

test('a store that may call its own machine calls no other', async () => {
  const store = await testStore({ callbacks: { allow: ['loopback'] } })
  const app = await application()
  for (const host of ['127.0.0.1', 'localhost', '127.1'])
    expect((await put(store, `http://${host}:${app.port}/`)).status, host).toBe(200)
  for (const host of ['8.8.8.8', '10.0.0.1', '169.254.169.254'])
    expect((await put(store, `http://${host}/`)).error.get('Message'), host).toMatch(PRIVATE)
})

test('a store that may call nobody refuses every callback', async () => {
  const store = await testStore({ callbacks: { allow: [] } })
  expect((await put(store, 'http://127.0.0.1/')).error.get('Message')).toMatch(PRIVATE)
  expect((await put(store, 'http://8.8.8.8/')).error.get('Message')).toMatch(PRIVATE)
})

test.each([[['everywhere']], [['10.0.0.0/40']]])('what says nothing, %j, is refused at the start', async (allow) => {
  await expect(testStore({ callbacks: { allow } })).rejects.toThrow(TypeError)
})

test.each([0, -1, 5001, Number.NaN])(
  'an application cannot be given %d ms: five seconds are the most',
  async (timeoutMs) => {
    await expect(testStore({ callbacks: { timeoutMs } })).rejects.toThrow(TypeError)
  },
)

test('a callback keeps to an address that its host had when it was judged: asked for once', async () => {
  const app = await application()
  const answers = [['127.0.0.1'], ['10.0.0.1']]
  const addressesOf = vi.fn(async () => answers.shift() ?? [])
  const answer = await callBack({ allow: ['loopback'] }, addressesOf, `http://app.example:${app.port}/told`)
  expect(Buffer.from(answer).toString()).toBe('{"Status":"OK"}')
  expect(app.received[0]?.headers.host).toBe(`app.example:${app.port}`)
  expect(addressesOf.mock.calls).toEqual([['app.example']])
})

test('a host with one good and one bad address is refused', async () => {
  const addressesOf = async () => ['127.0.0.1', '10.0.0.1']
  await expect(callBack({ allow: ['loopback'] }, addressesOf, 'http://app.example/')).rejects.toThrow(PRIVATE)
})

test('a host whose addresses do not come in time has none', async () => {
  const never = () => new Promise<readonly string[]>(() => {})
  await expect(callBack({ timeoutMs: 20 }, never, 'http://app.example/')).rejects.toThrow(
    'Can not get ip by this host.',
  )
})

test('a redirect is not followed', async () => {
  const inner = await application()
  const app = await application((response) => response.writeHead(307, { location: inner.url }).end())
  const store = await testStore({ callbacks: { allow: ['loopback'] } })
  expect(await put(store, app.url)).toMatchObject({ status: 203 })
  expect(inner.received).toEqual([])
})

// In whose name

test('only whoever has a key of the store has it sign a callback', async () => {
  const store = await testStore({ callbacks: { allow: ['loopback'] } })
  const app = await application()
  const callback = encoded({ callbackUrl: app.url, callbackBody: 'bucket=photos&object=admin' })
  const key = freshKey()
  const headers = { 'x-oss-callback': callback }
  const anonymous = [
    await send(store, { method: 'PUT', target: `/open/${key}`, headers, body: 'hello' }),
    await post(store, { key, callback }, { bucket: 'open' }),
  ]
  for (const { status, error } of anonymous)
    expect({ status, code: error.get('Code') }).toEqual({ status: 403, code: 'AccessDenied' })
  expect(await kept(store, key, 'open')).toBeUndefined()
  expect(app.received).toEqual([])
})

test('nobody is called, and no address asked for, before the upload is known to be allowed', async () => {
  const store = await testStore({ callbacks: { allow: ['loopback'] } })
  const app = await application()
  const callback = encoded({ callbackUrl: app.url, callbackBody: 'a=b' })
  const condition = { op: 'eq', field: 'key', value: 'other' } as const
  const refused = [
    await send(store, { method: 'PUT', target: '/photos/a', headers: { 'x-oss-callback': callback } }),
    await post(
      store,
      signed({ key: freshKey(), callback: encoded({ callbackUrl: 'http://10.0.0.1', callbackBody: 'a' }) }, [
        condition,
      ]),
    ),
  ]
  for (const { status } of refused) expect(status).toBe(403)
  expect(app.received).toEqual([])
})

test('a value cannot begin a header or a line of its own', async () => {
  const store = await testStore({ callbacks: { allow: ['loopback'] } })
  const app = await application()
  const evil = 'a\r\nX-Evil: 1\r\n\r\nPOST / HTTP/1.1\r\n'
  for (const callbackBodyType of ['application/x-www-form-urlencoded', 'application/json']) {
    const callback = encoded({ callbackUrl: app.url, callbackBody: variable('x:a'), callbackBodyType })
    expect(await post(store, signed({ key: freshKey(), callback, 'x:a': evil }))).toMatchObject({ status: 200 })
  }
  expect(app.received.map(({ headers }) => headers['x-evil'])).toEqual([undefined, undefined])
  expect(app.received[1]?.text).toBe(JSON.stringify(evil))
})

// A bad application

test('an application that waits keeps no other upload waiting', async () => {
  const store = await testStore({ callbacks: { allow: ['loopback'], timeoutMs: 1000 } })
  const app = await application(() => {})
  const key = freshKey()
  const waiting = put(store, app.url, {}, key)
  await vi.waitFor(() => expect(app.received).toHaveLength(1))
  expect(await kept(store, key)).toMatchObject({ text: 'hello' }) // durable before the callback
  const other = await sendSigned(store, { method: 'PUT', target: `/photos/${key}`, body: 'newer' })
  expect(other.status).toBe(200)
  await store.close()
  expect((await waiting).status).toBe(203)
})

test('a client that leaves does not take the callback with it', async () => {
  const store = await testStore({ callbacks: { allow: ['loopback'] } })
  const gone = new AbortController()
  const app = await application((response) => {
    gone.abort()
    answerJson(response, '{}')
  })
  const sent = { 'x-oss-callback': encoded({ callbackUrl: app.url, callbackBody: variable('imageInfo.width') }) }
  const address = { method: 'PUT', bucket: 'photos', key: 'gone.png', query: [] }
  const headers = signRequest(address, sent, CREDENTIAL, { scheme: 'oss-v4', region: REGION }, NOW)
  const request = storeRequest({ method: 'PUT', target: '/photos/gone.png', headers, body: 'hello' })
  expect(await store.handler({ ...request, signal: gone.signal })).toMatchObject({ status: 200 })
  expect(app.received).toHaveLength(1)
})

test('only so many callbacks are open at once; the object of one too many is kept', async () => {
  const store = await testStore({ callbacks: { allow: ['loopback'], timeoutMs: 2000 } })
  const app = await application(() => {})
  const waiting = Array.from({ length: MAX_OPEN_CALLBACKS }, () => put(store, app.url))
  await vi.waitFor(() => expect(app.received).toHaveLength(MAX_OPEN_CALLBACKS), 2000)
  const key = freshKey()
  const { status, error } = await put(store, app.url, {}, key)
  expect({ status, message: error.get('Message') }).toEqual({ status: 203, message: 'Too many callback requests.' })
  expect(await kept(store, key)).toMatchObject({ text: 'hello' })
  for (const answer of await Promise.all(waiting)) expect(answer.status).toBe(203)
  expect((await put(store, app.url)).error.get('Message')).toMatch(/reply timeout/) // there is room again
})

test('a server that closes waits for callbacks as for all that is under way', async () => {
  const store = await testStore({ callbacks: { allow: ['loopback'] } })
  const app = await application((response) => void setTimeout(() => answerJson(response, '{}'), 100))
  const { url } = await store.listen()
  const callback = encoded({ callbackUrl: app.url, callbackBody: 'a=b' })
  const answer = fetch(`${url}/photos/`, { method: 'POST', body: formData({ key: freshKey(), callback }) })
  await vi.waitFor(() => expect(app.received).toHaveLength(1))
  await store.close()
  expect(await (await answer).text()).toBe('{}')
})

test('a store that is closed waits for the application that is called, and calls no other', async () => {
  const store = await testStore({ callbacks: { allow: ['loopback'] } })
  const next = await application()
  const app = await application((response) => void setTimeout(() => response.writeHead(500).end(), 100))
  const answer = put(store, `${app.url};${next.url}`)
  await vi.waitFor(() => expect(app.received).toHaveLength(1))
  await store.close()
  expect((await answer).error.get('Message')).toMatch(/^Error status : 500\./)
  expect(next.received).toEqual([])
})

test('an application that takes no bytes is given up', async () => {
  const server = createServer((socket) => void socket.pause())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const store = await testStore({ callbacks: { allow: ['loopback'], timeoutMs: 100 } })
  const callback = encoded({ callbackUrl: `127.0.0.1:${port}`, callbackBody: variable('x:a').repeat(5) })
  const answer = await post(store, signed({ key: freshKey(), callback, 'x:a': 'a'.repeat(200_000) }))
  expect(answer.error.get('Message')).toMatch(/reply timeout/)
})

// What is written down

test('neither callback nor answer nor key are logged; that a callback failed is', async () => {
  const lines: string[] = []
  const store = await testStore({
    callbacks: { allow: ['loopback'] },
    log: { write: (line) => void lines.push(line) },
  })
  const app = await application((response) => response.writeHead(500).end('the answer'))
  const { url } = await store.listen()
  const callback = encoded({ callbackUrl: `${app.url}/hook?token=hunter2`, callbackBody: 'secret=hunter2' })
  const form = formData({ key: 'logged.txt', callback, 'x:a': 'hunter2' })
  expect((await fetch(`${url}/photos/`, { method: 'POST', body: form })).status).toBe(203)
  const line = await vi.waitFor(() => JSON.parse(lines[0] ?? ''))
  expect(line).toMatchObject({
    status: 203,
    code: 'CallbackFailed',
    ec: '0007-00000203',
    reason: 'callback-status',
    key: 'logged.txt',
  })
  for (const secret of ['hunter2', 'the answer', 'PRIVATE KEY', callback]) expect(lines.join('')).not.toContain(secret)
})

function formData(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(signed(fields))) form.append(name, value)
  form.append('file', new Blob(['hello']))
  return form
}

/** The steps of a callback past the store: with another source of addresses. */
async function callBack(
  options: Parameters<typeof openCallbacks>[1],
  addressesOf: (host: string) => Promise<readonly string[]>,
  callbackUrl: string,
): Promise<Uint8Array> {
  const key = { publicPem: '', sign: () => 'signature' }
  const callbacks = {
    ...(await openCallbacks('/nowhere', options, () => undefined)),
    addressesOf,
    key: async () => key,
  }
  const carried = { text: JSON.stringify({ callbackUrl, callbackBody: 'a=b' }), variables: new Map<string, string>() }
  const place = { bucket: 'photos', key: 'a' }
  const caller = { kind: 'signed', accessKeyId: 'test-key' } as const
  const prepared = await prepareCallback(callbacks, carried, { ...place, caller })
  if (prepared === undefined) throw new Error('There is no callback.')
  const object = { etag: '""', size: 1, contentType: 'a/b', crc64: '0' }
  const facts = {
    ...place,
    object,
    image: undefined,
    clientAddress: '',
    requestId: '',
    operation: 'PutObject',
  } as const
  const context = { callbacks, now: () => new Date(0) }
  const answer = await sendCallback(context, prepared, facts, { requester: 'a', owner: 'a' })
  if (answer instanceof Error) throw answer
  return answer
}

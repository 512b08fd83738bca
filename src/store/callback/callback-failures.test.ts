import type { ServerResponse } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type Answer, fileStore, freshKey, kept, post, sendSigned, signed } from '../../../test/store-client.ts'
import { initiate } from '../upload/upload.fixture.ts'
import { answerJson, application, confirm, encoded } from './application.fixture.ts'

/** docs/spec/callback.md, sections 6 and 7: what an application may answer, and what its uploader learns of anything else. */

const store = await fileStore({ callbacks: { allow: ['loopback'], timeoutMs: 300 } })

function put(key: string, callbackUrl: string, more: object = {}): Promise<Answer> {
  const headers = { 'x-oss-callback': encoded({ callbackUrl, callbackBody: 'a=b', ...more }) }
  return sendSigned(store, { method: 'PUT', target: `/photos/${key}`, headers, body: 'hello' })
}

// Section 6

test.each(['{}', '[]', '"OK"', '1', 'null', ' {"a": [1]} \n', '{"a":"\u4f60"}'])(
  'the answer %j is JSON, and handed back as it came',
  async (text) => {
    const app = await application((response) => answerJson(response, text))
    expect(await put(freshKey(), app.url)).toMatchObject({ status: 200, text })
  },
)

const MB = 1024 * 1024
const jsonOf = (bytes: number) => `"${'a'.repeat(bytes - 2)}"`

test('an answer may have 1 MB', async () => {
  const app = await application((response) => answerJson(response, jsonOf(MB)))
  expect((await put(freshKey(), app.url)).bytes).toHaveLength(MB)
})

test('the uploader gets JSON, and no header of the application', async () => {
  const app = await application((response) => {
    response.setHeader('set-cookie', 'a=b').setHeader('etag', '"other"').setHeader('content-type', 'text/html')
    response.setHeader('content-length', 2).end('{}')
  })
  const { headers } = await put(freshKey(), app.url)
  expect(headers).toMatchObject({ 'content-type': 'application/json', etag: '"5D41402ABC4B2A76B9719D911017C592"' })
  expect(headers['set-cookie']).toBeUndefined()
})

// Section 7

const STATUS = '0007-00000203'
const ADVICE = 'An application confirms with 200.'
const NOT_JSON = /^Response body is not valid json format\. /
const UNREACHABLE = /^Error status : -1\. OSS can not connect to your callbackUrl, please check it\.$/
const TIMEOUT = /^Error status : -1 127\.0\.0\.1:\d+ reply timeout, cost:\d+ms, timeout:300ms \(err -4, errno115\)\.$/

interface Failure {
  readonly what: string
  readonly answer: (response: ServerResponse) => void
  readonly message: string | RegExp
  readonly ec: string | undefined
}

const withStatus = (status: number): Failure => ({
  what: `status ${status}`,
  answer: (response) => response.writeHead(status, { 'content-length': 2, location: 'http://127.0.0.1:1/' }).end('{}'),
  message: `Error status : ${status}. ${ADVICE}`,
  ec: STATUS,
})
const notJson = (what: string, text: string | Buffer): Failure => ({
  what,
  answer: (response) => answerJson(response, text),
  message: NOT_JSON,
  ec: '0007-00000205',
})
const withLength = (what: string, length: number | undefined, message: string): Failure => ({
  what,
  answer: (response) =>
    response.writeHead(200, length === undefined ? {} : { 'content-length': length }).end(jsonOf(length ?? 2)),
  message: `Error Status : 400.${message}`,
  ec: undefined,
})

const FAILURES: readonly Failure[] = [
  ...[201, 202, 206, 301, 302, 307, 400, 401, 404, 500, 502].map(withStatus),
  { ...withStatus(204), answer: (response) => response.writeHead(204).end() },
  notJson('text', 'OK'),
  notJson('HTML', '<html></html>'),
  notJson('JSON behind a byte order mark', '\ufeff{"Status":"OK"}'),
  notJson('JSON that breaks off', '{"Status":'),
  notJson('two values', '{}{}'),
  notJson('bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22])),
  withLength('no length', undefined, 'User server missing content-length.'),
  {
    what: 'a length of 0',
    answer: (response) => response.writeHead(200, { 'content-length': 0 }).end(),
    message: 'Error Status : 400.User server return invalid content-length value.',
    ec: undefined,
  },
  withLength('a byte over 1 MB', MB + 1, 'User server return too long content-length value.'),
  { what: 'nothing, ever', answer: () => {}, message: TIMEOUT, ec: '0007-00000202' },
  {
    what: 'half an answer, and then nothing',
    answer: (response) => response.writeHead(200, { 'content-length': 10 }).write('{"a":'),
    message: TIMEOUT,
    ec: '0007-00000202',
  },
  {
    what: 'a byte now and then',
    answer: (response) => {
      response.writeHead(200, { 'content-length': 1000 })
      const dripping = setInterval(() => response.write(' '), 10)
      response.on('close', () => clearInterval(dripping))
    },
    message: TIMEOUT,
    ec: '0007-00000202',
  },
  {
    what: 'a connection that breaks',
    answer: (response) => {
      response.writeHead(200, { 'content-length': 10 }).write('{')
      setTimeout(() => response.destroy(), 20)
    },
    message: UNREACHABLE,
    ec: STATUS,
  },
  {
    what: 'an end before the announced length',
    answer: (response) => {
      response.writeHead(200, { 'content-length': 10 })
      response.socket?.end('{}')
    },
    message: UNREACHABLE,
    ec: STATUS,
  },
]

test.each(FAILURES)('$what → 203 CallbackFailed, and the object is kept', async ({ answer, message, ec }) => {
  const app = await application(answer)
  const key = freshKey()
  const { status, headers, error } = await put(key, app.url)
  expect(error.get('Message')).toMatch(message)
  expect({ status, code: error.get('Code'), ec: error.get('EC') }).toEqual({ status: 203, code: 'CallbackFailed', ec })
  expect(headers).toMatchObject({
    'content-type': 'application/xml',
    etag: '"5D41402ABC4B2A76B9719D911017C592"',
    'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==',
    'x-oss-hash-crc64ecma': expect.stringMatching(/^\d+$/),
  })
  expect(await kept(store, key)).toMatchObject({ status: 200, text: 'hello' })
  expect(app.received).toHaveLength(1) // no retry
})

test('nobody at the address → 203 CallbackFailed', async () => {
  const { status, error } = await put(freshKey(), 'http://127.0.0.1:1/')
  expect(error.get('Message')).toMatch(UNREACHABLE)
  expect({ status, ec: error.get('EC'), reason: error.get('Reason') }).toEqual({
    status: 203,
    ec: STATUS,
    reason: 'ECONNREFUSED',
  })
})

test.each([
  ['what is no HTTP', 'hello\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
  [
    'a length and chunks',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
  ],
  ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}'],
  ['endless headers', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(100_000)}`],
  ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: a\r\nConnection: upgrade\r\n\r\n'],
  ['TLS', '\x15\x03\x01\x00\x02\x02\x28'],
])('an answer with %s → 203 CallbackFailed', async (_, bytes) => {
  const url = await rawApplication((socket) => socket.end(bytes, 'latin1'))
  const { status, error } = await put(freshKey(), url)
  expect({ status, code: error.get('Code') }).toEqual({ status: 203, code: 'CallbackFailed' })
})

test('interim answers are no answer: they are passed over, and not for ever', async () => {
  const url = await rawApplication((socket) => {
    socket.write('HTTP/1.1 103 Early Hints\r\n\r\n')
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')
  })
  expect(await put(freshKey(), url)).toMatchObject({ status: 200, text: '{}' })
  const endless = await rawApplication((socket) => {
    const dripping = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 10)
    socket.on('close', () => clearInterval(dripping))
  })
  expect((await put(freshKey(), endless)).error.get('Message')).toMatch(TIMEOUT)
})

test('what follows the announced length is not read', async () => {
  const url = await rawApplication((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')
    const flooding = setInterval(() => socket.write('x'.repeat(100_000)), 1)
    socket.on('close', () => clearInterval(flooding))
  })
  expect(await put(freshKey(), url)).toMatchObject({ status: 200, text: '{}' })
})

test('of several URLs that all fail, the last says why', async () => {
  const app = await application((response) => response.writeHead(404).end())
  const { error } = await put(freshKey(), `http://127.0.0.1:1/;${app.url}`)
  expect(error.get('Message')).toBe(`Error status : 404. ${ADVICE}`)
})

test('each URL has the whole time', async () => {
  const [silent, slow] = [
    await application(() => {}),
    await application((response) => void setTimeout(() => answerJson(response, '{}'), 150)),
  ]
  expect(await put(freshKey(), `${silent.url};${slow.url}`)).toMatchObject({ status: 200, text: '{}' })
})

test('an application over TLS must have a certificate for its host', async () => {
  const app = await application(confirm)
  const { error } = await put(freshKey(), `https://127.0.0.1:${app.port}/`)
  expect(error.get('Message')).toMatch(UNREACHABLE)
})

test('a form and a completion fail as a PUT does, and keep their objects', async () => {
  const app = await application((response) => response.writeHead(500).end())
  const callback = encoded({ callbackUrl: app.url, callbackBody: 'a=b' })
  const key = freshKey()
  const form = await post(store, signed({ key, callback, success_action_redirect: 'https://page.example/' }))
  const upload = await initiate(store, freshKey())
  const completion = await upload.complete(await upload.parts({ 1: 'hello' }), { 'x-oss-callback': callback })
  for (const { status, error, headers } of [form, completion]) {
    expect({ status, code: error.get('Code') }).toEqual({ status: 203, code: 'CallbackFailed' })
    expect(headers['etag']).toMatch(/^"[0-9A-F]{32}(-1)?"$/)
    expect(headers['location']).toBeUndefined()
  }
  expect(await kept(store, key)).toMatchObject({ text: 'hello' })
  expect(await kept(store, upload.key)).toMatchObject({ text: 'hello' })
})

test('an upload that fails has no callback', async () => {
  const app = await application()
  const headers = { 'x-oss-callback': encoded({ callbackUrl: app.url, callbackBody: 'a=b' }), 'content-length': '6' }
  const answer = await sendSigned(store, { method: 'PUT', target: `/photos/${freshKey()}`, headers, body: 'hello' })
  expect(answer.error.get('Code')).toBe('IncompleteBody')
  expect(app.received).toEqual([])
})

/** An application that speaks bytes, once it has been spoken to. */
async function rawApplication(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}).once('data', () => answer(socket)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`
}

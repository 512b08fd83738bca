import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { ask, PNG, testIssuer } from '../issuer.fixture.ts'
import { type ForwardAuthOptions, forwardAuth } from './forward-auth.ts'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

const EVA: Answer = (response) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"eva","prefix":"eva"}')

/** An application that says who asks, and what it was asked. */
async function application(answer: Answer = EVA): Promise<{ url: string; seen: IncomingHttpHeaders[] }> {
  const seen: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    seen.push(request.headers)
    answer(response, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/may-upload`, seen }
}

async function upload(options: ForwardAuthOptions, headers: Record<string, string> = { cookie: 'sid=1' }) {
  const errors: unknown[] = []
  const issuer = testIssuer({ authorize: forwardAuth(options), onError: (error) => errors.push(error) })
  const response = await ask(issuer, PNG, headers)
  return { status: response.status, headers: response.headers, body: await response.json(), errors }
}

test('the application names the user, by the cookies of the request', async () => {
  const { url, seen } = await application()
  const { status, body } = await upload({ url }, { cookie: 'sid=1', authorization: 'Bearer x', 'x-secret': 'y' })
  expect(status).toBe(200)
  expect(body.key).toMatch(/^uploads\/eva\//)
  expect(seen).toEqual([expect.objectContaining({ cookie: 'sid=1', authorization: 'Bearer x' })])
  expect(seen[0]).not.toHaveProperty('x-secret')
  expect(seen[0]).not.toHaveProperty('content-type', 'application/json')
})

test('the application hears what was asked, and from where', async () => {
  const { url, seen } = await application()
  const issuer = testIssuer({ routes: { avatars: { authorize: forwardAuth({ url, headers: ['X-Session'] }) } } })
  const request = new Request('http://app.local/uploads?a=b', {
    method: 'POST',
    headers: { 'content-type': 'application/json', host: 'app.local', 'x-session': 's', cookie: 'sid=1' },
    body: JSON.stringify({ ...PNG, route: 'avatars' }),
  })
  expect((await issuer(request, { address: '203.0.113.7' })).status).toBe(200)
  expect(seen[0]).toMatchObject({
    'x-session': 's',
    'x-original-method': 'POST',
    'x-original-uri': '/uploads?a=b',
    'x-forwarded-method': 'POST',
    'x-forwarded-uri': '/uploads?a=b',
    'x-forwarded-host': 'app.local',
    'x-forwarded-proto': 'http',
    'x-forwarded-for': '203.0.113.7',
    'x-postern-route': 'avatars',
  })
  expect(seen[0]).not.toHaveProperty('cookie')
})

test('what a request says of itself is not passed on as what the issuer knows', async () => {
  const { url, seen } = await application()
  await upload(
    { url },
    { cookie: 'sid=1', 'x-forwarded-for': '127.0.0.1', 'x-original-uri': '/admin', 'x-postern-route': 'z' },
  )
  expect(seen[0]).toMatchObject({ 'x-original-uri': '/uploads', 'x-postern-route': 'default' })
  expect(seen[0]).not.toHaveProperty('x-forwarded-for')
})

test('a header can name the user', async () => {
  const { url } = await application((response) => response.writeHead(204, { 'x-user': 'eva', 'x-folder': 'eva' }).end())
  const { status, body } = await upload({ url, userHeader: 'x-user', prefixHeader: 'x-folder' })
  expect(status).toBe(200)
  expect(body.key).toMatch(/^uploads\/eva\//)
})

test('401 and 403 are passed on, with the sentence of the application', async () => {
  const { url } = await application((response) =>
    response.writeHead(401, { 'www-authenticate': 'Session realm="app"' }).end('{"detail":"Your session is over."}'),
  )
  const refused = await upload({ url })
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toBe('Session realm="app"')
  expect(refused.body).toMatchObject({ code: 'caller-unknown', detail: 'Your session is over.' })
  expect(refused.errors).toEqual([])

  const forbidding = await application((response) => response.writeHead(403).end('<html>no</html>'))
  const forbidden = await upload({ url: forbidding.url })
  expect(forbidden.status).toBe(403)
  expect(forbidden.body).toMatchObject({ code: 'upload-denied' })
  expect(JSON.stringify(forbidden.body)).not.toContain('html')
})

const faults: { why: string; answer: Answer; options?: Partial<ForwardAuthOptions> }[] = [
  { why: 'breaks', answer: (response) => response.writeHead(500).end('stack trace') },
  { why: 'is not there', answer: (response) => response.writeHead(404).end() },
  { why: 'sends to its login', answer: (response) => response.writeHead(302, { location: '/login' }).end() },
  { why: 'says yes to nobody', answer: (response) => response.writeHead(204).end() },
  { why: 'shows its login with 200', answer: (response) => response.writeHead(200).end('<html>login</html>') },
  { why: 'names nobody', answer: (response) => response.writeHead(200).end('{"id":""}') },
  { why: 'names a number', answer: (response) => response.writeHead(200).end('{"id":7}') },
  { why: 'answers without end', answer: (response) => response.writeHead(200).end(`{"id":"${'x'.repeat(20_000)}"}`) },
  { why: 'hangs up', answer: (response) => response.destroy() },
  { why: 'does not answer in time', answer: () => {}, options: { timeoutMs: 50 } },
  { why: 'leaves out the header', answer: EVA, options: { userHeader: 'x-user' } },
  {
    why: 'leaves out the folder',
    answer: (response) => response.writeHead(200, { 'x-user': 'eva' }).end(),
    options: { userHeader: 'x-user', prefixHeader: 'x-folder' },
  },
]

test.each(faults)('an application that $why lets nobody in, and whoever runs the issuer hears why', async (fault) => {
  const { url } = await application(fault.answer)
  const { status, body, errors } = await upload({ url, ...fault.options })
  expect(status).toBe(503)
  expect(body).toMatchObject({ code: 'authorizer-unavailable' })
  expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|stack/)
  expect(errors).toEqual([
    expect.objectContaining({ cause: expect.objectContaining({ message: expect.stringContaining(url) }) }),
  ])
})

test('a redirect is not followed, wherever it leads', async () => {
  const inside = await application()
  const { url } = await application((response) => response.writeHead(307, { location: inside.url }).end())
  expect((await upload({ url })).status).toBe(503)
  expect(inside.seen).toEqual([])
})

test('a folder that is no folder is a fault of the application', async () => {
  const { url } = await application((response) => response.writeHead(200).end('{"id":"eva","prefix":"../bob"}'))
  const { status, errors } = await upload({ url })
  expect(status).toBe(500)
  expect(errors).toEqual([expect.any(TypeError)])
})

test('the application is asked each time, unless told for how long it may be remembered', async () => {
  const asking = await application()
  const issuer = testIssuer({ authorize: forwardAuth({ url: asking.url }) })
  for (let at = 0; at < 3; at++) await ask(issuer, PNG, { cookie: 'sid=1' })
  expect(asking.seen).toHaveLength(3)

  const remembering = await application()
  const cached = testIssuer({ authorize: forwardAuth({ url: remembering.url, cacheSeconds: 60 }) })
  for (let at = 0; at < 3; at++) await ask(cached, PNG, { cookie: 'sid=1' })
  expect(remembering.seen).toHaveLength(1)
  await ask(cached, PNG, { cookie: 'sid=2' })
  await ask(cached, { ...PNG, route: 'other' }, { cookie: 'sid=1' })
  expect(remembering.seen).toHaveLength(3)
})

test('only "yes" is remembered, and only of somebody who showed something', async () => {
  const refusing = await application((response) => response.writeHead(401).end())
  const issuer = testIssuer({ authorize: forwardAuth({ url: refusing.url, cacheSeconds: 60 }) })
  for (let at = 0; at < 2; at++) expect((await ask(issuer, PNG, { cookie: 'sid=1' })).status).toBe(401)
  expect(refusing.seen).toHaveLength(2)

  const open = await application()
  const guest = testIssuer({ authorize: forwardAuth({ url: open.url, cacheSeconds: 60 }) })
  for (let at = 0; at < 2; at++) expect((await ask(guest, PNG)).status).toBe(200)
  expect(open.seen).toHaveLength(2)
})

const wrong: { why: string; options: ForwardAuthOptions; says: RegExp }[] = [
  { why: 'a path', options: { url: '/may-upload' }, says: /address/ },
  { why: 'a file', options: { url: 'file:///etc/passwd' }, says: /address/ },
  { why: 'a password', options: { url: 'http://a:b@app.local/' }, says: /password/ },
  {
    why: 'a header of the message',
    options: { url: 'http://a/', headers: ['Content-Length'] },
    says: /content-length/,
  },
  { why: 'a header of its own', options: { url: 'http://a/', headers: ['X-Forwarded-For'] }, says: /x-forwarded-for/ },
  { why: 'a header that is none', options: { url: 'http://a/', headers: ['a b'] }, says: /"a b"/ },
  { why: 'no time', options: { url: 'http://a/', timeoutMs: 0 }, says: /timeoutMs/ },
  { why: 'a long memory', options: { url: 'http://a/', cacheSeconds: 301 }, says: /1 to 300/ },
]

test.each(wrong)('forwardAuth with $why is refused at the start', ({ options, says }) => {
  expect(() => forwardAuth(options)).toThrow(says)
})

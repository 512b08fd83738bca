import { expect, test } from 'vitest'
import { PosternError } from '../base/errors.ts'
import { createHandler } from './handler.ts'
import { get, NOW, SIGNATURE_PATH, testIssuer } from './issuer.fixture.ts'

const methods: { path: string; method: string; allow: string }[] = [
  { path: '/uploads', method: 'PUT', allow: 'GET, HEAD, POST' },
  { path: '/uploads/complete', method: 'GET', allow: 'POST' },
  { path: '/uploads/complete', method: 'HEAD', allow: 'POST' },
  { path: '/uploads/complete', method: 'OPTIONS', allow: 'POST' },
  { path: SIGNATURE_PATH, method: 'POST', allow: 'GET, HEAD' },
  { path: '/healthz', method: 'DELETE', allow: 'GET, HEAD' },
]

test.each(methods)('$method $path is answered with what the address takes', async ({ path, method, allow }) => {
  const response = await get(testIssuer(), path, method)
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe(allow)
  expect(await response.json()).toMatchObject({ code: 'method-not-allowed' })
})

test.each([
  '/nothing',
  '/uploads/',
  '/Uploads',
  '//uploads',
  '/uploads%2f',
  '/page.js',
  '/../package.json',
  '/constructor',
])('there is nothing at %s', async (path) => {
  const response = await get(testIssuer(), path)
  expect(response.status).toBe(404)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect(await response.json()).toMatchObject({ code: 'path-not-found', type: 'urn:postern:problem:path-not-found' })
})

test.each([SIGNATURE_PATH, '/healthz'])('HEAD %s has the headers of GET and no body', async (path) => {
  const head = await get(testIssuer(), path, 'HEAD')
  const full = await get(testIssuer(), path)
  expect(head.status).toBe(200)
  expect([...head.headers]).toEqual([...full.headers])
  expect(await head.text()).toBe('')
})

test('an issuer that is alive says so', async () => {
  const response = await get(testIssuer(), '/healthz')
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('ok\n')
})

test.each([SIGNATURE_PATH, '/healthz', '/nothing'])('the answer of %s says when it was given', async (path) => {
  expect((await get(testIssuer(), path)).headers.get('date')).toBe('Tue, 24 Nov 2026 23:30:05 GMT')
})

test('each second is told anew, and a date that an endpoint tells stays', async () => {
  let ahead = 0
  const own = () => new Response('', { headers: { date: 'Thu, 01 Jan 1970 00:00:00 GMT' } })
  const endpoints = new Map([
    ['/a', { GET: () => new Response() }],
    ['/own', { GET: own }],
  ])
  const now = () => new Date(NOW.getTime() + ahead)
  const handler = createHandler(endpoints, { watcher: { faultHappened: console.error }, now })
  const dateOf = async (path: string) => (await get(handler, path)).headers.get('date')
  expect(await dateOf('/a')).toBe('Tue, 24 Nov 2026 23:30:05 GMT')
  ahead = 321 // one millisecond before the next second
  expect(await dateOf('/a')).toBe('Tue, 24 Nov 2026 23:30:05 GMT')
  ahead = 322
  expect(await dateOf('/a')).toBe('Tue, 24 Nov 2026 23:30:06 GMT')
  expect(await dateOf('/own')).toBe('Thu, 01 Jan 1970 00:00:00 GMT')
})

test('a problem says what can succeed after it', async () => {
  const retryOf = async (error: unknown) => {
    const endpoints = new Map([['/a', { GET: () => Promise.reject(error) }]])
    const handler = createHandler(endpoints, { watcher: { faultHappened: () => undefined } })
    return (await (await get(handler, '/a')).json()).retry
  }
  expect(await retryOf(new PosternError('type-not-allowed', ''))).toBe('never')
  expect(await retryOf(new PosternError('storage-unreachable', ''))).toBe('same-form')
  expect(await retryOf(new PosternError('upload-token-expired', ''))).toBe('fresh-form')
  expect(await retryOf(new Error('a bug'))).toBe('same-form')
})

test('no other origin may read an answer', async () => {
  const request = new Request(`http://app.local${SIGNATURE_PATH}`, { headers: { origin: 'https://elsewhere.example' } })
  const response = await testIssuer()(request)
  expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
})

const addresses: { url: string; query: string | undefined }[] = [
  { url: 'http://app.local/a', query: undefined },
  { url: 'http://app.local/a?', query: '' },
  { url: 'http://app.local/a?x=1&y=/b?c', query: 'x=1&y=/b?c' },
  { url: 'http://app.local/a?x=1#f', query: 'x=1' },
  { url: 'http://app.local/a#f?x=1', query: undefined },
  { url: 'http://[::1]:8000/a?x', query: 'x' },
]

test.each(addresses)('$url has the query $query', async ({ url, query }) => {
  const seen: unknown[] = []
  const note = (_: Request, text: string | undefined) => {
    seen.push(text)
    return new Response()
  }
  const handler = createHandler(new Map([['/a', { GET: note }]]), { watcher: { faultHappened: console.error } })
  await handler(new Request(url))
  expect(seen).toEqual([query])
})

test('an error with a cause is told to onError and answered without it', async () => {
  const seen: unknown[] = []
  const error = new PosternError(
    'storage-unreachable',
    'It did not answer.',
    {},
    { cause: new Error('ECONNREFUSED 10.0.0.7') },
  )
  const handler = createHandler(new Map([['/a', { GET: () => Promise.reject(error) }]]), {
    watcher: { faultHappened: (one) => seen.push(one) },
  })
  const response = await handler(new Request('http://app.local/a'))
  expect(response.status).toBe(502)
  expect(await response.text()).not.toContain('10.0.0.7')
  expect(seen).toEqual([error])
})

import { expect, test } from 'vitest'
import type { Cors } from './cors.ts'
import type { IssuerOptions } from './create-issuer.ts'
import { PNG, SIGNATURE_PATH, testIssuer } from './issuer.fixture.ts'

const PAGE = 'https://app.example'
const LISTED: Partial<IssuerOptions> = {
  cors: { origins: [PAGE, 'capacitor://localhost'] },
  authorize: () => ({ id: 'eva' }),
}

interface From {
  readonly method?: string
  readonly path?: string
  readonly url?: string
  readonly headers?: Record<string, string>
}

function send(options: Partial<IssuerOptions>, { method = 'POST', path = '/uploads', url, headers = {} }: From) {
  const body = method === 'POST' ? { body: JSON.stringify(PNG) } : {}
  const request = new Request(url ?? `http://issuer.example${path}`, {
    method,
    headers: { 'content-type': 'application/json', host: 'issuer.example', ...headers },
    ...body,
  })
  return testIssuer(options)(request)
}

function accessHeaders({ headers }: Response): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control')))
}

test('a page of an origin that is listed may ask, and read the answer', async () => {
  for (const origin of [PAGE, 'capacitor://localhost']) {
    const response = await send(LISTED, { headers: { origin } })
    expect(response.status).toBe(200)
    expect(response.headers.get('vary')).toBe('Origin')
    expect(accessHeaders(response)).toEqual({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'Date, Retry-After, WWW-Authenticate, Expire',
    })
  }
})

test('it may read why it is refused, and when to come again', async () => {
  const options = { ...LISTED, limits: { formsPerMinute: 1 } }
  const issuer = testIssuer(options)
  const ask = () =>
    issuer(new Request(`http://issuer.example${SIGNATURE_PATH}`, { headers: { origin: PAGE, host: 'issuer.example' } }))
  await ask()
  const response = await ask()
  expect(response.status).toBe(429)
  expect(response.headers.get('access-control-allow-origin')).toBe(PAGE)
  expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
})

test('cookies are for origins that are listed, and only where that is said', async () => {
  const cors: Cors = { origins: [PAGE], credentials: true }
  const response = await send({ ...LISTED, cors }, { headers: { origin: PAGE } })
  expect(response.headers.get('access-control-allow-credentials')).toBe('true')
  const foreign = await send({ ...LISTED, cors }, { headers: { origin: 'https://evil.example' } })
  expect(accessHeaders(foreign)).toEqual({})
})

const foreign = [
  'https://evil.example',
  'null',
  'http://app.example',
  'https://app.example:8443',
  'https://app.example.evil.example',
  'https://xapp.example',
  'https://APP.example',
  'https://app.example/',
  'https://app.example https://evil.example',
  '',
  'https://',
  '*',
]

test.each(foreign)('a page of %j is refused before anybody is asked', async (origin) => {
  let asked = 0
  const authorize = () => {
    asked += 1
    return { id: 'eva' }
  }
  for (const cors of [LISTED.cors, undefined]) {
    const response = await send({ authorize, ...(cors && { cors }) }, { headers: { origin, cookie: 'sid=1' } })
    expect(response.status).toBe(403)
    expect(accessHeaders(response)).toEqual({})
    expect(await response.json()).toMatchObject({ code: 'origin-denied' })
  }
  expect(asked).toBe(0)
})

const own: { why: string; from: From; options?: Partial<IssuerOptions> }[] = [
  { why: 'its own page', from: { headers: { origin: 'http://issuer.example' } } },
  { why: 'its own page behind a proxy that ends TLS', from: { headers: { origin: 'https://issuer.example' } } },
  { why: 'its own page at a port', from: { headers: { origin: 'http://127.0.0.1:8000', host: '127.0.0.1:8000' } } },
  {
    why: 'its own page, the usual port written out',
    from: { headers: { origin: 'https://issuer.example', host: 'issuer.example:443' } },
  },
  {
    why: 'its own page behind a proxy that changes the host',
    from: { headers: { origin: PAGE } },
    options: { publicUrl: `${PAGE}/uploads` },
  },
  { why: 'no page at all', from: {} },
  {
    why: 'a link that somebody followed',
    from: {
      method: 'GET',
      path: '/healthz',
      headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    },
  },
]

test.each(own)('a request of $why is carried out', async ({ from, options = {} }) => {
  const response = await send(options, from)
  expect(response.status).toBe(200)
  expect(accessHeaders(response)).toEqual({})
})

const notOwn: { why: string; from: From; options?: Partial<IssuerOptions> }[] = [
  { why: 'the page of another port', from: { headers: { origin: 'http://127.0.0.1:9000', host: '127.0.0.1:8000' } } },
  {
    why: 'a page without TLS, where the issuer has it',
    from: { url: 'https://issuer.example/uploads', headers: { origin: 'http://issuer.example' } },
  },
  {
    why: 'whoever sends a host of their own, where the address is known',
    from: { headers: { origin: 'http://evil.example', host: 'evil.example' } },
    options: { publicUrl: PAGE },
  },
  {
    why: 'an image in a page of another site',
    from: {
      method: 'GET',
      path: SIGNATURE_PATH,
      headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    },
  },
]

test.each(notOwn)('a request of $why is refused', async ({ from, options = {} }) => {
  expect(await (await send(options, from)).json()).toMatchObject({ code: 'origin-denied' })
})

const preflight = (method: string, origin = PAGE): Record<string, string> => ({
  origin,
  'access-control-request-method': method,
  'access-control-request-headers': 'content-type,authorization',
})

const addresses: { path: string; methods: string }[] = [
  { path: '/uploads', methods: 'GET, HEAD, POST' },
  { path: '/uploads/complete', methods: 'POST' },
  { path: '/uploads/multipart', methods: 'POST' },
  { path: SIGNATURE_PATH, methods: 'GET, HEAD' },
  { path: '/get_sts_token_for_oss_upload', methods: 'GET, HEAD' },
  { path: '/get_presigned_url_for_oss_upload', methods: 'GET, HEAD' },
  { path: '/s3/params', methods: 'GET, HEAD' },
  { path: '/s3/multipart', methods: 'POST' },
  { path: '/s3/multipart/an-upload-id', methods: 'GET, HEAD, POST, DELETE' },
]

test.each(addresses)('a preflight of $path is told $methods', async ({ path, methods }) => {
  const response = await send(LISTED, { method: 'OPTIONS', path, headers: preflight('POST') })
  expect(response.status).toBe(204)
  expect(response.headers.get('vary')).toBe('Origin')
  expect(accessHeaders(response)).toEqual({
    'access-control-allow-origin': PAGE,
    'access-control-allow-methods': methods,
    'access-control-allow-headers': 'content-type,authorization',
    'access-control-max-age': '600',
  })
})

test('a preflight asks nobody who they are, and counts for nothing', async () => {
  const authorize = () => {
    throw new Error('was asked')
  }
  const response = await send({ ...LISTED, authorize }, { method: 'OPTIONS', headers: preflight('POST') })
  expect(response.status).toBe(204)
})

test('a preflight of a page that is not listed, or of nothing that is there, is refused', async () => {
  const evil = await send(LISTED, { method: 'OPTIONS', headers: preflight('POST', 'https://evil.example') })
  expect([evil.status, accessHeaders(evil)]).toEqual([403, {}])
  const nothing = await send(LISTED, { method: 'OPTIONS', path: '/nothing', headers: preflight('POST') })
  expect(nothing.status).toBe(404)
})

test('what is no name of a header is not given back to a preflight', async () => {
  for (const names of ['a\tb', 'x'.repeat(1025), 'a;b', 'a:b']) {
    const headers = { ...preflight('POST'), 'access-control-request-headers': names }
    const response = await send(LISTED, { method: 'OPTIONS', headers })
    expect(response.headers.has('access-control-allow-headers')).toBe(false)
  }
})

test('where everybody may upload, pages of every origin can be let in, without cookies', async () => {
  const response = await send({ cors: { origins: '*' } }, { headers: { origin: 'https://anywhere.example' } })
  expect(response.status).toBe(200)
  expect(accessHeaders(response)).toMatchObject({ 'access-control-allow-origin': '*' })
  expect(accessHeaders(response)).not.toHaveProperty('access-control-allow-credentials')
  expect((await send({ cors: { origins: '*' } }, { headers: { origin: 'null' } })).status).toBe(403)
})

const eva = () => ({ id: 'eva' })
const wrong: { why: string; options: Partial<IssuerOptions>; says: RegExp }[] = [
  { why: '"*" where users sign in', options: { cors: { origins: '*' }, authorize: eva }, says: /"\*"/ },
  {
    why: '"*" where users of a route sign in',
    options: { cors: { origins: '*' }, routes: { a: { authorize: eva } } },
    says: /"\*"/,
  },
  { why: '"*" with cookies', options: { cors: { origins: '*', credentials: true } }, says: /credentials/ },
  { why: 'the origin "null"', options: { cors: { origins: ['null'] } }, says: /"null"/ },
  { why: '"*" in a list', options: { cors: { origins: ['*'] } }, says: /"\*"/ },
  { why: 'a pattern', options: { cors: { origins: ['https://*.app.example'] } }, says: /no origin/ },
  { why: 'a path', options: { cors: { origins: ['https://app.example/'] } }, says: /no origin/ },
  { why: 'capitals', options: { cors: { origins: ['https://App.example'] } }, says: /no origin/ },
  { why: 'a host alone', options: { cors: { origins: ['app.example'] } }, says: /no origin/ },
  { why: 'a long memory', options: { cors: { origins: [PAGE], maxAgeSeconds: 86_401 } }, says: /86400/ },
  { why: 'an address that is none', options: { publicUrl: 'app.example' }, says: /publicUrl/ },
]

test.each(wrong)('$why is refused at the start', ({ options, says }) => {
  expect(() => testIssuer(options)).toThrow(says)
})

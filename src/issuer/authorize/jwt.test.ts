import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer } from 'node:http'
import { exportJWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { ask, PNG, testIssuer } from '../issuer.fixture.ts'
import { type JwtOptions, jwt } from './jwt.ts'

const SECRET = 's'.repeat(32)
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 })
const EC = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const ED = generateKeyPairSync('ed25519')
const PEM = RSA.publicKey.export({ type: 'spki', format: 'pem' }).toString()
const NOW = Math.floor(Date.now() / 1000)
const CLAIMS = { iss: 'https://id.example', aud: 'uploads', sub: 'eva', exp: NOW + 60 }

const BY_SECRET: JwtOptions = { secret: SECRET, issuer: CLAIMS.iss, audience: CLAIMS.aud }
const BY_PEM: JwtOptions = { publicKey: PEM, issuer: CLAIMS.iss, audience: CLAIMS.aud }

function sign(claims: JWTPayload, alg = 'HS256', key: KeyObject | Uint8Array = Buffer.from(SECRET), kid?: string) {
  return new SignJWT(claims).setProtectedHeader(kid === undefined ? { alg } : { alg, kid }).sign(key)
}

async function upload(options: JwtOptions, headers: Record<string, string>, onError?: (error: unknown) => void) {
  const response = await ask(testIssuer({ authorize: jwt(options), ...(onError && { onError }) }), PNG, headers)
  return { status: response.status, headers: response.headers, body: await response.json() }
}

const bearing = (token: string) => ({ authorization: `Bearer ${token}` })

test('whoever bears a token gets a form, in the folder that the token names', async () => {
  const options = { ...BY_SECRET, prefix: 'folder' }
  const { status, body } = await upload(options, bearing(await sign({ ...CLAIMS, folder: 'eva' })))
  expect(status).toBe(200)
  expect(body.key).toMatch(/^uploads\/eva\//)
})

test('whoever bears none is asked for one', async () => {
  const { status, headers, body } = await upload(BY_SECRET, {})
  expect(status).toBe(401)
  expect(headers.get('www-authenticate')).toBe('Bearer')
  expect(body).toMatchObject({ code: 'caller-unknown' })
})

const refused: { why: string; claims: JWTPayload; says: RegExp }[] = [
  { why: 'has expired', claims: { ...CLAIMS, exp: NOW - 10 }, says: /expired/ },
  { why: 'is not good yet', claims: { ...CLAIMS, nbf: NOW + 30 }, says: /"nbf"/ },
  { why: 'never expires', claims: { iss: CLAIMS.iss, aud: CLAIMS.aud, sub: 'eva' }, says: /"exp".*missing/ },
  { why: 'is for another application', claims: { ...CLAIMS, aud: 'payroll' }, says: /"aud"/ },
  { why: 'is for nobody', claims: { iss: CLAIMS.iss, sub: 'eva', exp: CLAIMS.exp }, says: /"aud".*missing/ },
  { why: 'comes from somebody else', claims: { ...CLAIMS, iss: 'https://evil.example' }, says: /"iss"/ },
  { why: 'names no user', claims: { iss: CLAIMS.iss, aud: CLAIMS.aud, exp: CLAIMS.exp }, says: /"sub"/ },
  { why: 'names an empty user', claims: { ...CLAIMS, sub: '' }, says: /"sub"/ },
  { why: 'lacks a claim that is asked for', claims: CLAIMS, says: /"scope".*missing/ },
]

test.each(refused)('a token that $why is refused, and says so', async ({ why, claims, says }) => {
  const options = why.startsWith('lacks') ? { ...BY_SECRET, requiredClaims: ['scope'] } : BY_SECRET
  const { status, headers, body } = await upload(options, bearing(await sign(claims)))
  expect(status).toBe(401)
  expect(body).toMatchObject({ code: 'caller-unknown', detail: expect.stringMatching(says) })
  expect(headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token", error_description="[^"]+"$/)
})

test('clocks may differ by 5 seconds unless told otherwise', async () => {
  const late = bearing(await sign({ ...CLAIMS, exp: NOW - 3 }))
  expect((await upload(BY_SECRET, late)).status).toBe(200)
  expect((await upload({ ...BY_SECRET, clockToleranceSeconds: 0 }, late)).status).toBe(401)
})

const forged: { why: string; token: () => Promise<string> | string; options: JwtOptions }[] = [
  { why: 'is not signed', token: () => new UnsecuredJWT(CLAIMS).encode(), options: BY_SECRET },
  { why: 'says it needs no signature', token: () => withHeader({ alg: 'none' }), options: BY_PEM },
  // the public key is no secret: who has it could sign with it, if the token chose the algorithm
  {
    why: 'is signed with the text of the public key',
    token: () => sign(CLAIMS, 'HS256', Buffer.from(PEM)),
    options: BY_PEM,
  },
  {
    why: 'is signed with another secret',
    token: () => sign(CLAIMS, 'HS256', Buffer.from('t'.repeat(32))),
    options: BY_SECRET,
  },
  { why: 'is signed with another key', token: () => sign(CLAIMS, 'ES256', EC.privateKey), options: BY_PEM },
  { why: 'names an algorithm of another key', token: () => withHeader({ alg: 'ES256' }), options: BY_PEM },
  {
    why: 'names an algorithm that was not chosen',
    token: () => sign(CLAIMS, 'RS512', RSA.privateKey),
    options: { ...BY_PEM, algorithms: ['RS256'] },
  },
  {
    why: 'asks for what nobody knows',
    token: () => withHeader({ alg: 'HS256', crit: ['x'], x: 1 }),
    options: BY_SECRET,
  },
  {
    why: 'brings its own key',
    token: () => withHeader({ alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } }),
    options: BY_SECRET,
  },
  { why: 'is not JSON', token: () => 'a.b.c', options: BY_SECRET },
  { why: 'is encrypted', token: () => 'a.b.c.d.e', options: BY_SECRET },
  { why: 'is a text', token: () => 'hello', options: BY_SECRET },
]

test.each(forged)('a token that $why is refused', async ({ token, options }) => {
  const { status, body } = await upload(options, bearing(await token()))
  expect(status).toBe(401)
  expect(body).toMatchObject({ code: 'caller-unknown' })
})

test.each([
  { alg: 'RS256', pair: RSA },
  { alg: 'PS512', pair: RSA },
  { alg: 'ES256', pair: EC },
  { alg: 'EdDSA', pair: ED },
])('a public key lets in what its private key signed with $alg', async ({ alg, pair }) => {
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const token = await sign(CLAIMS, alg, pair.privateKey)
  expect((await upload({ publicKey, issuer: CLAIMS.iss, audience: CLAIMS.aud }, bearing(token))).status).toBe(200)
})

test('a cookie can hold the token, and a header goes before it', async () => {
  const options = { ...BY_SECRET, cookie: 'token' }
  const token = await sign(CLAIMS)
  expect((await upload(options, { cookie: `a=b; token=${token}` })).status).toBe(200)
  expect((await upload(options, { cookie: `token=${token}`, authorization: 'Bearer other' })).status).toBe(401)
  expect((await upload(options, { cookie: `other=${token}` })).status).toBe(401)
  expect((await upload(BY_SECRET, { cookie: `token=${token}` })).status).toBe(401)
})

test('two cookies of one name are none, because a neighbour may have set one of them', async () => {
  const cookie = `token=${await sign(CLAIMS)}; token=${await sign({ ...CLAIMS, sub: 'mallory' })}`
  expect((await upload({ ...BY_SECRET, cookie: 'token' }, { cookie })).status).toBe(401)
})

test('a user may be named by another claim, and have a number', async () => {
  const seen: string[] = []
  const options = { ...BY_SECRET, user: 'uid' }
  const authorize = jwt(options)
  const issuer = testIssuer({
    authorize: async (request, asked) => {
      const caller = await authorize(request, asked)
      seen.push(caller?.id ?? '')
      return caller
    },
  })
  expect((await ask(issuer, PNG, bearing(await sign({ ...CLAIMS, uid: 42 })))).status).toBe(200)
  expect(seen).toEqual(['42'])
  expect((await upload(options, bearing(await sign({ ...CLAIMS, uid: { id: 42 } })))).status).toBe(401)
})

test('a token whose folder is a way out of it is a fault, and gets no form', async () => {
  const errors: unknown[] = []
  const token = await sign({ ...CLAIMS, folder: '../bob' })
  const { status } = await upload({ ...BY_SECRET, prefix: 'folder' }, bearing(token), (error) => errors.push(error))
  expect(status).toBe(500)
  expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('"../bob"') })])
})

test('a token without the folder that names its keys is refused: it would get those of everybody', async () => {
  const { status, body } = await upload({ ...BY_SECRET, prefix: 'folder' }, bearing(await sign(CLAIMS)))
  expect(status).toBe(401)
  expect(body.detail).toContain('"folder"')
})

test('the keys of a provider are fetched once, and chosen by their id', async () => {
  const provider = await serveKeys(async () => [
    { ...(await exportJWK(RSA.publicKey)), kid: 'rsa', alg: 'RS256' },
    { ...(await exportJWK(EC.publicKey)), kid: 'ec' },
  ])
  const issuer = testIssuer({ authorize: jwt(provider.options) })
  expect((await ask(issuer, PNG, bearing(await sign(CLAIMS, 'RS256', RSA.privateKey, 'rsa')))).status).toBe(200)
  expect((await ask(issuer, PNG, bearing(await sign(CLAIMS, 'ES256', EC.privateKey, 'ec')))).status).toBe(200)
  expect((await ask(issuer, PNG, bearing(await sign(CLAIMS, 'ES256', EC.privateKey, 'rsa')))).status).toBe(401)
  for (const kid of ['a', 'b', 'c'])
    expect((await ask(issuer, PNG, bearing(await sign(CLAIMS, 'RS256', RSA.privateKey, kid)))).status).toBe(401)
  const withPublic = await sign(CLAIMS, 'HS256', Buffer.from(PEM), 'rsa')
  expect((await ask(issuer, PNG, bearing(withPublic))).status).toBe(401)
  expect(provider.asked()).toBe(1)
})

const broken: { why: string; answer: { status: number; body?: string; location?: string } }[] = [
  { why: 'answers 500', answer: { status: 500 } },
  { why: 'sends elsewhere', answer: { status: 302, location: 'http://169.254.169.254/' } },
  { why: 'answers what is no set of keys', answer: { status: 200, body: '<html>' } },
  { why: 'answers without end', answer: { status: 200, body: `{"keys":[],"x":"${'x'.repeat(300_000)}"}` } },
]

test.each(broken)('a provider that $why lets nobody in, and whoever runs the issuer hears why', async ({ answer }) => {
  const provider = await serveKeys(answer)
  const errors: unknown[] = []
  const token = bearing(await sign(CLAIMS, 'RS256', RSA.privateKey, 'rsa'))
  const issuer = testIssuer({ authorize: jwt(provider.options), onError: (error) => errors.push(error) })
  const response = await ask(issuer, PNG, token)
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('5')
  expect(await response.json()).toMatchObject({ code: 'authorizer-unavailable' })
  expect(errors).toEqual([expect.objectContaining({ cause: expect.any(Error) })])
})

test('a provider that is down is not asked for every request', async () => {
  const provider = await serveKeys({ status: 500 })
  const issuer = testIssuer({ authorize: jwt(provider.options), onError: () => {} })
  const token = bearing(await sign(CLAIMS, 'RS256', RSA.privateKey, 'rsa'))
  for (let at = 0; at < 5; at++) expect((await ask(issuer, PNG, token)).status).toBe(503)
  expect(provider.asked()).toBe(1)
})

test('what is no token at all costs the provider nothing', async () => {
  const provider = await serveKeys({ status: 500 })
  expect((await upload(provider.options, bearing('a-key-of-a-server'))).status).toBe(401)
  expect(provider.asked()).toBe(0)
})

const PRIVATE_PEM = RSA.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const SMALL = generateKeyPairSync('rsa', { modulusLength: 1024 })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString()
const JWKS: JwtOptions = { jwksUrl: 'https://id.example/jwks', issuer: 'https://id.example', audience: 'uploads' }
const wrong: { why: string; options: JwtOptions; says: RegExp }[] = [
  { why: 'no key', options: {}, says: /one of/ },
  { why: 'two keys', options: { ...BY_SECRET, publicKey: PEM }, says: /one of/ },
  { why: 'a secret of 31 bytes', options: { secret: 's'.repeat(31) }, says: /32 bytes/ },
  { why: 'a private key', options: { publicKey: PRIVATE_PEM }, says: /private/ },
  { why: 'a key that is none', options: { publicKey: 'ssh-rsa AAAA' }, says: /PEM/ },
  { why: 'a key of 1024 bits', options: { publicKey: SMALL }, says: /1024 bits/ },
  { why: 'keys over plain HTTP', options: { ...JWKS, jwksUrl: 'http://id.example/jwks' }, says: /https/ },
  { why: 'keys in a file', options: { ...JWKS, jwksUrl: 'file:///etc/jwks' }, says: /address/ },
  { why: 'a password in the address', options: { ...JWKS, jwksUrl: 'https://a:b@id.example/' }, says: /password/ },
  { why: 'a provider and no audience', options: { jwksUrl: JWKS.jwksUrl ?? '', issuer: 'a' }, says: /audience/ },
  { why: 'a provider and no issuer', options: { jwksUrl: JWKS.jwksUrl ?? '', audience: 'a' }, says: /issuer/ },
  { why: 'an empty audience', options: { ...JWKS, audience: [] }, says: /empty/ },
  {
    why: 'a secret with a public algorithm',
    options: { ...BY_SECRET, algorithms: ['RS256'] },
    says: /HS256.*not RS256/,
  },
  { why: 'a public key with HS256', options: { ...BY_PEM, algorithms: ['HS256'] }, says: /not HS256/ },
  { why: 'a provider with HS256', options: { ...JWKS, algorithms: ['HS256'] }, says: /not HS256/ },
  { why: 'no signature at all', options: { ...BY_SECRET, algorithms: ['none'] }, says: /not none/ },
  { why: 'no algorithm', options: { ...BY_SECRET, algorithms: [] }, says: /none at all/ },
  { why: 'clocks that differ by an hour', options: { ...BY_SECRET, clockToleranceSeconds: 3600 }, says: /0 to 300/ },
]

test.each(wrong)('jwt with $why is refused at the start', ({ options, says }) => {
  expect(() => jwt(options)).toThrow(says)
  expect(() => jwt(options)).toThrow(TypeError)
})

function withHeader(header: object): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${encode(header)}.${encode(CLAIMS)}.AAAA`
}

type Keys = (() => Promise<object[]>) | { status: number; body?: string; location?: string }

/** A provider, and how often it was asked. */
async function serveKeys(keys: Keys): Promise<{ options: JwtOptions; asked: () => number }> {
  let asked = 0
  const set = typeof keys === 'function' ? await keys() : []
  const answer = typeof keys === 'function' ? { status: 200, body: JSON.stringify({ keys: set }) } : keys
  const server = createServer((_, response) => {
    asked += 1
    const location = 'location' in answer ? { location: answer.location } : {}
    response.writeHead(answer.status, { 'content-type': 'application/json', ...location }).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const options = { jwksUrl: `http://127.0.0.1:${port}/jwks`, issuer: CLAIMS.iss, audience: CLAIMS.aud }
  return { options, asked: () => asked }
}

import { expect, test } from 'vitest'
import { PosternError } from '../../base/issuer-errors.ts'
import type { Peer } from '../../http/peer.ts'
import type { IssuerOptions } from '../create-issuer.ts'
import type { Handler } from '../handler.ts'
import { ask, get, PNG, SIGNATURE_PATH, testIssuer } from '../issuer.fixture.ts'
import type { Asked } from './authorize.ts'
import { nobody } from './bearer.ts'

const USER: Partial<IssuerOptions> = { authorize: ({ headers }) => ({ id: headers.get('x-user') ?? 'eva' }) }

function from(issuer: Handler, peer: Peer, headers: Record<string, string> = {}): Promise<Response> {
  return issuer(new Request(`http://app.local${SIGNATURE_PATH}`, { headers }), peer)
}

async function statuses(times: number, work: () => Promise<Response>): Promise<number[]> {
  const all: number[] = []
  for (let at = 0; at < times; at++) all.push((await work()).status)
  return all
}

test('a route can say itself who may upload', async () => {
  const routes = { default: {}, staff: { authorize: () => ({ id: 'staff' }) }, drop: { authorize: 'public' } } as const
  const issuer = testIssuer({ routes, authorize: () => undefined })
  const status = async (route: string) => (await ask(issuer, { ...PNG, route })).status
  expect(await Promise.all(['default', 'staff', 'drop'].map(status))).toEqual([403, 200, 200])
})

test('of a route that is not there, the issuer asks as for any other', async () => {
  const issuer = testIssuer({ routes: { drop: { authorize: 'public' } }, authorize: () => undefined })
  expect(await (await ask(issuer, { ...PNG, route: 'nowhere' })).json()).toMatchObject({ code: 'upload-denied' })
})

test('an authorizer knows the route that is asked for, and the address of the client', async () => {
  const seen: Asked[] = []
  const authorize = (_: Request, asked: Asked) => {
    seen.push(asked)
    return { id: 'eva' }
  }
  const issuer = testIssuer({ authorize, trustProxy: 1 })
  await from(issuer, { address: '10.0.0.2' }, { 'x-forwarded-for': '203.0.113.7' })
  await ask(issuer, { ...PNG, route: 'other' })
  expect(seen).toEqual([
    { route: 'default', address: '203.0.113.7' },
    { route: 'other', address: undefined },
  ])
})

test('a refusal says when to come again, in seconds and in a header', async () => {
  const issuer = testIssuer({ ...USER, limits: { formsPerMinute: 1 } })
  await get(issuer, SIGNATURE_PATH)
  const response = await get(issuer, SIGNATURE_PATH)
  expect(response.status).toBe(429)
  const problem = await response.json()
  expect(problem).toMatchObject({ code: 'too-many-requests', Limit: 'formsPerMinute', Allowed: '1' })
  expect(response.headers.get('retry-after')).toBe(problem.RetryAfterSeconds)
})

test('forms count for the user, wherever they ask from', async () => {
  const issuer = testIssuer({ ...USER, limits: { formsPerMinute: 2 } })
  expect(await statuses(2, () => get(issuer, SIGNATURE_PATH))).toEqual([200, 200])
  expect((await ask(issuer, PNG)).status).toBe(429)
  expect((await from(issuer, { address: '203.0.113.7' })).status).toBe(429)
  expect((await from(issuer, {}, { 'x-user': 'bob' })).status).toBe(200)
})

test('whoever is refused is counted by address, so nobody guesses for long', async () => {
  const authorize = () => {
    throw nobody('Sign in first.')
  }
  const issuer = testIssuer({ authorize, limits: { formsPerMinutePerAddress: 3 } })
  expect(await statuses(5, () => from(issuer, { address: '203.0.113.7' }))).toEqual([401, 401, 401, 429, 429])
  expect((await from(issuer, { address: '203.0.113.8' })).status).toBe(401)
})

test('a header does not make another address', async () => {
  const issuer = testIssuer({ ...USER, limits: { formsPerMinutePerAddress: 2 }, onError: () => {} })
  let at = 0
  const lie = () => from(issuer, { address: '203.0.113.7' }, { 'x-forwarded-for': `198.51.100.${at++}` })
  expect(await statuses(4, lie)).toEqual([200, 200, 429, 429])
})

test('where nobody is asked who they are, each address counts for itself', async () => {
  const issuer = testIssuer({ limits: { formsPerMinute: 1 } })
  expect(await statuses(2, () => from(issuer, { address: '203.0.113.7' }))).toEqual([200, 429])
  expect(await statuses(2, () => from(issuer, { address: '2001:db8::1' }))).toEqual([200, 429])
  expect((await from(issuer, { address: '2001:db8::2' })).status).toBe(429)
  expect(await statuses(2, () => from(issuer, {}))).toEqual([200, 429]) // all whose address is not known
})

test('a user who is called as an address is another one', async () => {
  const routes = { default: {}, drop: { authorize: 'public' } } as const
  const authorize = () => ({ id: '203.0.113.7' })
  const issuer = testIssuer({ routes, authorize, limits: { formsPerMinute: 1 } })
  expect((await from(issuer, { address: '203.0.113.7' })).status).toBe(200)
  const request = new Request(`http://app.local${SIGNATURE_PATH}?route=drop`)
  expect((await issuer(request, { address: '203.0.113.7' })).status).toBe(200)
})

test('a form that is not given counts for no bytes and no open upload', async () => {
  const issuer = testIssuer({ ...USER, limits: { openUploads: 1 } })
  expect((await ask(issuer, { ...PNG, size: 10 ** 12 })).status).toBe(400)
  expect((await ask(issuer, PNG)).status).toBe(200)
  expect(await (await ask(issuer, PNG)).json()).toMatchObject({ code: 'too-many-requests', Limit: 'openUploads' })
})

test('a form counts with all that it lets through, whatever size was said', async () => {
  const issuer = testIssuer({ ...USER, routes: { default: { maxSize: 1000 } }, limits: { bytesPerDay: 2999 } })
  expect(await statuses(3, () => ask(issuer, { ...PNG, size: 1 }))).toEqual([200, 200, 429])
})

test('a folder that is no folder is a fault that is told to whoever runs the issuer, and gets no form', async () => {
  const errors: unknown[] = []
  const authorize = () => ({ id: 'eva', prefix: '../bob' })
  const issuer = testIssuer({ authorize, onError: (error) => errors.push(error) })
  const response = await ask(issuer, PNG)
  expect(response.status).toBe(500)
  expect(await response.text()).not.toContain('bob')
  expect(errors).toEqual([expect.any(TypeError)])
})

test('an application may answer 401 itself, with the challenge it wants', async () => {
  const answers: { facts: Record<string, string>; challenge: string }[] = [
    { facts: {}, challenge: 'Bearer' },
    { facts: { Challenge: 'Session realm="app"' }, challenge: 'Session realm="app"' },
    { facts: { Challenge: 'a\r\nset-cookie: x=y' }, challenge: 'Bearer' },
  ]
  for (const { facts, challenge } of answers) {
    const authorize = () => {
      throw new PosternError('caller-unknown', 'Sign in first.', facts)
    }
    const response = await ask(testIssuer({ authorize }), PNG)
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, challenge])
  }
})

test.each([null, 'everybody', true, {}])('a route whose authorizer is %j is refused at the start', (authorize) => {
  // @ts-expect-error: as a configuration without types might say
  expect(() => testIssuer({ routes: { a: { authorize } } })).toThrow(/authorize/)
})

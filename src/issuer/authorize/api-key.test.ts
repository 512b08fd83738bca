import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { ask, PNG, testIssuer } from '../issuer.fixture.ts'
import { type ApiKey, apiKey } from './api-key.ts'
import type { Caller } from './caller.ts'

const KEY = 'k'.repeat(32)
const IMPORTER: ApiKey = { name: 'server:importer', key: KEY }

async function callerFor(keys: readonly ApiKey[], headers: Record<string, string>): Promise<Caller | undefined> {
  const request = new Request('http://app.local/uploads', { headers })
  return await apiKey({ keys })(request, { route: 'default', address: undefined })
}

const presented: { how: string; headers: Record<string, string> }[] = [
  { how: 'Authorization', headers: { authorization: `Bearer ${KEY}` } },
  { how: 'X-Api-Key', headers: { 'x-api-key': KEY } },
]

test.each(presented)('a server with a key in $how is let in', async ({ headers }) => {
  expect(await callerFor([IMPORTER], headers)).toEqual({ id: 'server:importer' })
})

test('the key of each server names it, and its folder', async () => {
  const keys = [IMPORTER, { name: 'server:scanner', key: 's'.repeat(32), prefix: 'scans/' }]
  expect(await callerFor(keys, { 'x-api-key': 's'.repeat(32) })).toEqual({ id: 'server:scanner', prefix: 'scans/' })
})

test('a configuration may hold the hash of a key in the place of the key', async () => {
  const sha256 = createHash('sha256').update(KEY).digest('hex')
  expect(await callerFor([{ name: 'server:a', sha256 }], { 'x-api-key': KEY })).toEqual({ id: 'server:a' })
  await expect(callerFor([{ name: 'server:a', sha256 }], { 'x-api-key': sha256 })).rejects.toMatchObject({
    code: 'caller-unknown',
  })
})

test.each([
  {},
  { 'x-api-key': '' },
  { 'x-api-key': KEY.slice(1) },
  { 'x-api-key': `${KEY}k` },
  { 'x-api-key': KEY.toUpperCase() },
  { authorization: KEY },
  { authorization: `Basic ${KEY}` },
  { cookie: `x-api-key=${KEY}` },
])('without the key nobody is let in: %j', async (headers) => {
  const response = await ask(testIssuer({ authorize: apiKey({ keys: [IMPORTER] }) }), PNG, headers)
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
  expect(await response.text()).not.toContain(KEY)
})

test('a server may name the user that it asks for, if that was said', async () => {
  const headers = { 'x-api-key': KEY, 'x-postern-user': 'eva' }
  expect(await callerFor([{ ...IMPORTER, actsForUsers: true }], headers)).toEqual({ id: 'eva' })
  await expect(callerFor([IMPORTER], headers)).rejects.toMatchObject({ code: 'upload-denied' })
})

test.each(['', ' ', 'a b', 'ä', 'x'.repeat(257)])('a user that a header cannot name is refused: %j', async (user) => {
  const headers = { 'x-api-key': KEY, 'x-postern-user': user }
  await expect(callerFor([{ ...IMPORTER, actsForUsers: true }], headers)).rejects.toMatchObject({
    code: 'upload-denied',
  })
})

const wrong: { why: string; keys: readonly ApiKey[]; says: RegExp }[] = [
  { why: 'no key', keys: [], says: /needs "keys"/ },
  { why: 'a key of 31 characters', keys: [{ name: 'a', key: KEY.slice(1) }], says: /32 characters/ },
  { why: 'neither key nor hash', keys: [{ name: 'a' }], says: /either/ },
  { why: 'both', keys: [{ name: 'a', key: KEY, sha256: '0'.repeat(64) }], says: /either/ },
  { why: 'a hash that is none', keys: [{ name: 'a', sha256: KEY }], says: /64 hex/ },
  { why: 'a key that no header carries', keys: [{ name: 'a', key: `${KEY} x` }], says: /header/ },
  { why: 'no name', keys: [{ name: '', key: KEY }], says: /no name/ },
]

test.each(wrong)('apiKey with $why is refused at the start', ({ keys, says }) => {
  expect(() => apiKey({ keys })).toThrow(says)
})

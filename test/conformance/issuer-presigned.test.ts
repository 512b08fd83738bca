import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createIssuer } from '../../src/issuer/create-issuer.ts'
import type { Route } from '../../src/issuer/route.ts'
import { oss } from '../../src/issuer/storage/oss.ts'
import { BUCKET, CREDENTIAL, openTestStore, REGION, type TestStore } from './issuer-store.ts'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(() => {
  store.clock.ahead = 0
})
afterAll(() => store.close())

const SCHEMES = ['oss-v4', 'oss-v1'] as const
const PICTURE = 'a picture'

async function urlFor(query: string, scheme: (typeof SCHEMES)[number] = 'oss-v4', route: Route = {}): Promise<string> {
  const storage = oss({ bucket: BUCKET, url: store.bucketUrl, region: REGION, credential: CREDENTIAL, scheme })
  const issuer = createIssuer({ storage, routes: { default: route }, authorize: 'public', now: store.now })
  const response = await issuer(new Request(`http://app.local/get_presigned_url_for_oss_upload?${query}`))
  expect(response.status).toBe(200)
  return await response.text()
}

/** As the vendor's front ends do it: the type, and nothing else. */
async function put(url: string, body = PICTURE, headers: Record<string, string> = { 'Content-Type': 'image/png' }) {
  return (await fetch(url, { method: 'PUT', headers, body })).status
}

const PNG = `filename=${encodeURIComponent('../猫 & "1".png')}&type=image/png`

test.each(SCHEMES)('with %s the URL takes the file it was made for, byte for byte', async (scheme) => {
  for (const query of [PNG, `${PNG}&size=${PICTURE.length}`]) {
    const url = await urlFor(query, scheme)
    expect(await put(url)).toBe(200)
    const kept = await store.read(decodeURIComponent(new URL(url).pathname).slice(`/${BUCKET}/`.length))
    expect(await kept?.text()).toBe(PICTURE)
    expect(kept?.headers.get('content-type')).toBe('image/png')
  }
})

const abuses: { what: string; send: (url: string) => Promise<number> }[] = [
  { what: 'another type', send: (url) => put(url, PICTURE, { 'Content-Type': 'text/html' }) },
  { what: 'no type', send: async (url) => (await fetch(url, { method: 'PUT', body: Buffer.from(PICTURE) })).status },
  {
    what: 'another ACL',
    send: (url) => put(url, PICTURE, { 'Content-Type': 'image/png', 'x-oss-object-acl': 'public-read' }),
  },
  { what: 'another key', send: (url) => put(url.replace('/uploads/', '/private/')) },
  { what: 'another method', send: async (url) => (await fetch(url, { method: 'GET' })).status },
  { what: 'a sub-resource', send: (url) => put(`${url}&acl`) },
]

test.each(SCHEMES)('with %s nothing but that one PUT is let through', async (scheme) => {
  for (const { what, send } of abuses) {
    const status = await send(await urlFor(PNG, scheme))
    expect({ what, status }).toEqual({ what, status: 403 })
  }
})

test('with V4 a size that was told is the only one; with V1 it binds nobody', async () => {
  const query = `${PNG}&size=${PICTURE.length}`
  expect(await put(await urlFor(query), 'a larger picture')).toBe(403)
  expect(await put(await urlFor(query, 'oss-v1'), 'a larger picture')).toBe(200)
})

test.each(SCHEMES)('with %s the URL is refused once the time of its route is over', async (scheme) => {
  const url = await urlFor(PNG, scheme, { expiresIn: 60 })
  store.clock.ahead = 61_000
  expect(await put(url)).toBe(403)
})

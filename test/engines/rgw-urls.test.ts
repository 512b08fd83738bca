import { beforeAll, expect, test } from 'vitest'
import type { StorageRequest } from '../../src/issuer/storage/storage.ts'
import { openRgwBucket, type RgwBucket, verdict } from './rgw.ts'

let rgw: RgwBucket
beforeAll(async () => {
  rgw = await openRgwBucket()
})

/** Names that a careless signer would encode otherwise than the engine does. */
const keys = ['a.png', 'folder/照片 1.png', 'a+b=c&d?e#f.txt', "it's (1)!*~.txt", 'ends in a slash/']

async function presigned(request: StorageRequest, expiresInSeconds = 60, at = new Date()): Promise<string> {
  return (await rgw.storage().signing()).presign(request, expiresInSeconds, at)
}

test.each(keys)('a presigned PUT makes the object %s, and a signed GET reads it', async (key) => {
  const headers = { 'content-type': 'text/plain', 'x-amz-meta-album': 'summer' }
  const url = await presigned({ method: 'PUT', key, headers })
  expect(await verdict(fetch(url, { method: 'PUT', headers, body: 'hello' }))).toEqual({ status: 200, code: undefined })
  const kept = await rgw.read(key)
  expect(kept.body.toString()).toBe('hello')
  expect(kept.headers.get('x-amz-meta-album')).toBe('summer')
})

const abuses: { what: string; init: RequestInit; change?: (url: string) => string }[] = [
  { what: 'another type', init: { headers: { 'content-type': 'text/html' } } },
  { what: 'another length', init: { body: 'longer than five' } },
  { what: 'another method', init: { method: 'DELETE', body: null } },
  { what: 'another key', init: {}, change: (url) => url.replace('/mine.txt?', '/yours.txt?') },
  { what: 'a longer life', init: {}, change: (url) => url.replace('X-Amz-Expires=60', 'X-Amz-Expires=6000') },
  { what: 'another query', init: {}, change: (url) => `${url}&acl` },
]

test.each(abuses)('a presigned PUT with $what is refused', async ({ init, change = (url) => url }) => {
  const headers = { 'content-type': 'text/plain', 'content-length': '5' }
  const url = change(await presigned({ method: 'PUT', key: 'mine.txt', headers }))
  const request = { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: 'hello', ...init }
  expect((await verdict(fetch(url, request))).status).toBe(403)
})

test('a presigned PUT is refused once its time is over', async () => {
  const url = await presigned({ method: 'PUT', key: 'late.txt' }, 60, new Date(Date.now() - 61_000))
  expect(await verdict(fetch(url, { method: 'PUT', body: 'hello' }))).toEqual({ status: 403, code: 'AccessDenied' })
})

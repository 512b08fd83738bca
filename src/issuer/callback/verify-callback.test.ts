import { createPublicKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { CALLBACK_URL, callbackRequest, KEY_PEM, type SignedParts } from './callback.fixture.ts'
import { verifyCallback } from './verify-callback.ts'

const KEY = createPublicKey(KEY_PEM)

async function verify(parts: Partial<SignedParts>, url = CALLBACK_URL, change?: (request: Request) => void) {
  const request = callbackRequest({ keyUrl: '', body: 'bucket=photos', ...parts })
  change?.(request)
  const body = new Uint8Array(await request.arrayBuffer())
  verifyCallback({ headers: request.headers, body, url, receivedAt: request.url }, KEY)
}

/** docs/spec/callback.md section 5: the published vector, under OSS's own key. */
test('a callback that OSS signed is verified', () => {
  const der =
    'MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKs/JBGzwUB2aVht4crBx3oIPBLNsjGsC0fTXv+nvlmklvkcolvpvXLTjaxUHR3W9LXxQ2EHXAJfCB+6H2YF1k8CAwEAAQ=='
  const key = createPublicKey({ key: Buffer.from(der, 'base64'), format: 'der', type: 'spki' })
  const signature = 'kKQeGTRccDKyHB3H9vF+xYMSrmhMZjzzl2/kdD1ktNVgbWEfYTQG0G2SU/RaHBovRCE8OkQDjC3uG33esH2txA=='
  const received = {
    headers: new Headers({ authorization: signature }),
    body: Buffer.from('bucket=yonghu-test'),
    url: 'http://app.example/index.php?id=1&index=2',
    receivedAt: 'http://127.0.0.1:8000/callback',
  }
  verifyCallback(received, key)
  expect(() => verifyCallback({ ...received, body: Buffer.from('bucket=yonghu-tesT') }, key)).toThrow()
})

const good: { what: string; url: string; signed: string }[] = [
  { what: 'as it stands', url: CALLBACK_URL, signed: '/callback' },
  { what: 'below the path that a proxy takes away', url: 'https://app.example/api/callback', signed: '/api/callback' },
  { what: 'with its path decoded', url: 'https://app.example/%E5%9B%9E/a%20b', signed: '/回/a b' },
  { what: 'with its query as it stands', url: 'https://app.example/callback?a=%20b&c', signed: '/callback?a=%20b&c' },
  { what: 'without a path', url: 'https://app.example/', signed: '/' },
]

test.each(good)('the address that the storage was told is what is signed, $what', async ({ url, signed }) => {
  await verify({ signed }, url)
})

const bad: { what: string; parts: Partial<SignedParts>; says: string }[] = [
  {
    what: 'another path, at which it came in',
    parts: { signed: '/x/callback', to: 'http://a/x/callback' },
    says: 'another path than callback.url has: /x/callback',
  },
  {
    what: 'a query, with which it came in',
    parts: { signed: '/callback?a', to: 'http://a/callback?a' },
    says: 'another query than callback.url has: /callback?a',
  },
  { what: 'both', parts: { signed: '/x?a', to: 'http://a/x?a' }, says: 'another path and query' },
  {
    what: 'a body that was changed on the way',
    parts: { headers: { 'content-md5': 'other' }, byOther: true },
    says: 'Content-MD5 differs',
  },
  { what: 'another key', parts: { byOther: true }, says: 'another key' },
  { what: 'no signature', parts: { headers: { authorization: '' } }, says: 'no authorization' },
  { what: 'a signature that is no Base64', parts: { headers: { authorization: 'Bearer abc' } }, says: 'not Base64' },
  { what: 'a signature of one byte', parts: { headers: { authorization: 'AA==' } }, says: 'another key' },
  { what: 'an address that cannot be decoded', parts: { signed: '/x', to: 'http://a/%E5' }, says: 'another key' },
]

test.each(bad)('a callback with $what is refused, and told why', async ({ parts, says }) => {
  await expect(verify(parts)).rejects.toMatchObject({
    code: 'callback-unverified',
    message: expect.stringContaining(says),
  })
})

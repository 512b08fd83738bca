import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { KEY_PEM, serve, serveKey } from './callback.fixture.ts'
import { createPublicKeys } from './public-keys.ts'

const OSS = 'https://gosspublic.alicdn.com/callback_pub_key_v1.pem'
const encoded = (url: string) => Buffer.from(url).toString('base64')
const UNTRUSTED = expect.objectContaining({ code: 'callback-unverified' })
const UNREACHABLE = expect.objectContaining({ code: 'callback-key-unreachable' })

test.each([
  'http://gosspublic.alicdn.com.evil.example/callback_pub_key_v1.pem',
  'http://gosspublic.alicdn.com@evil.example/callback_pub_key_v1.pem',
  'http://gosspublic.alicdn.com:8080/callback_pub_key_v1.pem',
  'http://user:pass@gosspublic.alicdn.com/callback_pub_key_v1.pem',
  'http://gosspublic.alicdn.com//evil.example/callback_pub_key_v1.pem',
  '//gosspublic.alicdn.com/callback_pub_key_v1.pem',
  'http:\\\\gosspublic.alicdn.com\\callback_pub_key_v1.pem',
  'http://gosspublic.alicdn.com/../callback_pub_key_v1.pem',
  'http://gosspublic.alicdn.com/callback_pub_key_v1.pem?x',
  'http://gosspublic.alicdn.com/callback_pub_key_v1.pem#x',
  'http://gosspublic.alicdn.com/callback_pub_key_v1.pem ',
  'HTTP://gosspublic.alicdn.com/callback_pub_key_v1.pem',
  'http://gosspublic.alicdn.com/',
  'ftp://gosspublic.alicdn.com/callback_pub_key_v1.pem',
  'file:///etc/passwd',
  'http://169.254.169.254/latest/meta-data/',
  'http://127.0.0.1/key.pem',
  '',
])('no request goes to a key address that is not trusted: %s', async (url) => {
  await expect(createPublicKeys({ urls: [OSS] }).find(encoded(url))).rejects.toEqual(UNTRUSTED)
})

test('a key address that is no Base64 is not trusted', async () => {
  await expect(createPublicKeys({ urls: [OSS] }).find('http://gosspublic.alicdn.com/')).rejects.toEqual(UNTRUSTED)
})

test('what is https in the list is trusted by its http name too, as OSS writes it, and asked by https', async () => {
  const tls = (await serveKey()).replace('http:', 'https:') // answers no TLS: that it fails shows how it was asked
  await expect(createPublicKeys({ urls: [tls] }).find(encoded(tls.replace('https:', 'http:')))).rejects.toEqual(
    UNREACHABLE,
  )
})

test('what is http in the list is not trusted by another name', async () => {
  const url = await serveKey()
  await expect(createPublicKeys({ urls: [url] }).find(encoded(url.replace('http:', 'https:')))).rejects.toEqual(
    UNTRUSTED,
  )
})

test('a key is fetched once for all who ask at the same time, and kept for a day', async () => {
  let asked = 0
  const url = await serve((_, response) => {
    asked++
    response.end(KEY_PEM)
  })
  let time = 0
  const keys = createPublicKeys({ urls: [url], clock: () => time })
  const found = await Promise.all([1, 2, 3].map(() => keys.find(encoded(url))))
  expect(found[0]?.asymmetricKeyType).toBe('rsa')
  time = 24 * 60 * 60 * 1000 - 1
  await keys.find(encoded(url))
  expect(asked).toBe(1)
  time++
  await keys.find(encoded(url))
  expect(asked).toBe(2)
})

test('a key that could not be fetched is asked for again 10 seconds later; one that was good serves meanwhile', async () => {
  let asked = 0
  let status = 500
  const url = await serve((_, response) => {
    asked++
    response.writeHead(status).end(KEY_PEM)
  })
  let time = 0
  const keys = createPublicKeys({ urls: [url], clock: () => time })
  await expect(keys.find(encoded(url))).rejects.toEqual(UNREACHABLE)
  time = 9_999
  await expect(keys.find(encoded(url))).rejects.toEqual(UNREACHABLE)
  expect(asked).toBe(1)
  time = 10_000
  status = 200
  const key = await keys.find(encoded(url))
  time += 24 * 60 * 60 * 1000
  status = 500
  expect(await keys.find(encoded(url))).toBe(key)
  expect(await keys.find(encoded(url))).toBe(key)
  expect(asked).toBe(3)
})

test('a key server that sends on, hangs, or answers with something else gives no key', async () => {
  const key = await serveKey()
  const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const servers = [
    await serve((_, response) => response.writeHead(302, { location: key }).end()),
    await serve(() => undefined),
    await serve((_, response) => response.write('-----BEGIN')), // and no more
    await serveKey('no key'),
    await serveKey(ed25519),
    await serveKey(KEY_PEM.padEnd(8 * 1024 + 1)),
    'http://127.0.0.1:1/key.pem',
  ]
  for (const url of servers) {
    const keys = createPublicKeys({ urls: [url], timeoutMs: 200 })
    await expect(keys.find(encoded(url))).rejects.toEqual(UNREACHABLE)
  }
  const largest = await serveKey(KEY_PEM.padEnd(8 * 1024))
  await createPublicKeys({ urls: [largest] }).find(encoded(largest))
})

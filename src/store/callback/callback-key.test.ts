import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openCallbackKey } from './callback-key.ts'

const TEXT = Buffer.from('/index.php?id=1&index=2\nbucket=yonghu-test')

/** docs/spec/callback.md section 5: OSS's own key, and a signature that it made. */
test('what OSS has signed is verified in the way that our signatures are', async () => {
  const der =
    'MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKs/JBGzwUB2aVht4crBx3oIPBLNsjGsC0fTXv+nvlmklvkcolvpvXLTjaxUHR3W9LXxQ2EHXAJfCB+6H2YF1k8CAwEAAQ=='
  const signature = 'kKQeGTRccDKyHB3H9vF+xYMSrmhMZjzzl2/kdD1ktNVgbWEfYTQG0G2SU/RaHBovRCE8OkQDjC3uG33esH2txA=='
  const theirs = createPublicKey({ key: Buffer.from(der, 'base64'), format: 'der', type: 'spki' })
  expect(verify('RSA-MD5', TEXT, theirs, Buffer.from(signature, 'base64'))).toBe(true)

  const key = await (await openCallbackKey(join(await folder(), 'key.pem')))()
  expect(verify('RSA-MD5', TEXT, createPublicKey(key.publicPem), Buffer.from(key.sign(TEXT), 'base64'))).toBe(true)
  expect(verify('RSA-MD5', TEXT, theirs, Buffer.from(key.sign(TEXT), 'base64'))).toBe(false)
})

test('a key is made by the first who asks for it, once, and for its owner only', async () => {
  const dir = await folder()
  const path = join(dir, 'key.pem')
  const key = await openCallbackKey(path)
  expect(await readdir(dir)).toEqual([])
  const [one, other] = await Promise.all([key(), key()])
  expect(one.publicPem).toBe(other.publicPem)
  expect(await readdir(dir)).toEqual(['key.pem'])
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('a key that is there is read, and a start that was cut off does no harm', async () => {
  const dir = await folder()
  const path = join(dir, 'key.pem')
  await writeFile(`${path}.draft`, 'half', { mode: 0o644 })
  const { publicPem } = await (await openCallbackKey(path))()
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await (await openCallbackKey(path))()).publicPem).toBe(publicPem)
})

test('a key that others can read is refused', async () => {
  const path = join(await folder(), 'key.pem')
  await (await openCallbackKey(path))()
  await chmod(path, 0o640)
  await expect(openCallbackKey(path)).rejects.toThrow(`Run: chmod 600 ${path}`)
})

test.each([
  ['nothing', ''],
  ['text', 'hello'],
  [
    'a public key',
    generateKeyPairSync('rsa', { modulusLength: 512 }).publicKey.export({ type: 'spki', format: 'pem' }),
  ],
  ['another kind of key', generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })],
  ['far too much', ' '.repeat(70_000)],
])('a file that holds %s is refused, and stays as it is', async (_, content) => {
  const path = join(await folder(), 'key.pem')
  await writeFile(path, content, { mode: 0o600 })
  await expect(openCallbackKey(path)).rejects.toThrow(`${path} is not an RSA key`)
  expect(await readFile(path, 'utf8')).toBe(content)
})

test('a key that cannot be kept is not used, and is tried again', async () => {
  const dir = await folder()
  const path = join(dir, 'missing', 'key.pem')
  const key = await openCallbackKey(path)
  await expect(key()).rejects.toThrow('ENOENT')
  await expect(key()).rejects.toThrow('ENOENT')
})

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'postern-callback-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  return dir
}

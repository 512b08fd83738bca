import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openCredentialFile } from './credential-file.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-keys-'))
  path = join(folder, 'data', 'credentials.json')
})

afterEach(() => rm(folder, { recursive: true }))

test('a key pair is made once, and only its owner can read it', async () => {
  const first = await openCredentialFile(path)
  expect(first.accessKeyId).toMatch(/^postern[0-9a-f]{16}$/)
  expect(first.accessKeySecret).toMatch(/^[\w-]{40}$/)
  expect(await openCredentialFile(path)).toEqual(first)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700)
  expect(await readdir(join(folder, 'data'))).toEqual(['credentials.json'])
})

test('starts at the same moment agree on one key pair', async () => {
  const pairs = await Promise.all(Array.from({ length: 8 }, () => openCredentialFile(path)))
  expect(new Set(pairs.map((pair) => pair.accessKeySecret)).size).toBe(1)
  expect(await readdir(join(folder, 'data'))).toEqual(['credentials.json'])
})

test.each([0o640, 0o604, 0o660, 0o777])('a key pair that others can read is refused: %o', async (mode) => {
  const { accessKeySecret } = await openCredentialFile(path)
  await chmod(path, mode)
  await expect(openCredentialFile(path)).rejects.toThrow(`other users can read it. Run: chmod 600 ${path}`)
  await expect(openCredentialFile(path)).rejects.not.toThrow(accessKeySecret)
})

test.each([
  '',
  '{',
  'null',
  '[]',
  '{}',
  '{"accessKeyId":"a"}',
  '{"accessKeyId":"a","accessKeySecret":""}',
  'x'.repeat(5000),
])('a file that is no key pair is refused and left as it is: %.40j', async (text) => {
  await openCredentialFile(path)
  await writeFile(path, text)
  await expect(openCredentialFile(path)).rejects.toThrow('is not a key pair of ours. Delete it')
  expect(await readFile(path, 'utf8')).toBe(text)
})

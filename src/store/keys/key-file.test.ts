import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MAX_KEY_FILE_BYTES } from '../../base/limits.ts'
import { changeKeyFile, readKeyFile } from './key-file.ts'
import type { StoreKey } from './store-key.ts'

let folder: string
let path: string
const key = (name: string): StoreKey => ({ name, accessKeyId: `id-${name}`, accessKeySecret: 'hunter2', policies: [] })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-key-file-'))
  path = join(folder, 'keys.json')
})
afterEach(() => rm(folder, { recursive: true }))

test('a file that is not there holds no keys, and the first change makes it for its owner alone', async () => {
  expect(await readKeyFile(path)).toBeUndefined()
  await changeKeyFile(path, () => [key('a')])
  expect((await readKeyFile(path))?.keys).toEqual([key('a')])
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['keys.json'])
})

test('a change of the keys leaves the roles as they are', async () => {
  await writeFile(path, '{"keys": [], "roles": [{"name": "uploader"}]}', { mode: 0o600 })
  await changeKeyFile(path, () => [key('a')])
  expect(await readKeyFile(path)).toEqual({
    keys: [key('a')],
    roles: [{ name: 'uploader', policies: [], maxSessionSeconds: 3600 }],
  })
})

test('of many changes at once none is lost', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `key-${index}`)
  await Promise.all(names.map((name) => changeKeyFile(path, (keys) => [...keys, key(name)])))
  expect((await readKeyFile(path))?.keys.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
  expect(await readdir(folder)).toEqual(['keys.json'])
})

test('a change that cannot be made leaves the file as it was, and the next one can be made', async () => {
  await changeKeyFile(path, () => [key('a')])
  const refuse = changeKeyFile(path, () => {
    throw new Error('not this one')
  })
  await expect(refuse).rejects.toThrow('not this one')
  await changeKeyFile(path, (keys) => [...keys, key('b')])
  expect((await readKeyFile(path))?.keys).toEqual([key('a'), key('b')])
  expect(await readdir(folder)).toEqual(['keys.json'])
})

test('a file that is no key file is neither read nor replaced', async () => {
  await writeFile(path, '{"keys": 7}', { mode: 0o600 })
  await expect(readKeyFile(path)).rejects.toThrow(`${path}: keys: write a list, [ … ].`)
  await expect(changeKeyFile(path, () => [])).rejects.toThrow('write a list')
  expect(await readFile(path, 'utf8')).toBe('{"keys": 7}')
})

test.each([0o640, 0o604, 0o660, 0o777])('a file that others can read is refused: %o', async (mode) => {
  await changeKeyFile(path, () => [key('a')])
  await chmod(path, mode)
  await expect(readKeyFile(path)).rejects.toThrow(`other users can read it. Run: chmod 600 ${path}`)
  await expect(readKeyFile(path)).rejects.not.toThrow('hunter2')
})

test.each([
  [MAX_KEY_FILE_BYTES, true],
  [MAX_KEY_FILE_BYTES + 1, false],
])('a file of %d bytes is read: %s', async (bytes, isRead) => {
  await writeFile(path, '{"keys": []}'.padEnd(bytes), { mode: 0o600 })
  if (isRead) expect((await readKeyFile(path))?.keys).toEqual([])
  else await expect(readKeyFile(path)).rejects.toThrow(`${path} is over ${MAX_KEY_FILE_BYTES} bytes.`)
})

test('a lock that a killed process has left is told of, and is not taken away', { timeout: 20_000 }, async () => {
  await writeFile(`${path}.lock`, '')
  await expect(changeKeyFile(path, () => [])).rejects.toThrow(`${path}.lock says that somebody changes the keys.`)
  expect(await readdir(folder)).toEqual(['keys.json.lock'])
})

import { chmod, mkdir, mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSealKey } from './seal-key.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-seal-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('there is no key until one is needed; then it is kept, for its owner alone', async () => {
  const key = await openSealKey(folder)
  expect(key.current()).toBeUndefined()
  expect(await readdir(folder)).toEqual([])
  const seal = await key.needed()
  expect(key.current()).toBe(seal)
  expect(await readdir(folder)).toEqual(['sts.key'])
  expect((await stat(join(folder, 'sts.key'))).mode & 0o777).toBe(0o600)
  const again = await openSealKey(folder)
  expect(again.current()?.isOwnId(seal.newId())).toBe(true)
})

test('of many who need it at once, all get the same', async () => {
  const key = await openSealKey(folder)
  const seals = await Promise.all([key.needed(), key.needed(), key.needed()])
  expect(new Set(seals).size).toBe(1)
  expect(await readdir(folder)).toEqual(['sts.key'])
})

test('where it cannot be made, nothing is left, and the next who needs it tries again', async () => {
  const missing = join(folder, 'missing')
  const key = await openSealKey(missing)
  await expect(key.needed()).rejects.toThrow('ENOENT')
  await mkdir(missing)
  expect((await key.needed()).newId()).toMatch(/^STS\./)
})

test('a key that others can read, or that is none, is an error that says what to do', async () => {
  const path = join(folder, 'sts.key')
  await (await openSealKey(folder)).needed()
  await chmod(path, 0o640)
  await expect(openSealKey(folder)).rejects.toThrow(`Other users can read ${path}`)
  await chmod(path, 0o600)
  await truncate(path, 31)
  await expect(openSealKey(folder)).rejects.toThrow(`${path} has not 32 bytes. Delete it`)
})

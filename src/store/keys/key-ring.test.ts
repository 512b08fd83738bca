import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { changeKeyFile } from './key-file.ts'
import { openKeyRing } from './key-ring.ts'
import type { StoreKey } from './store-key.ts'

let folder: string
let path: string
let faults: string[]
const key = (name: string): StoreKey => ({ name, accessKeyId: name, accessKeySecret: 'hunter2', policies: [] })
const OWN = key('own')

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-key-ring-'))
  path = join(folder, 'keys.json')
  faults = []
})
afterEach(() => rm(folder, { recursive: true }))

async function open() {
  const ring = await openKeyRing({ own: [OWN], path, onFault: (sentence) => faults.push(sentence) })
  onTestFinished(() => ring.close())
  return ring
}

test('without a file there are the own keys, and no others', async () => {
  const ring = await openKeyRing({ own: [OWN], onFault: () => undefined })
  expect(ring.find('own')).toBe(OWN)
  expect(ring.find('constructor')).toBeUndefined()
  await ring.reload()
  ring.close()
})

test('a file that appears, is replaced and is written over is taken up without being told of', async () => {
  const ring = await open()
  expect(ring.find('a')).toBeUndefined()
  await changeKeyFile(path, () => [key('a')])
  await vi.waitUntil(() => ring.find('a'), { timeout: 10_000 })
  await changeKeyFile(path, () => [key('b')])
  await vi.waitUntil(() => ring.find('b') !== undefined && ring.find('a') === undefined, { timeout: 10_000 })
  await writeFile(path, JSON.stringify({ keys: [{ name: 'c', accessKeyId: 'c', accessKeySecret: 'c' }] }))
  await vi.waitUntil(() => ring.find('c') !== undefined && ring.find('b') === undefined, { timeout: 10_000 })
  expect(ring.find('own')).toBe(OWN)
  expect(faults).toEqual([])
})

test('a change counts as soon as the keys are read again', async () => {
  const ring = await open()
  await changeKeyFile(path, () => [key('a'), { ...key('b'), securityToken: 'token' }])
  await ring.reload()
  expect(ring.find('a')).toEqual(key('a'))
  expect(ring.hasToken('token')).toBe(true)
  await changeKeyFile(path, () => [])
  await ring.reload()
  expect([ring.find('a'), ring.find('b'), ring.hasToken('token')]).toEqual([undefined, undefined, false])
})

test('roles are found beside the keys, and come and go with the file', async () => {
  const ring = await openKeyRing({
    own: [OWN],
    ownRoles: [{ name: 'fixed', policies: [], maxSessionSeconds: 3600 }],
    path,
    onFault: (sentence) => faults.push(sentence),
  })
  onTestFinished(() => ring.close())
  const rolesAre = async (...names: string[]) => {
    const content = { keys: [], roles: names.map((name) => ({ name })) }
    await writeFile(path, JSON.stringify(content), { mode: 0o600 })
    await ring.reload()
  }
  await rolesAre('Uploader')
  expect(ring.findRole('uploader')?.name).toBe('uploader')
  expect(ring.findRole('UPLOADER')?.name).toBe('uploader')
  await rolesAre('other')
  expect(ring.findRole('uploader')).toBeUndefined()
  expect(ring.findRole('fixed')).toBeDefined()
  await rolesAre('fixed')
  expect(faults).toEqual([`${path}: the role fixed is one of the store's own. The store goes on with the keys it had.`])
  expect(ring.findRole('other')).toBeDefined()
})

const BREAKS: [string, () => Promise<void>, string][] = [
  ['is no JSON', () => writeFile(path, '{"keys": ['), 'keys.json: Invalid JSON'],
  ['is open to others', () => chmod(path, 0o644), 'keys.json holds key pairs and other users can read it.'],
  ['has moved away', () => rename(path, `${path}.old`), 'keys.json is gone; {"keys": []} would take all keys away.'],
  [
    "has the store's own key id",
    () => changeKeyFile(path, () => [key('own')]),
    "the access key id own is that of the store's own pair.",
  ],
]

test.each(BREAKS)('where a file %s, the keys stay as they were, and that is told once', async (_, spoil, sentence) => {
  await changeKeyFile(path, () => [key('a')])
  const ring = await open()
  await spoil()
  await ring.reload()
  await ring.reload()
  expect(ring.find('a')).toEqual(key('a'))
  expect(ring.find('own')).toBe(OWN)
  expect(faults).toHaveLength(1)
  expect(faults[0]).toContain(sentence)
  expect(faults[0]).toMatch(/The store goes on with the keys it had\.$/)
  expect(faults[0]).not.toContain('hunter2')
})

test('a file that is mended counts again, and its next fault is told again', async () => {
  const ring = await open()
  for (const name of ['a', 'b']) {
    await writeFile(path, 'no JSON', { mode: 0o600 })
    await ring.reload()
    await rm(path)
    await changeKeyFile(path, () => [key(name)])
    await ring.reload()
    expect(ring.find(name)).toEqual(key(name))
  }
  expect(faults).toHaveLength(2)
})

test('a file that is broken from the start is an error', async () => {
  await writeFile(path, '{"keys": 7}', { mode: 0o600 })
  await expect(open()).rejects.toThrow('keys: write a list')
})

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { CREDENTIAL, kept, post, send, sendSigned, signed, testStore } from '../../test/store-client.ts'
import { openStore } from './open-store.ts'

let data: string
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'postern-open-'))
  return () => rm(data, { recursive: true })
})

test('two lines open a store that a test can use', async () => {
  const store = await openStore({ buckets: [{ name: 'photos', acl: 'public-read-write' }] })
  const { url } = await store.listen()
  onTestFinished(() => store.close())

  await fetch(`${url}/photos/a.txt`, { method: 'PUT', body: 'hello' })
  expect(await (await fetch(`${url}/photos/a.txt`)).text()).toBe('hello')
})

test('without credentials a store makes a pair up, another each time', async () => {
  const [one, other] = [await openStore(), await openStore()]
  onTestFinished(async () => void (await Promise.all([one.close(), other.close()])))
  expect(one.credentials).toHaveLength(1)
  expect(one.credentials[0].accessKeySecret.length).toBeGreaterThanOrEqual(30)
  expect(one.credentials[0]).not.toEqual(other.credentials[0])
})

test('what a store kept is there when its folder is opened again', async () => {
  const first = await testStore({ data })
  await post(first, signed({ key: 'a' }), { file: { value: 'x'.repeat(100_000) } })
  await first.close()
  const second = await testStore({ data, buckets: [] })
  expect((await kept(second, 'a'))?.text).toBe('x'.repeat(100_000))
})

test('a bucket that exists keeps its objects, and takes the settings that are given', async () => {
  const first = await testStore({ data, buckets: ['settled'] })
  await sendSigned(first, { method: 'PUT', target: '/settled/a', body: 'hello' })
  await first.close()
  const second = await testStore({ data, buckets: [{ name: 'settled', acl: 'public-read' }] })
  expect((await send(second, { method: 'GET', target: '/settled/a' })).text).toBe('hello')
  await second.close()
  const third = await testStore({ data, buckets: ['settled'] })
  expect((await send(third, { method: 'GET', target: '/settled/a' })).text).toBe('hello')
})

test('what an earlier run left unfinished is swept when the folder is opened', async () => {
  const staging = join(data, 'staging')
  await writeFile(join(staging, '0'.repeat(36)), 'half a file')
  await testStore({ data })
  expect(await readdir(staging)).toEqual([])
})

test('a store without a folder of its own leaves nothing behind', async () => {
  const folders = async () => (await readdir(tmpdir())).filter((name) => /^postern-[A-Za-z0-9]{6}$/.test(name))
  const before = new Set(await folders())
  const store = await openStore({ credentials: [CREDENTIAL] })
  await store.close()
  await store.close()
  expect((await folders()).filter((name) => !before.has(name))).toEqual([])
})

test('a store that cannot be opened as asked is not left half open', async () => {
  await expect(openStore({ data, buckets: ['Not A Bucket'] })).rejects.toThrow(TypeError)
  const cors = { rules: [{ origins: [], methods: ['GET'], headers: [], exposed: [] }], varyAlways: false }
  await expect(openStore({ data, buckets: [{ name: 'photos', cors }] })).rejects.toThrow('AllowedOrigin')
  await testStore({ data })
})

test('a store that is closed does not listen any more', async () => {
  const store = await openStore()
  const { url } = await store.listen()
  await store.close()
  await expect(fetch(url)).rejects.toThrow()
})

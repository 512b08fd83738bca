import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { checkStore } from '../../src/store/check/check-store.ts'
import { openDatabases } from '../../src/store/disk/catalog-databases.ts'
import { CATALOG_VERSION } from '../../src/store/disk/catalog-records.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { CREDENTIAL, NOW, send, sendSigned } from '../store-client.ts'
import { checkBooks } from './check-books.ts'

const VERSION_1 = fileURLToPath(new URL('./fixtures/store-version-1', import.meta.url))

let data: string

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'postern-upgrade-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  data = join(folder, 'store')
  await cp(VERSION_1, data, { recursive: true })
})

const OBJECTS = [
  {
    key: 'small.txt',
    text: 'hello',
    headers: {
      'content-type': 'text/plain',
      'cache-control': 'max-age=60',
      'x-oss-meta-from': 'version 1',
      'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==',
      'x-oss-hash-crc64ecma': '11177612005948864433',
    },
  },
  { key: 'empty.bin', text: '', headers: { 'content-type': 'application/octet-stream', 'x-oss-hash-crc64ecma': '0' } },
  { key: 'large.txt', text: 'postern '.repeat(8750), headers: { 'content-type': 'text/plain' } },
  { key: 'posted.txt', text: 'hello', headers: { 'x-oss-meta-way': 'form' } },
]

test.each(OBJECTS)('$key of a store of version 1 is served whole', async ({ key, text, headers }) => {
  const answer = await sendSigned(await opened(), { method: 'GET', target: `/photos/${key}` })
  expect(answer.text).toBe(text)
  expect(answer.headers).toMatchObject({
    'last-modified': 'Fri, 02 Jan 2026 03:04:05 GMT',
    'x-oss-object-type': 'Normal',
    'x-oss-storage-class': 'Standard',
    ...headers,
  })
})

test('buckets of version 1 keep their objects, ACLs and CORS rules', async () => {
  const store = await opened()
  const listed = await sendSigned(store, { method: 'GET', target: '/photos?list-type=2' })
  expect([...listed.text.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key)).toEqual(
    OBJECTS.map(({ key }) => key).sort(),
  )
  expect((await send(store, { method: 'GET', target: '/photos/small.txt' })).status).toBe(200)
  const preflight = { origin: 'https://a.example', 'access-control-request-method': 'GET' }
  expect((await send(store, { method: 'OPTIONS', target: '/photos/small.txt', headers: preflight })).status).toBe(200)
  expect((await sendSigned(store, { method: 'DELETE', target: '/empty' })).status).toBe(204)
  expect((await sendSigned(store, { method: 'DELETE', target: '/photos' })).status).toBe(409)
})

test('a store of version 1 is of the version of today once it was opened, with its books in order', async () => {
  await (await openStore({ data })).close()
  const databases = await openDatabases(join(data, 'catalog'))
  expect(databases.meta.get(Buffer.from('version'))?.toString()).toBe(String(CATALOG_VERSION))
  await databases.close()
  await checkBooks(data)
  expect(await checkStore(data)).toMatchObject({ objects: 4, damages: [], orphans: [], miscounted: [] })
})

test('what version 1 knew nothing of can be done with what it left', async () => {
  const store = await opened()
  const copy = { 'x-oss-copy-source': '/photos/large.txt' }
  expect(await sendSigned(store, { method: 'PUT', target: '/photos/copy', headers: copy })).toMatchObject({
    status: 200,
  })
  expect(await sendSigned(store, { method: 'DELETE', target: '/photos/large.txt' })).toMatchObject({ status: 204 })
  expect((await sendSigned(store, { method: 'GET', target: '/photos/copy' })).text).toBe('postern '.repeat(8750))
  const append = { method: 'POST', target: '/photos/small.txt?append&position=5', body: ' and more' }
  expect((await sendSigned(store, append)).error.get('Code')).toBe('ObjectNotAppendable')
  await store.close()
  await checkBooks(data)
})

async function opened(): Promise<Store> {
  const store = await openStore({ data, credentials: [CREDENTIAL], now: () => NOW })
  onTestFinished(() => store.close())
  return store
}

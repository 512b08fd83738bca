import { expect, onTestFinished, test } from 'vitest'
import { oss } from '../issuer/storage/oss.ts'
import { openStore } from '../store/open-store.ts'
import { withObjects } from './dev-objects.ts'

const CREDENTIAL = { accessKeyId: 'test-key', accessKeySecret: 'test-secret' }

/** A bucket that holds empty objects under these keys, put in this order, each a second after the other. */
async function bucketWith(keys: readonly string[]) {
  const started = Date.now()
  let put = 0
  const store = await openStore({
    buckets: [{ name: 'photos', acl: 'public-read-write' }],
    credentials: [CREDENTIAL],
    now: () => new Date(started + put * 1000),
  })
  onTestFinished(() => store.close())
  const { url } = await store.listen()
  for (const key of keys) {
    const response = await fetch(`${url}/photos/${encodeURIComponent(key)}`, { method: 'PUT' })
    expect(response.status).toBe(200)
    put++ // a list tells the time in seconds
  }
  const storage = oss({ bucket: 'photos', endpoint: url, region: store.region, credential: CREDENTIAL })
  return withObjects(async () => new Response('the issuer'), storage)
}

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Request {
  return new Request(`http://127.0.0.1:8000${path}`, { method, headers })
}

test('it tells what the bucket holds, the last first, each with an address that gives it', async () => {
  const handler = await bucketWith(['b.txt', 'folder/ä &.txt', 'a/../c'])
  const { objects, ...count } = await (await handler(ask('/dev/objects'))).json()
  expect(objects.map(({ key }: { key: string }) => key)).toEqual(['a/../c', 'folder/ä &.txt', 'b.txt'])
  expect(count).toEqual({ total: 3, isComplete: true })
  for (const { url } of objects) expect((await fetch(url)).status).toBe(200)
})

test('no more than are asked for', async () => {
  const handler = await bucketWith(['a', 'b', 'c'])
  const { objects, total } = await (await handler(ask('/dev/objects?limit=2'))).json()
  expect(objects).toHaveLength(2)
  expect(total).toBe(3)
})

test.each(['0', '1001', '-1', '1.5', 'all', ''])('a limit of "%s" is refused', async (limit) => {
  const handler = await bucketWith([])
  expect((await handler(ask(`/dev/objects?limit=${limit}`))).status).toBe(400)
})

test('a page of another origin can’t read it, not even as a script', async () => {
  const handler = await bucketWith(['secret.txt'])
  for (const site of ['cross-site', 'same-site']) {
    const response = await handler(ask('/dev/objects', { 'sec-fetch-site': site }))
    expect(response.status).toBe(403)
    expect(await response.text()).not.toContain('secret')
  }
  const response = await handler(ask('/dev/objects', { 'sec-fetch-site': 'same-origin' }))
  expect(response.status).toBe(200)
  expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect(response.headers.get('access-control-allow-origin')).toBeNull()
  expect(response.headers.get('cache-control')).toBe('no-store')
})

test('nothing can be done there but read', async () => {
  const handler = await bucketWith([])
  for (const method of ['POST', 'PUT', 'DELETE'])
    expect((await handler(ask('/dev/objects', {}, method))).status).toBe(405)
})

test('every other address is the issuer’s', async () => {
  const handler = await bucketWith([])
  for (const path of ['/', '/dev/objects/', '/dev/objects%2f', '/dev'])
    expect(await (await handler(ask(path))).text()).toBe('the issuer')
})

test('a store that does not answer is said to be so', async () => {
  const storage = oss({
    bucket: 'photos',
    endpoint: 'http://127.0.0.1:9',
    region: 'cn-hangzhou',
    credential: CREDENTIAL,
  })
  const response = await withObjects(async () => new Response(), storage)(ask('/dev/objects'))
  expect(response.status).toBe(502)
})

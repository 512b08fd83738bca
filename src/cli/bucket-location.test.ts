import { afterAll, beforeAll, expect, test } from 'vitest'
import type { HttpServer } from '../http/server.ts'
import { openStore, type Store } from '../store/open-store.ts'
import { createBucketLocation } from './bucket-location.ts'
import { readPlace } from './place.ts'

const CREDENTIAL = { accessKeyId: 'test-key', accessKeySecret: 'test-secret' }

let store: Store
let server: HttpServer

beforeAll(async () => {
  store = await openStore({ buckets: ['photos'], credentials: [CREDENTIAL], region: 'cn-beijing' })
  server = await store.listen()
})
afterAll(() => store.close())

test.each([undefined, 'cn-beijing'])(
  'the storage says where the bucket is, asked with the region %s',
  async (region) => {
    const place = readPlace({ bucket: 'photos', endpoint: server.url, ...(region === undefined ? {} : { region }) })
    expect(await createBucketLocation(place, CREDENTIAL)()).toBe('oss-cn-beijing')
  },
)

test('a refusal is told with the code of the storage, and without the secret', async () => {
  const place = readPlace({ bucket: 'photos', endpoint: server.url })
  const ask = createBucketLocation(place, { ...CREDENTIAL, accessKeySecret: 'wrong-secret' })
  await expect(ask()).rejects.toThrow('answered 403, SignatureDoesNotMatch, when asked for the location')
  await expect(ask()).rejects.not.toThrow('wrong-secret')
})

import { randomInt } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { MAX_INLINE_BYTES } from '../../src/store/disk/blobs.ts'
import { digestOf } from '../../src/store/disk/digest.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { send } from '../store-client.ts'
import { type Content, ExpectedObjects } from './expected-objects.ts'
import { KillableStore } from './killable-store.ts'
import { load } from './load.ts'
import { BUCKET, bytesOf, SIZES } from './settings.ts'

const ROUNDS = 55
/** Every so many rounds the store is killed once more while it opens, and clears up after the round. */
const OPENING_EVERY = 5

test('a store that is killed at any moment keeps what it acknowledged, and shows nothing torn', async () => {
  const data = await mkdtemp(join(tmpdir(), 'postern-kill-'))
  onTestFinished(() => rm(data, { recursive: true }))
  const stores = new WarmStores()
  const expected = new ExpectedObjects()
  for (let round = 0; round < ROUNDS; round++) {
    await killUnderLoad(stores.next(), data, expected, round % 2 === 0 ? SIZES.small : SIZES.mixed)
    if (round % OPENING_EVERY === 0) await killWhileOpening(stores.next(), data)
    await compare(data, expected, expected.takeTouched())
  }
  await compare(data, expected, expected.keys)
  expect(expected.contents.length).toBeGreaterThan(100)
})

async function killUnderLoad(
  store: KillableStore,
  data: string,
  expected: ExpectedObjects,
  sizes: readonly number[],
): Promise<void> {
  const port = await store.open(data)
  if (port === undefined) throw new Error('The store ended before it was killed.')
  const loaded = load(port, expected, sizes)
  await sleep(randomInt(10, 300))
  if (randomInt(2) === 0) await expected.answered()
  await store.kill()
  await loaded
}

async function killWhileOpening(store: KillableStore, data: string): Promise<void> {
  await store.loaded
  const opened = store.open(data)
  await sleep(randomInt(40))
  await store.kill()
  await opened
}

/** Opens the folder and holds each key against what it may be; then the files against the objects. */
async function compare(data: string, expected: ExpectedObjects, keys: readonly string[]): Promise<void> {
  const store = await openStore({ data })
  try {
    for (const key of keys) expected.settle(key, await found(store, key, expected.allowed(key)))
  } finally {
    await store.close()
  }
  const blobs = expected.contents.filter(({ size }) => size > MAX_INLINE_BYTES)
  expect(await files(join(data, 'staging'))).toBe(0)
  expect(await files(join(data, 'blobs'))).toBe(blobs.length)
}

async function found(
  store: Store,
  key: string,
  allowed: readonly (Content | undefined)[],
): Promise<Content | undefined> {
  const { status, headers, bytes } = await send(store, { method: 'GET', target: `/${BUCKET}/${key}` })
  if (status === 404 && allowed.includes(undefined)) return undefined
  const content = allowed.find((one) => one !== undefined && bytesOf(one).equals(bytes))
  if (status !== 200 || content === undefined)
    throw new Error(`${key} is not what it may be: ${status}, ${bytes.length} bytes.`)
  const { md5, crc64 } = await digestOf(bytes)
  expect(headers['etag']).toBe(`"${Buffer.from(md5).toString('hex').toUpperCase()}"`)
  expect(headers['x-oss-hash-crc64ecma']).toBe(crc64)
  return content
}

async function files(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).length
}

/** Stores whose processes have started before they are needed: most of a round would be spent on that. */
class WarmStores {
  #warm = warmStore()

  next(): KillableStore {
    const store = this.#warm
    this.#warm = warmStore()
    return store
  }
}

function warmStore(): KillableStore {
  const store = new KillableStore()
  onTestFinished(() => store.kill())
  return store
}

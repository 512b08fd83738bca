import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Step } from './actor.ts'
import { checkBooks } from './check-books.ts'
import { Client, type Sent } from './client.ts'
import { ExpectedThings, objectChange } from './expected-things.ts'
import { bundleStore, KillableStore } from './killable-store.ts'
import { act, actors, SOCKETS, WRITING } from './load.ts'
import { deletingMany } from './object-steps.ts'
import { readThings, throughSocket } from './read-things.ts'
import { newSlice, SIZES } from './settings.ts'
import { SmallDisk } from './small-disk.ts'
import { bytesOf, thing } from './things.ts'

const MB = 1024 * 1024
const DISK_BYTES = 48 * MB

/** What a full disk refuses; all else makes room, or changes nothing. */
const WRITES = ['PUT', 'POST', 'append', 'copy', 'initiate', 'part', 'copied part', 'complete']

let program: string

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'postern-full-'))
  program = await bundleStore(folder)
  return () => rm(folder, { recursive: true })
})

test('a full disk refuses every kind of write and loses nothing; with room again the same store goes on', async () => {
  const { disk, store, client } = await storeOnSmallDisk()
  const expected = new ExpectedThings()
  await fillByAllMeans(disk, client, expected)
  expect(expected.settle(await readThings(throughSocket(client)))).toEqual([])

  await disk.empty()
  const refused = await actUntil(client, expected, countdown(200))
  expect(refused, 'refused although there was room').toEqual(new Map())
  expect(expected.settle(await readThings(throughSocket(client)))).toEqual([])
  await store.close()
  await checkBooks(join(disk.outside, 'store'))
})

test('on a disk without a free byte everything can be deleted, and what that frees can be used', async () => {
  const { disk, store, client } = await storeOnSmallDisk()
  await fillByAllMeans(disk, client, new ExpectedThings())
  const { objects, uploads } = sorted([...(await readThings(throughSocket(client))).keys()])
  for (const sent of [...uploads.map(abortion), ...deletions(objects)]) {
    await disk.fill()
    const reply = await client.send(sent)
    expect([200, 204], reply?.bytes.toString()).toContain(reply?.status)
  }
  expect(await readThings(throughSocket(client))).toEqual(new Map())
  await disk.empty()
  expect(await client.send({ method: 'PUT', key: 'again', body: bytesOf([newSlice([MB])]) })).toMatchObject({
    status: 200,
  })
  await store.close()
  await checkBooks(join(disk.outside, 'store'))
})

test('small objects fill the catalog itself; what is deleted from it gives room for others, though its file never shrinks', async () => {
  const { client } = await storeOnSmallDisk(8 * MB)
  const put = async (name: string) =>
    (await client.send({ method: 'PUT', key: name, body: bytesOf([newSlice([3000])]) }))?.status
  const kept: string[] = []
  for (let at = 0; (await put(`${at}`)) === 200; at++) kept.push(`${at}`)
  expect(kept.length).toBeGreaterThan(500)
  for (const key of kept.splice(0, 200)) await client.send({ method: 'DELETE', key })
  expect(await Promise.all(Array.from({ length: 100 }, (_, at) => put(`again-${at}`)))).toEqual(Array(100).fill(200))
  expect((await readThings(throughSocket(client))).size).toBe(kept.length + 100)
})

test('of many that come at once for the last bytes, each is kept whole or refused', async () => {
  const { disk, client } = await storeOnSmallDisk()
  const expected = new ExpectedThings()
  for (let round = 0; round < 20; round++) {
    await disk.empty()
    await disk.fill(randomBytesLeft(round))
    await actUntil(client, expected, countdown(60))
  }
  expect(expected.settle(await readThings(throughSocket(client)))).toEqual([])
})

test('a store that was killed on a full disk opens on it, serves all that it acknowledged, and lets it be deleted', async () => {
  const { disk, store, client } = await storeOnSmallDisk()
  const expected = new ExpectedThings()
  await fillByAllMeans(disk, client, expected)
  await store.kill()
  await disk.fill()
  const again = await open(disk)
  expect(expected.settle(await readThings(throughSocket(again.client)))).toEqual([])
  for (const key of sorted(expected.below('').map(({ rest }) => rest)).objects)
    expect(await again.client.send({ method: 'DELETE', key })).toMatchObject({ status: 204 })
})

interface OnSmallDisk {
  readonly disk: SmallDisk
  readonly store: KillableStore
  readonly client: Client
}

async function storeOnSmallDisk(bytes = DISK_BYTES): Promise<OnSmallDisk> {
  const disk = await SmallDisk.make(bytes)
  return { disk, ...(await open(disk)) }
}

async function open(disk: SmallDisk): Promise<Omit<OnSmallDisk, 'disk'>> {
  const store = new KillableStore(program, (words) => disk.starting(words))
  onTestFinished(() => store.kill())
  const port = await store.open(join(disk.path, 'store'))
  if (port === undefined) throw new Error(`The store did not open: ${store.complaints}`)
  const client = new Client(port, SOCKETS)
  onTestFinished(() => client.close())
  return { store, client }
}

/** Leaves not a byte on the disk, and so little in the catalog that each kind of write is refused. */
async function fillByAllMeans(disk: SmallDisk, client: Client, expected: ExpectedThings): Promise<void> {
  await actUntil(client, expected, countdown(600))
  await disk.fill()
  await fillCatalog(client, expected)
  const refused = new Map<string, number>()
  const isEnough = (): boolean => WRITES.every((what) => refused.has(what))
  await actUntil(client, expected, isEnough, refused, WRITING)
  expect([...refused.keys()].sort(), 'what was refused').toEqual([...WRITES].sort())
  await disk.fill()
}

/** Small objects, which need no file. */
async function fillCatalog(client: Client, expected: ExpectedThings): Promise<void> {
  for (let at = 0; ; at++) {
    const [key, slice] = [`small/${at}`, newSlice([3000])]
    const asked = expected.ask('fill', objectChange(key, thing('Normal', [slice])))
    const reply = await client.send({ method: 'PUT', key, body: bytesOf([slice]) })
    if (reply?.status !== 200) return asked.refused()
    asked.done(reply.headers.etag)
  }
}

/** Gives how often what was refused because the disk was full. */
async function actUntil(
  client: Client,
  expected: ExpectedThings,
  isEnough: () => boolean,
  refused = new Map<string, number>(),
  steps?: readonly Step[],
): Promise<Map<string, number>> {
  const onFull = (what: string): unknown => refused.set(what, (refused.get(what) ?? 0) + 1)
  const all = actors({ client, expected, sizes: SIZES.mixed, onFull })
  await Promise.all(all.map((actor) => act(actor, isEnough, steps)))
  return refused
}

function countdown(steps: number): () => boolean {
  let left = steps
  return () => left-- <= 0
}

/** From nothing to a few large files. */
function randomBytesLeft(round: number): number {
  return Math.floor((round / 20) ** 2 * MB)
}

interface Sorted {
  readonly objects: readonly string[]
  /** Key and id. */
  readonly uploads: readonly string[]
}

function sorted(names: readonly string[]): Sorted {
  const below = (prefix: string): string[] =>
    names.flatMap((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : []))
  return { objects: below('object '), uploads: below('upload ') }
}

function abortion(upload: string): Sent {
  const [key = '', id = ''] = upload.split(' ')
  return { method: 'DELETE', key, query: [['uploadId', id]] }
}

/** One by one, and many at once. */
function deletions(keys: readonly string[]): Sent[] {
  const [first, ...others] = keys
  if (first === undefined) return []
  const many = others.splice(0, 30)
  return [{ method: 'DELETE', key: first }, ...(many.length > 0 ? [deletingMany(many)] : []), ...deletions(others)]
}

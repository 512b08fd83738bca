import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openDatabases } from '../../src/store/disk/catalog-databases.ts'
import { openStore } from '../../src/store/open-store.ts'
import { CREDENTIAL_ENVIRONMENT, type Ended, lineAfter, postern, startPostern } from '../cli-process.ts'
import { send } from '../store-client.ts'
import { SmallDisk } from './small-disk.ts'

const READY = 'store listening on http://127.0.0.1:'
const KB = 1024
const MB = 1024 * KB

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-start-'))
  onTestFinished(() => rm(folder, { recursive: true }))
})

describe('what keeps a store from starting is one sentence that says what to do', () => {
  const CASES: readonly { what: string; make: () => Promise<unknown>; says: RegExp }[] = [
    {
      what: 'a file where the folder should be',
      make: () => writeFile(data(), ''),
      says: /^DATA is a file, and a folder is needed\.$/,
    },
    {
      what: 'a catalog of a newer version',
      make: async () => {
        await makeStore()
        const databases = await openDatabases(catalog())
        databases.meta.putSync(Buffer.from('version'), Buffer.from('3'))
        await databases.close()
      },
      says: /^The catalog in DATA\/store\/catalog has version 3, and this Postern reads 2: use the release that wrote it \(--data\)\.$/,
    },
    {
      what: 'a catalog that is none',
      make: async () => {
        await makeStore()
        await writeFile(join(catalog(), 'data.mdb'), 'no catalog'.repeat(1000))
      },
      says: /^The file DATA\/store\/catalog\/data\.mdb is not a catalog: restore it from a backup, or choose another folder \(--data\)\.$/,
    },
    ...[2, 50, 90].map((percent) => ({
      what: `a catalog of which only ${percent} % are there`,
      make: async () => {
        await makeStore()
        await truncate(join(catalog(), 'data.mdb'), percent * 6 * KB)
      },
      says: /^The catalog in DATA\/store\/catalog\/data\.mdb is cut short: restore it from a backup, or choose another folder \(--data\)\.$/,
    })),
    {
      what: 'a folder where the catalog should be a file',
      make: () => mkdir(join(catalog(), 'data.mdb'), { recursive: true }),
      says: /^The folder DATA\/store cannot hold the store's data \(EISDIR.*\): choose another folder, or let this user write there \(--data\)\.$/,
    },
  ]

  test.each(CASES)('$what', async ({ make, says }) => {
    await make()
    expect(sentenceOf(await postern(startWords()))).toMatch(says)
  })

  test('a folder that another process has', async () => {
    const store = await startPostern(startWords(), READY, { env: CREDENTIAL_ENVIRONMENT })
    onTestFinished(() => store.signal('SIGKILL'))
    expect(sentenceOf(await postern(startWords()))).toMatch(
      /^The folder DATA\/store is in use by process \d+: stop it, or choose another folder \(--data\)\.$/,
    )
  })
})

const READ_ONLY = /^The disk that holds DATA\S* is read-only[.:] [^:.]*\.$/i

describe('a disk on which nothing can be written is one sentence too', () => {
  test.each([
    { what: 'nothing', make: async () => {} },
    { what: 'a folder', make: (dir: string) => mkdir(dir) },
    { what: 'a store', make: makeStore },
  ])('$what on a read-only disk', async ({ make }) => {
    const disk = await SmallDisk.make(8 * MB)
    await make(join(disk.outside, 'kept'))
    await disk.run('mount -o remount,ro .')
    expect(await complaint(disk)).toMatch(READ_ONLY)
  })

  test.each(['store/blobs', 'store/staging', 'store/catalog', 'store/lock'])(
    'a store whose %s is read-only',
    async (part) => {
      const disk = await SmallDisk.make(8 * MB)
      await makeStore(join(disk.outside, 'kept'))
      await disk.run(`cd kept/${part} && mount --bind . . && mount -o remount,ro,bind "$PWD"`)
      expect(await complaint(disk)).toMatch(READ_ONLY)
    },
  )

  test.each([0, 4, 40, 1000])('a new store on a disk of which %d KiB are left', async (left) => {
    const disk = await SmallDisk.make(4 * MB)
    await disk.run('mkdir kept')
    await disk.fill(left * KB)
    expect(await complaint(disk)).toMatch(/^The disk that holds DATA\S* is full[.:] .*\.$/)
  })
})

test.each([0, 4, 200])('a store that is there opens on a disk of which %d KiB are left', async (left) => {
  const disk = await SmallDisk.make(8 * MB)
  await makeStore(join(disk.outside, 'kept'))
  await disk.fill(left * KB)
  const dir = join(disk.path, 'kept')
  const starting = (words: string[]) => disk.starting(words)
  const store = await startPostern(startWords(dir), READY, { starting, env: CREDENTIAL_ENVIRONMENT })
  onTestFinished(() => store.signal('SIGKILL'))
  const kept = await fetch(`${lineAfter(store.output(), 'store listening on')}/photos/7`)
  expect(await kept.text()).toBe('x'.repeat(60 * KB))
})

async function complaint(disk: SmallDisk): Promise<string> {
  const dir = join(disk.path, 'kept')
  const starting = (words: string[]) => disk.starting(words)
  return sentenceOf(await postern(startWords(dir), { starting, env: CREDENTIAL_ENVIRONMENT }), dir)
}

function data(): string {
  return join(folder, 'kept')
}

function catalog(): string {
  return join(data(), 'store', 'catalog')
}

function startWords(dir = data()): string[] {
  return ['store', '--port', '0', '--bucket', 'photos', '--data', dir]
}

/** With 600 KiB in the catalog. */
async function makeStore(dir = data()): Promise<void> {
  const store = await openStore({ data: join(dir, 'store'), buckets: [{ name: 'photos', acl: 'public-read-write' }] })
  for (let at = 0; at < 10; at++)
    await send(store, { method: 'PUT', target: `/photos/${at}`, body: Buffer.alloc(60 * KB, 'x') })
  await store.close()
}

/** What a command that failed said: one line, and no more. */
function sentenceOf({ stdout, stderr, exitCode }: Ended, dir = data()): string {
  expect({ stdout, exitCode }, stderr).toEqual({ stdout: '', exitCode: 1 })
  expect(stderr).toMatch(/^postern: [^\n]+\.\n$/)
  return stderr.slice('postern: '.length).trimEnd().replaceAll(dir, 'DATA')
}

import { dirname } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { fileStore, sendSigned } from '../store-client.ts'

/**
 * A process that is killed loses nothing that the kernel has, so the kill test cannot see a sync that is missing. Here
 * every sync, rename and commit is written down, and the answer after them.
 */

const steps: string[] = []

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>()
  return {
    ...real,
    open: async (...words: Parameters<typeof real.open>) => {
      const handle = await real.open(...words)
      const sync = handle.sync.bind(handle)
      handle.sync = async () => {
        await sync()
        steps.push((await handle.stat()).isDirectory() ? 'folder synced' : 'bytes synced')
      }
      return handle
    },
    rename: async (from: string, to: string) => {
      await real.rename(from, to)
      if (dirname(from).endsWith('staging')) steps.push('named')
    },
  }
})

vi.mock('../../src/store/disk/catalog-commit.ts', async (importOriginal) => {
  const real = await importOriginal<typeof import('../../src/store/disk/catalog-commit.ts')>()
  return {
    catalogCommit: (...words: Parameters<typeof real.catalogCommit>) => {
      const commit = real.catalogCommit(...words)
      return async (work: () => void) => {
        await commit(work)
        steps.push('record committed')
      }
    },
  }
})

const store = await fileStore()
const LARGE = Buffer.alloc(100 * 1024, 'x')
const KEPT = ['bytes synced', 'named', 'folder synced', 'record committed', 'answered']

beforeEach(() => {
  steps.length = 0
})

async function stepsOf(method: string, target: string, body: Uint8Array = Buffer.alloc(0)): Promise<string[]> {
  steps.length = 0
  const { status, text } = await sendSigned(store, { method, target, body })
  expect(status, text).toBeLessThan(300)
  const firstOfAFolder = (step: string, at: number): boolean => step === 'folder synced' && steps[at - 1] !== 'named'
  return [...steps.filter((step, at) => !firstOfAFolder(step, at)), 'answered'] // a new folder's own name is synced once
}

test('a put is answered after bytes, then name, then record are on the disk', async () => {
  expect(await stepsOf('PUT', '/photos/large', LARGE)).toEqual(KEPT)
})

test('a small put has its bytes in the record, and is answered after that', async () => {
  expect(await stepsOf('PUT', '/photos/small', Buffer.from('hello'))).toEqual(['record committed', 'answered'])
})

test('a first append is kept like a put; a later one is synced behind the others before its record', async () => {
  expect(await stepsOf('POST', '/photos/log?append&position=0', Buffer.from('one'))).toEqual(KEPT)
  expect(await stepsOf('POST', '/photos/log?append&position=3', Buffer.from('two'))).toEqual([
    'bytes synced',
    'record committed',
    'answered',
  ])
})

test('a part is kept like a put; completing needs the record alone, because its bytes are there', async () => {
  const { text } = await sendSigned(store, { method: 'POST', target: '/photos/parts?uploads' })
  const id = /<UploadId>(\w+)</.exec(text)?.[1] ?? ''
  expect(await stepsOf('PUT', `/photos/parts?partNumber=1&uploadId=${id}`, LARGE)).toEqual(KEPT)
  const target = `/photos/parts?uploadId=${id}`
  steps.length = 0
  const headers = { 'x-oss-complete-all': 'yes' }
  expect((await sendSigned(store, { method: 'POST', target, headers })).status).toBe(200)
  expect(steps).toEqual(['record committed'])
})

test('a deletion is answered after its record is gone from the disk', async () => {
  await stepsOf('PUT', '/photos/gone', LARGE)
  expect(await stepsOf('DELETE', '/photos/gone')).toEqual(['record committed', 'answered'])
})

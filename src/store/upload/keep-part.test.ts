import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openCallbacks } from '../callback/callbacks.ts'
import { openDisk } from '../disk/open-disk.ts'
import { BUCKET } from '../disk/record.fixture.ts'
import type { StoreKey } from '../keys/store-key.ts'
import type { StoreContext } from '../request/context.ts'
import { openSts } from '../sts/open-sts.ts'
import { keepPart } from './keep-part.ts'

const PLACE = { bucket: 'photos', key: 'k', id: 'AB'.repeat(16) }
const KEY: StoreKey = { name: 'a', accessKeyId: 'a', accessKeySecret: 'secret', policies: [] }
const PART = { place: PLACE, number: 1, caller: { kind: 'signed', accessKeyId: 'a' } } as const

test('a part whose upload is aborted when its bytes have their name leaves no file', async () => {
  const { context, files } = await withUpload()
  const { catalog } = context
  const late: StoreContext = {
    ...context,
    catalog: {
      ...catalog,
      async putPart(place, part) {
        await catalog.abortUpload(place)
        return await catalog.putPart(place, part)
      },
    },
  }
  await expect(keepPart(late, { ...PART, source: chunks() })).rejects.toMatchObject({ code: 'upload-not-found' })
  expect(await files()).toEqual([])
})

test('a part whose key is revoked while its bytes come is refused, and leaves no file', async () => {
  const { context, files } = await withUpload()
  let key: StoreKey | undefined = KEY
  const source = chunks(() => {
    key = undefined
  })
  const revoking: StoreContext = { ...context, findCredential: () => key }
  await expect(keepPart(revoking, { ...PART, source })).rejects.toMatchObject({ code: 'access-key-id-unknown' })
  expect(await files()).toEqual([])
  expect([...context.catalog.parts(PLACE.id)]).toEqual([])
})

test('of two parts with one number that come at once, one is kept, whole', async () => {
  const { context, files } = await withUpload()
  const kept = await Promise.all([1, 2].map(() => keepPart(context, { ...PART, source: chunks() })))
  const [part, ...others] = context.catalog.parts(PLACE.id)
  expect(others).toEqual([])
  expect(kept).toContainEqual(part)
  expect(await files()).toEqual([part?.name])
})

async function* chunks(between: () => void = () => undefined): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(100_000, 'a')
  between()
  yield Buffer.alloc(100_000, 'b')
}

async function withUpload() {
  const dir = await mkdtemp(join(tmpdir(), 'postern-part-'))
  const { catalog, blobs } = await openDisk(dir)
  onTestFinished(async () => {
    await catalog.close()
    await rm(dir, { recursive: true })
  })
  await catalog.createBucket(BUCKET)
  const described = {
    contentType: 'a/b',
    headers: {},
    metadata: {},
    acl: 'default',
    storageClass: 'Standard',
    tags: [],
  } as const
  await catalog.createUpload({ ...PLACE, initiated: 0, owner: 'a', described, forbidOverwrite: false })
  const context: StoreContext = {
    catalog,
    blobs,
    callbacks: await openCallbacks(dir, {}, () => undefined),
    findCredential: () => KEY,
    knowsToken: () => false,
    sts: await openSts(dir, { find: () => undefined, findRole: () => undefined }),
    region: 'cn-hangzhou',
    domains: [],
    cnames: new Map(),
    strictForms: false,
    now: () => new Date(0),
  }
  async function files(): Promise<string[]> {
    const entries = await readdir(dir, { recursive: true, withFileTypes: true })
    return entries.filter((entry) => entry.isFile() && /^[0-9a-f]{36}$/.test(entry.name)).map(({ name }) => name)
  }
  return { context, files }
}

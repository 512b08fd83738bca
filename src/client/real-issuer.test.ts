import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { listen } from '../http/listen.ts'
import type { HttpServer } from '../http/server.ts'
import type { CompletedUpload } from '../issuer/completion/completion.ts'
import { createIssuer } from '../issuer/create-issuer.ts'
import { oss } from '../issuer/storage/oss.ts'
import { signRequest } from '../sign/sign-request.ts'
import { openStore, type Store } from '../store/open-store.ts'
import { createUploader } from './create-uploader.ts'
import { createMemory } from './uploader.fixture.ts'
import type { UploaderOptions } from './uploader-options.ts'

const MIB = 1024 * 1024
const CREDENTIAL = { accessKeyId: 'key-of-a-test', accessKeySecret: 'secret-of-a-test' }
const BUCKET = 'photos'
const REGION = 'cn-hangzhou'
const BYTES = randomBytes(17 * MIB)

let store: Store
let storeServer: HttpServer
let server: HttpServer
const uploaded: CompletedUpload[] = []

beforeAll(async () => {
  store = await openStore({
    buckets: [BUCKET],
    credentials: [CREDENTIAL],
    region: REGION,
    callbacks: { allow: ['loopback'] },
  })
  storeServer = await store.listen()
  const storage = oss({ bucket: BUCKET, url: `${storeServer.url}/${BUCKET}/`, region: REGION, credential: CREDENTIAL })
  const options = {
    routes: { default: { maxSize: '50MB' }, small: { maxSize: 1000, types: ['image/*'], meta: { album: {} } } },
    authorize: 'public',
    limits: false,
    onUploaded(upload: CompletedUpload) {
      uploaded.push(upload)
      return { saved: upload.key }
    },
  } as const
  const byForms = createIssuer({ storage, ...options })
  const byPuts = createIssuer({ storage: { ...storage, takesForms: false }, ...options, basePath: '/puts' })
  server = await listen((request, peer) =>
    new URL(request.url).pathname.startsWith('/puts/') ? byPuts(request, peer) : byForms(request, peer),
  )
})
beforeEach(() => {
  uploaded.length = 0
})
afterAll(async () => {
  await server.close()
  await storeServer.close()
  await store.close()
})

function open(options: Partial<UploaderOptions> = {}) {
  return createUploader({ endpoint: server.url, ...options })
}

function fileOf(size: number, name = 'a photo.png', type = 'image/png'): File {
  return new File([BYTES.subarray(0, size)], name, { type })
}

async function get(key: string, query: readonly (readonly [string, string])[] = []): Promise<Buffer> {
  const address = { method: 'GET', bucket: BUCKET, key, query }
  const headers = signRequest(address, {}, CREDENTIAL, { scheme: 'oss-v4', region: REGION }, new Date())
  const search = query.map(([name]) => name).join('&')
  const answer = await fetch(`${storeServer.url}/${BUCKET}/${key}?${search}`, { headers })
  expect(answer.status).toBe(200)
  return Buffer.from(await answer.arrayBuffer())
}

/** The bytes of an object. */
function read(key: string): Promise<Buffer> {
  return get(key)
}

/** Numbers of the parts that were sent, and not stopped. */
function partsSent(calls: readonly Parameters<typeof fetch>[]): number[] {
  return calls
    .filter(([, request]) => request?.method === 'PUT' && request.signal?.aborted !== true)
    .map(([url]) => Number(new URL(`${url}`).searchParams.get('partNumber')))
}

/** How many multipart uploads the store has that are neither completed nor aborted. */
async function openUploads(): Promise<number> {
  return (await get('', [['uploads', '']])).toString().split('<Upload>').length - 1
}

describe('with a real issuer and a real store', () => {
  test('a file is stored by a form, and the application hears of it once', async () => {
    const upload = open().upload(fileOf(5000))
    const object = await upload.done
    expect(object).toMatchObject({ size: 5000, answer: { saved: object.key } })
    expect(uploaded.map(({ key, size, type }) => ({ key, size, type }))).toEqual([
      { key: object.key, size: 5000, type: 'image/png' },
    ])
    expect(upload.progress.sentBytes).toBe(5000)
  })

  test('many files are stored, a few at a time', async () => {
    const uploader = open()
    const uploads = Array.from({ length: 20 }, (_, index) => uploader.upload(fileOf(100, `${index}.png`)))
    const objects = await Promise.all(uploads.map(({ done }) => done))
    expect(new Set(objects.map(({ key }) => key)).size).toBe(20)
    expect(uploaded.length).toBe(20)
  })

  test.each([
    { size: 0, what: 'an empty one', code: 'file-too-small' },
    { size: 1001, what: 'one that is too large', code: 'file-too-large' },
  ])('of many files, $what is refused alone', async ({ size, code }) => {
    const uploader = open({ route: 'small', concurrency: 1 })
    const uploads = [100, size, 1000].map((bytes) => uploader.upload(fileOf(bytes)))
    const results = await Promise.allSettled(uploads.map(({ done }) => done))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(uploads[1]?.error).toMatchObject({ code, retry: 'never' })
    expect(uploaded.length).toBe(2)
  })

  test('a type that the route does not take is refused before anything is sent', async () => {
    const upload = open({ route: 'small' }).upload(fileOf(10, 'a.pdf', 'application/pdf'))
    await expect(upload.done).rejects.toMatchObject({ code: 'type-not-allowed', retry: 'never' })
  })

  test('a route that is none is refused', async () => {
    await expect(open({ route: 'none' }).upload(fileOf(1)).done).rejects.toMatchObject({ code: 'route-unknown' })
  })

  test('a file is stored by a presigned PUT', async () => {
    const object = await open({ endpoint: `${server.url}/puts` }).upload(fileOf(5000)).done
    expect(object).toMatchObject({ size: 5000, answer: { saved: object.key } })
    expect(object.url).not.toContain('ignature')
    expect(uploaded.length).toBe(1)
  })

  test('a large file is stored in parts, its own bytes in their order', async () => {
    const file = fileOf(9 * MIB + 5)
    const upload = open({ partsFrom: MIB }).upload(file)
    const states: string[] = []
    upload.on('state', (state) => states.push(state))
    const object = await upload.done
    expect(object).toMatchObject({ size: file.size, answer: { saved: object.key } })
    expect(states).toEqual(['preparing', 'sending', 'finalising', 'stored'])
    expect(uploaded).toMatchObject([{ key: object.key, size: file.size, type: 'image/png' }])
    expect(Buffer.from(await file.arrayBuffer()).equals(await read(object.key))).toBe(true)
  })

  test('a large file goes on after a reload with the parts that are missing', async () => {
    const memory = createMemory()
    const file = fileOf(17 * MIB)
    const fetches = vi.spyOn(globalThis, 'fetch')
    const before = open({ partsFrom: MIB, memory, partsAtOnce: 1 }).upload(file)
    await new Promise((resolve) => {
      before.on('progress', resolve)
    })
    before.pause() // this page never goes on
    fetches.mockClear()

    vi.resetModules()
    const page = await import('./create-uploader.ts')
    const after = page.createUploader({ endpoint: server.url, partsFrom: MIB, memory }).upload(file)
    const object = await after.done
    expect(partsSent(fetches.mock.calls)).toEqual([2, 3])
    fetches.mockRestore()
    expect(Buffer.from(await file.arrayBuffer()).equals(await read(object.key))).toBe(true)
    expect(uploaded.length).toBe(1)
    expect(memory.items.size).toBe(0)
  })

  test('a large file that is cancelled leaves no upload in the store', async () => {
    const upload = open({ partsFrom: MIB, partsAtOnce: 1 }).upload(fileOf(17 * MIB))
    await new Promise((resolve) => {
      upload.on('progress', resolve)
    })
    const uploads = await openUploads()
    upload.cancel()
    await expect(upload.done).rejects.toMatchObject({ code: 'upload-aborted' })
    expect(await openUploads()).toBe(uploads - 1)
    expect(uploaded).toEqual([])
  })

  test('an issuer that is not there is a network that is lost', async () => {
    const upload = open({ endpoint: 'http://127.0.0.1:9', retries: 0 }).upload(fileOf(1))
    await expect(upload.done).rejects.toMatchObject({ code: 'network-lost', retry: 'same-form' })
  })
})

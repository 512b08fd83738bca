import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { UploadedObject } from '../client/upload-handle.ts'
import type { UploaderOptions } from '../client/uploader-options.ts'
import { type AppSite, openAppSite } from './app-site.fixture.ts'
import type { LocalFile } from './local-file.ts'
import { loadDoors } from './mini-context.fixture.ts'
import { type FakeWx, fakeWx } from './wx.fixture.ts'

const MIB = 1024 * 1024

/** An app in a mini-program, its two domains configured. */
async function openApp(site: AppSite, options: Partial<UploaderOptions<string, LocalFile>> = {}) {
  const doors = await loadDoors()
  const fake = fakeWx()
  fake.domains.request.push(site.issuerUrl, site.storeUrl)
  fake.domains.uploadFile.push(site.storeUrl)
  const transport = doors.miniProgramTransport(fake.wx)
  const uploader = doors.createUploader<string, LocalFile>({ endpoint: site.issuerUrl, transport, ...options })
  return { doors, fake, uploader, transport }
}

let count = 0

/** A file as `wx.chooseMedia` leaves it: its own name is lost. */
function choose(fake: FakeWx, content: Uint8Array | string, name = 'photo.jpg'): LocalFile {
  const path = `wxfile://tmp_${++count}.jpg`
  const bytes = Buffer.from(content)
  fake.files.set(path, bytes)
  return { name, type: 'image/jpeg', size: bytes.length, path }
}

async function refusalOf(done: Promise<UploadedObject>): Promise<unknown> {
  return await done.then(
    () => 'stored',
    (error: unknown) => error,
  )
}

describe('a mini-program, where there is no fetch, no URL, no Headers, no AbortController,', () => {
  test('uploads a photo whose name is Chinese, and the application hears of it', async () => {
    const site = await openAppSite()
    const { fake, uploader } = await openApp(site)
    const content = randomBytes(200_000)
    const object = await uploader.upload(choose(fake, content, '照片 "一".jpg')).done
    expect(object).toMatchObject({ size: content.length, answer: { heard: object.key } })
    expect(Buffer.from(await site.read(object.key)).equals(content)).toBe(true)
    expect(site.completed.map(({ key }) => key)).toEqual([object.key])
    expect(fake.lastHead()).toMatch(/name="file"; filename="tmp_\d+\.jpg"\r\nContent-Type: image\/jpeg\r\n\r\n$/)
  })

  test('needs no second request where the store itself tells the application', async () => {
    const site = await openAppSite({ hasCallback: true })
    const { fake, uploader } = await openApp(site)
    const object = await uploader.upload(choose(fake, 'abc')).done
    expect(object.answer).toEqual({ heard: object.key })
    expect(site.asked).toEqual(['POST /uploads', 'POST /callback'])
  })

  test('sees how far an upload is, and never less than before', async () => {
    const { fake, uploader } = await openApp(await openAppSite())
    const seen: number[] = []
    const onProgress = ({ sentBytes }: { readonly sentBytes: number }) => void seen.push(sentBytes)
    const file = choose(fake, randomBytes(MIB))
    await uploader.upload(file, { onProgress }).done
    expect(seen.length).toBeGreaterThan(10)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(seen.at(-1)).toBe(MIB)
  })

  test('cancels an upload that is under way, and nothing is stored', async () => {
    const site = await openAppSite()
    const { fake, uploader } = await openApp(site)
    fake.pace.waitMs = 20
    const upload = uploader.upload(choose(fake, randomBytes(4 * MIB)))
    await new Promise<void>((resolve) => void upload.on('progress', () => resolve()))
    upload.cancel()
    expect(await refusalOf(upload.done)).toMatchObject({ code: 'upload-aborted' })
    expect(site.completed).toEqual([])
    fake.pace.waitMs = 0
    expect((await uploader.upload(choose(fake, 'next')).done).size).toBe(4)
  })

  test('reads the refusal of the store: a file that is larger than it said', async () => {
    const { fake, uploader } = await openApp(await openAppSite({ route: { maxSize: 1000 } }))
    const file = { ...choose(fake, randomBytes(5000)), size: 10 }
    expect(await refusalOf(uploader.upload(file).done)).toMatchObject({ code: 'file-too-large', retry: 'never' })
  })

  test('reads the refusal of the issuer', async () => {
    const { fake, uploader } = await openApp(await openAppSite({ route: { types: ['image/png'] } }))
    expect(await refusalOf(uploader.upload(choose(fake, 'abc')).done)).toMatchObject({ code: 'type-not-allowed' })
  })

  test('tries again after the connection broke, and makes one object', async () => {
    const site = await openAppSite()
    const { fake, uploader } = await openApp(site)
    fake.breakNext = 1
    const upload = uploader.upload(choose(fake, randomBytes(300_000)))
    const retries: string[] = []
    upload.on('retry', ({ error }) => void retries.push(error.code))
    const { key } = await upload.done
    expect(retries).toEqual(['network-lost'])
    expect(site.completed.map((completed) => completed.key)).toEqual([key])
  })

  test('goes on when the network is back', async () => {
    const { fake, uploader } = await openApp(await openAppSite())
    fake.network(false)
    const upload = uploader.upload(choose(fake, 'abc'))
    upload.on('retry', () => fake.network(true))
    expect((await upload.done).size).toBe(3)
  })

  test.each([
    { api: 'uploadFile', where: 'storeUrl' },
    { api: 'request', where: 'issuerUrl' },
  ] as const)('says which domain the "$api" list of its console lacks', async ({ api, where }) => {
    const site = await openAppSite()
    const { fake, uploader } = await openApp(site)
    fake.domains[api] = ['https://elsewhere.example']
    const refusal = await refusalOf(uploader.upload(choose(fake, 'abc')).done)
    expect(refusal).toMatchObject({ code: 'domain-forbidden', retry: 'never' })
    expect(String(refusal)).toContain(`may not reach ${site[where]}: add it to the "${api}" domains`)
  })

  test('says that a file is gone', async () => {
    const { fake, uploader } = await openApp(await openAppSite())
    const file = choose(fake, 'abc')
    fake.files.delete(file.path)
    expect(await refusalOf(uploader.upload(file).done)).toMatchObject({ code: 'file-unreadable', retry: 'never' })
  })

  test('uploads 500 files, never with more than the ten calls at once that are allowed', async () => {
    const site = await openAppSite()
    const { fake, uploader } = await openApp(site, { concurrency: 30 })
    const uploads = Array.from({ length: 500 }, (_, at) => uploader.upload(choose(fake, `file ${at}`)))
    const objects = await Promise.all(uploads.map(({ done }) => done))
    expect(new Set(objects.map(({ key }) => key)).size).toBe(500)
    expect(site.completed).toHaveLength(500)
    expect(fake.most()).toBeLessThanOrEqual(10)
    expect(fake.refused()).toBe(0)
  }, 60_000)

  test('loses no file where the app makes calls of its own: what is refused is sent again', async () => {
    const site = await openAppSite()
    const { fake, uploader } = await openApp(site)
    fake.pace.waitMs = 200
    const own = choose(fake, randomBytes(100_000))
    const [url, name, timeout] = [site.storeUrl, 'file', 5000]
    for (let call = 0; call < 10; call++)
      fake.wx.uploadFile({ url, filePath: own.path, name, formData: {}, timeout, success() {}, fail() {} })
    const { key } = await uploader.upload(choose(fake, 'abc')).done
    expect(fake.refused()).toBeGreaterThan(0)
    expect(Buffer.from(await site.read(key)).toString()).toBe('abc')
  })

  test('asks an issuer that answers as the samples do', async () => {
    const site = await openAppSite()
    const { doors, fake } = await openApp(site)
    const transport = doors.miniProgramTransport(fake.wx)
    const requestForm = doors.requestSignature
    const uploader = doors.createUploader<string, LocalFile>({ endpoint: site.issuerUrl, transport, requestForm })
    const { key } = await uploader.upload(choose(fake, 'abc', '照片.jpg')).done
    expect(key).toMatch(/\/照片\.jpg$/)
    expect(Buffer.from(await site.read(key)).toString()).toBe('abc')
  })
})

describe('a large file of a mini-program', () => {
  test('goes in parts, each a PUT by request', async () => {
    const site = await openAppSite()
    const { fake, uploader } = await openApp(site, { partsFrom: MIB })
    const content = randomBytes(18 * MIB + 5)
    const object = await uploader.upload(choose(fake, content)).done
    expect(Buffer.from(await site.read(object.key)).equals(content)).toBe(true)
    expect(site.asked).toContain('POST /uploads/multipart/complete')
    expect(site.asked).not.toContain('POST /uploads')
  }, 30_000)

  test('goes by one form where the platform gives no file system', async () => {
    const site = await openAppSite()
    const doors = await loadDoors()
    const fake = fakeWx()
    fake.domains.request.push(site.issuerUrl)
    fake.domains.uploadFile.push(site.storeUrl)
    const { request, uploadFile } = fake.wx
    const transport = doors.miniProgramTransport({ request, uploadFile })
    expect(transport.sendBytes).toBeUndefined()
    const uploader = doors.createUploader<string, LocalFile>({ endpoint: site.issuerUrl, transport, partsFrom: 1 })
    await uploader.upload(choose(fake, randomBytes(MIB))).done
    expect(site.asked).toContain('POST /uploads')
  })

  test('is read by readFile where a version has nothing newer', async () => {
    const { fake, doors } = await openApp(await openAppSite())
    const { readFile } = fake.wx.getFileSystemManager()
    const transport = doors.miniProgramTransport({ ...fake.wx, getFileSystemManager: () => ({ readFile }) })
    const file = choose(fake, '0123456789')
    expect(Array.from((await transport.readBytes?.(file, 2, 5)) ?? [])).toEqual([50, 51, 52])
    expect((await transport.readBytes?.(file, 4, 4))?.length).toBe(0)
  })

  test('that is shorter than it said is not sent', async () => {
    const { fake, transport } = await openApp(await openAppSite())
    const file = choose(fake, '0123456789')
    await expect(transport.readBytes?.(file, 5, 11)).rejects.toMatchObject({ code: 'file-unreadable' })
  })
})

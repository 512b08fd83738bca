import Uppy from '@uppy/core'
import { expect, test, vi } from 'vitest'
import { PosternError } from '../base/errors.ts'
import { zhCN } from '../locales/zh-cn.ts'
import { openLiveSite } from './live-site.fixture.ts'
import { Postern } from './postern.ts'

const PNG = { name: 'a.png', type: 'image/png', data: new Blob(['abc']) }

test('files go to the store, and Uppy has the object that each became', async () => {
  const { openUppy, completed, paths } = await openLiveSite()
  const uppy = openUppy()
  for (const name of ['a.png', 'b.png', 'c.png', 'd.png']) uppy.addFile({ ...PNG, name })
  const { successful = [], failed } = (await uppy.upload()) ?? {}
  expect(failed).toEqual([])
  expect(successful.map(({ name }) => name)).toEqual(['a.png', 'b.png', 'c.png', 'd.png'])
  for (const { uploadURL, response } of successful) {
    const { key, size, answer } = response?.body ?? expect.fail('no body')
    expect(completed.map((upload) => upload.key)).toContain(key)
    expect(uploadURL).toMatch(new RegExp(`/photos/${key}$`))
    expect({ size, answer }).toEqual({ size: 3, answer: { saved: key } })
  }
  expect(paths().filter((path) => path === 'POST /uploads').length).toBeLessThan(4) // forms are asked for together
})

test('a large file goes in parts', async () => {
  const { openUppy, completed, paths } = await openLiveSite()
  const uppy = openUppy({ partsFrom: 1000 })
  uppy.addFile({ ...PNG, data: new Blob([new Uint8Array(1000)]) })
  expect((await uppy.upload())?.successful).toMatchObject([{ response: { body: { size: 1000 } } }])
  expect(completed).toHaveLength(1)
  expect(paths()).toContain('POST /uploads/multipart/complete')
})

test('a refusal is shown, its cause is what the issuer said, and after a change it can be tried again', async () => {
  const { openUppy } = await openLiveSite({ routes: { default: { types: ['image/*'] }, texts: { types: ['text/*'] } } })
  const uppy = openUppy()
  const causes: unknown[] = []
  uppy.on('upload-error', (_, error) => causes.push('cause' in error && error.cause))
  const id = uppy.addFile({ ...PNG, name: 'a.txt', type: 'text/plain' })
  expect((await uppy.upload())?.failed).toMatchObject([{ name: 'a.txt' }])
  expect(causes).toEqual([expect.any(PosternError)])
  expect(causes).toEqual([expect.objectContaining({ code: 'type-not-allowed' })])

  uppy.getPlugin('Postern')?.setOptions({ route: 'texts' })
  expect((await uppy.retryAll())?.successful).toMatchObject([{ id }])
})

test('a file of Companion and one that is not here any more are refused in words, and ask nothing', async () => {
  const { openUppy, asked } = await openLiveSite()
  const uppy = openUppy({ locale: { strings: { noContent: '请重新选择文件。' } } })
  const remote = { companionUrl: 'https://companion.example', url: 'drive/get/1', requestClientId: 'Drive' }
  const far = { name: 'far.png', type: 'image/png', isRemote: true, data: { size: 5 }, remote }
  uppy.addFile(far)
  const ghost = uppy.addFile(PNG)
  uppy.setFileState(ghost, { data: undefined, isGhost: true })
  const { failed = [] } = (await uppy.upload()) ?? {}
  expect(failed.map(({ error }) => error)).toEqual([expect.stringContaining('another service'), '请重新选择文件。'])
  expect(asked).toEqual([])
})

test('people read in their language why a file was not stored', async () => {
  const { openUppy } = await openLiveSite({ routes: { default: { maxSize: 2 } } })
  const uppy = openUppy({ errorLocale: zhCN })
  uppy.addFile(PNG)
  expect((await uppy.upload())?.failed).toMatchObject([{ error: expect.stringMatching(/^文件过大。/) }])
})

test('of the metadata the issuer hears what the application names, and no more', async () => {
  const { openUppy, asked } = await openLiveSite({ routes: { default: { meta: { album: { maxLength: 40 } } } } })
  const meta = { album: '夏天', caption: 'The sea' }
  for (const uppy of [openUppy(), openUppy({ metaFields: ['album'] })]) {
    uppy.addFile({ ...PNG, meta })
    expect((await uppy.upload())?.failed).toEqual([])
  }
  const told = asked.filter(({ path }) => path === 'POST /uploads').map(({ body }) => JSON.parse(body).meta)
  expect(told).toEqual([undefined, { album: '=?UTF-8?B?5aSP5aSp?=' }])
})

test('a name that somebody has edited is the one that the issuer hears', async () => {
  const { openUppy, asked } = await openLiveSite()
  const uppy = openUppy()
  uppy.setFileMeta(uppy.addFile(PNG), { name: 'sea.png' })
  expect((await uppy.upload())?.failed).toEqual([])
  expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({ filename: 'sea.png', size: 3, type: 'image/png' })
})

test('headers go with every request, and may change while the page is open', async () => {
  const { openUppy, asked } = await openLiveSite()
  const uppy = openUppy({ headers: { 'x-user': 'one' } })
  uppy.addFile(PNG)
  await uppy.upload()
  uppy.getPlugin('Postern')?.setOptions({ headers: () => ({ 'x-user': 'two' }) })
  uppy.addFile({ ...PNG, name: 'b.png' })
  await uppy.upload()
  expect(new Set(asked.map(({ headers }) => headers.get('x-user')))).toEqual(new Set(['one', 'two']))
})

test('Uppy learns the rules of the route, once, and refuses by them what is chosen', async () => {
  const { openUppy, paths } = await openLiveSite({
    routes: { default: {}, photos: { types: ['image/*'], maxSize: 10, minSize: 2 } },
  })
  const uppy = openUppy({ route: 'photos', restrictByRoute: true }, { restrictions: { minFileSize: 3 } })
  await vi.waitFor(() => expect(uppy.opts.restrictions.maxFileSize).toBe(10))
  expect(uppy.opts.restrictions).toMatchObject({ minFileSize: 3, allowedFileTypes: ['image/*'] })
  expect(() => uppy.addFile({ ...PNG, data: new Blob(['12345678901']) })).toThrow(/exceeds/)
  expect(paths()).toEqual(['GET /uploads?route=photos'])
})

test('where the rules cannot be had, nothing is restricted, and files go', async () => {
  const { openUppy } = await openLiveSite()
  const uppy = openUppy({ restrictByRoute: true, route: 'none' })
  const warned: unknown[] = []
  uppy.opts.logger = { ...uppy.opts.logger, warn: (...words: unknown[]) => warned.push(...words) }
  await vi.waitFor(() => expect(warned).toEqual([expect.stringContaining('rules of the route')]))
  expect(uppy.opts.restrictions).toMatchObject({ maxFileSize: null, minFileSize: null, allowedFileTypes: null })
})

test('a plugin that goes leaves no listener, no uploader and no restriction of its own', async () => {
  const { openUppy } = await openLiveSite()
  const uppy = openUppy({ restrictByRoute: true })
  await vi.waitFor(() => expect(uppy.opts.restrictions.maxFileSize).not.toBe(null))
  expect(uppy.getState().capabilities).toMatchObject({ resumableUploads: true, individualCancellation: true })
  const plugin = uppy.getPlugin('Postern') ?? expect.fail('no plugin')
  const off = vi.spyOn(uppy, 'off')
  const removeUploader = vi.spyOn(uppy, 'removeUploader')
  uppy.removePlugin(plugin)
  expect(uppy.getState().capabilities.resumableUploads).toBe(false)
  expect(uppy.opts.restrictions).toMatchObject({ maxFileSize: null, minFileSize: null, allowedFileTypes: null })
  expect(removeUploader.mock.results).toEqual([{ type: 'return', value: true }])
  expect(off.mock.calls.map(([event]) => event).toSorted()).toEqual([
    'file-removed',
    'pause-all',
    'resume-all',
    'retry-all',
    'upload-pause',
    'upload-retry',
  ])
})

test("Uppy's own words, set on Uppy, do not become the plugin's options", async () => {
  const uppy = new Uppy().use(Postern, { endpoint: 'http://app.local', restrictByRoute: false })
  uppy.setOptions({ locale: { strings: { cancel: 'Abbrechen' } } })
  expect(uppy.getPlugin('Postern')?.i18n('finalising')).toBe('Finishing…')
})

test('an address is needed at once', () => {
  // @ts-expect-error: and the compiler says so
  expect(() => new Uppy().use(Postern, {})).toThrow(TypeError)
})

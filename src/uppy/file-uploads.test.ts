import Uppy, { type Body, type Meta, type UppyFile } from '@uppy/core'
import { expect, test, vi } from 'vitest'
import { PosternError } from '../base/errors.ts'
import { en } from '../locales/en.ts'
import { type FakeUpload, fakeUpload, STORED, settle } from './fake-upload.fixture.ts'
import { createFileUploads } from './file-uploads.ts'
import { namedFile } from './named-file.ts'
import { shownError } from './shown-error.ts'

const LOST = new PosternError('network-lost', 'The store did not answer.')

/** Uppy with these files of ten bytes, and uploads that do what a test says. */
function uppyWith(names: readonly string[], { mayBeKept = false, isUploader = true } = {}) {
  const logger = { debug: () => {}, warn: () => {}, error: () => {} }
  const uppy = new Uppy<Meta, Body>({ logger })
  const begun: FakeUpload[] = []
  const begin = (file: UppyFile<Meta, Body>) => {
    const named = namedFile(file)
    if (named === undefined) return new Error('It has no content.')
    const upload = fakeUpload(named)
    begun.push(upload)
    return upload
  }
  const uploads = createFileUploads(uppy, {
    begin,
    mayBeKept: () => mayBeKept,
    bodyOf: (object) => ({ ...object }),
    errorOf: (error) => shownError(error, en),
    finalising: () => 'Finishing…',
  })
  if (isUploader)
    uppy.addUploader(async (ids) => {
      uppy.emit('upload-start', uppy.getFilesByIds(ids))
      for (const file of uppy.getFilesByIds(ids)) uploads.start(file)
      await uploads.over(ids)
    })
  const ids = names.map((name) => uppy.addFile({ name, data: new File(['0123456789'], name), type: 'image/png' }))
  const events: unknown[] = []
  uppy.on('upload-progress', (_, { bytesUploaded }) => events.push(bytesUploaded))
  uppy.on('upload-success', () => events.push('stored'))
  uppy.on('upload-error', () => events.push('failed'))
  const at = (index: number) => begun[index] ?? expect.fail(`no upload ${index}`)
  const idOf = (index: number) => ids[index] ?? expect.fail(`no file ${index}`)
  return { uppy, uploads, begun, at, idOf, events, file: (index = 0) => uppy.getFile(idOf(index)) }
}

test('Uppy hears of a start, of each step, and of the end, once', async () => {
  const { uppy, at, events, file } = uppyWith(['a.png'])
  const done = uppy.upload()
  at(0).enter('preparing')
  at(0).enter('sending')
  for (const bytes of [4, 10]) at(0).send(bytes)
  await at(0).store()
  await done
  expect(events).toEqual([0, 4, 10, 'stored'])
  expect(file()).toMatchObject({
    uploadURL: STORED.url,
    response: { status: 200, body: STORED },
    progress: { uploadComplete: true, complete: true, percentage: 100, bytesUploaded: 10 },
  })
})

test('a file that has left and is not stored yet is shown as being processed', async () => {
  const { uppy, at, file } = uppyWith(['a.png'])
  const done = uppy.upload()
  at(0).send(10)
  at(0).enter('finalising')
  expect(file().progress.postprocess).toEqual({ mode: 'indeterminate', message: 'Finishing…' })
  expect(file().progress.complete).toBeUndefined()
  await at(0).store()
  await done
  expect(file().progress.postprocess).toBeUndefined()
})

test.each(['waiting', 'paused'] as const)('what is %s is not processed any more, and not complete', async (state) => {
  const { uppy, at, file } = uppyWith(['a.png'])
  const done = uppy.upload()
  at(0).enter('finalising')
  at(0).enter(state)
  expect(file().progress).not.toHaveProperty('postprocess')
  expect(file().progress).not.toHaveProperty('complete')
  await at(0).store()
  await done
})

test('a failure is shown with its reason, and is no success', async () => {
  const { uppy, at, file } = uppyWith(['a.png', 'b.png'])
  const errors: unknown[] = []
  uppy.on('upload-error', (_, error) => errors.push(error))
  const done = uppy.upload()
  at(0).enter('finalising')
  await at(0).fail(LOST)
  await at(1).store()
  const { successful = [], failed = [] } = (await done) ?? {}
  expect([successful, failed].map((files) => files.map(({ name }) => name))).toEqual([['b.png'], ['a.png']])
  expect(errors).toEqual([expect.objectContaining({ cause: LOST, isNetworkError: true })])
  expect(file().error).toBe(file(0).error)
  expect(file().progress).not.toHaveProperty('postprocess')
  expect(file().progress.uploadComplete).toBe(false)
})

test('what fails is tried again when somebody says so, and its batch waits for that', async () => {
  const { uppy, at, begun, idOf } = uppyWith(['a.png', 'b.png'])
  const first = uppy.upload()
  await at(0).fail(LOST)
  const second = uppy.retryUpload(idOf(0))
  await at(1).store()
  expect(begun).toHaveLength(3)
  await at(2).fail(LOST)
  expect((await first)?.failed).toHaveLength(1)
  expect((await second)?.failed).toHaveLength(1)
})

test('an upload that runs is not begun twice', async () => {
  const { uppy, at, begun, idOf, file } = uppyWith(['a.png'])
  const done = uppy.upload()
  const again = uppy.retryUpload(idOf(0))
  expect(begun).toHaveLength(1)
  await at(0).store()
  await Promise.all([done, again])
  expect(file().progress.uploadComplete).toBe(true)
})

test('to go on with everything does not make a failure a success', async () => {
  const { uppy, uploads, at, file } = uppyWith(['a.png', 'b.png'])
  uppy.on('pause-all', uploads.pauseAll).on('resume-all', uploads.resumeAll).on('retry-all', uploads.forget)
  const done = uppy.upload()
  await at(0).fail(LOST)
  uppy.pauseAll()
  uppy.resumeAll()
  expect(at(1).told).toEqual(['pause', 'resume'])
  expect(file().error).toBe(shownError(LOST, en).message)
  await at(1).store()
  expect((await done)?.failed).toHaveLength(1)

  const retried = uppy.retryAll()
  uppy.resumeAll()
  expect(file().error).toBe(null)
  await at(2).store()
  expect((await retried)?.successful).toHaveLength(1)
})

test('a file that was paused before its turn waits', async () => {
  const { uppy, at, idOf } = uppyWith(['a.png'])
  uppy.setFileState(idOf(0), { isPaused: true })
  const done = uppy.upload()
  expect(at(0).told).toEqual(['pause'])
  await at(0).store()
  await done
})

test('a file that is removed is cancelled, nothing is said of it, and the others go on', async () => {
  const { uppy, uploads, at, idOf, events } = uppyWith(['a.png', 'b.png'])
  uppy.on('file-removed', uploads.remove)
  const done = uppy.upload()
  uppy.removeFile(idOf(0))
  expect(at(0).told).toEqual(['cancel'])
  await settle()
  await at(1).store()
  expect((await done)?.successful).toHaveLength(1)
  expect(events).toEqual([0, 0, 'stored'])
})

test('a batch ends at once when everything is cancelled, and the same file may begin again', async () => {
  const { uppy, uploads, begun, at } = uppyWith(['a.png'])
  uppy.on('file-removed', uploads.remove)
  const done = uppy.upload()
  uppy.cancelAll()
  expect(await done).toMatchObject({ successful: [], failed: [] })
  uppy.addFile({ name: 'a.png', data: new File(['0123456789'], 'a.png'), type: 'image/png' })
  const again = uppy.upload()
  expect(begun).toHaveLength(2)
  await at(1).store()
  expect((await again)?.successful).toHaveLength(1)
})

test('a file that Uppy forgot without a word is not uploaded any more', async () => {
  const { uppy, at } = uppyWith(['a.png'])
  const done = uppy.upload()
  uppy.clear()
  at(0).send(4)
  await expect(done).rejects.toThrow(TypeError) // Uppy's own: it looks for the file
  expect(at(0).told).toEqual(['cancel'])
})

test('whoever wants to know more hears of each upload as it begins', async () => {
  const { uppy, at } = uppyWith(['a.png'])
  const heard: unknown[] = []
  uppy.on('postern:upload', (file, upload) => heard.push(file?.name, upload))
  const done = uppy.upload()
  expect(heard).toEqual(['a.png', at(0)])
  await at(0).store()
  await done
})

test('nobody hears an upload that is over', async () => {
  const { uppy, at } = uppyWith(['a.png', 'b.png'])
  const done = uppy.upload()
  await at(0).store()
  await at(1).fail(LOST)
  await done
  expect([at(0).listeners(), at(1).listeners()]).toEqual([0, 0])
})

test('the end of the plugin cancels what runs, and says of each that it is not stored', async () => {
  const { uppy, uploads, at, file, events } = uppyWith(['a.png'])
  const done = uppy.upload()
  uploads.end()
  expect(at(0).told).toEqual(['cancel'])
  expect((await done)?.failed).toHaveLength(1)
  expect(file().error).toMatch(/cancelled/)
  expect(events).toEqual([0, 'failed'])
})

test('progress goes on from where an earlier page was', async () => {
  const { uppy, uploads, at, events, idOf } = uppyWith(['a.png'], { isUploader: false })
  const progress = { ...uppy.getFile(idOf(0)).progress, uploadStarted: 1, bytesUploaded: 6, percentage: 60 }
  uppy.setFileState(idOf(0), { isRestored: true, progress })
  uploads.start(uppy.getFile(idOf(0)))
  for (const bytes of [3, 8]) at(0).send(bytes)
  await at(0).store()
  expect(events).toEqual([6, 6, 8, 'stored'])
})

test.each([true, false])(
  'of a failed file that is removed the store keeps nothing; it may keep something: %s',
  async (mayBeKept) => {
    const { uppy, uploads, at, begun, idOf } = uppyWith(['a.png'], { mayBeKept })
    uppy.on('file-removed', uploads.remove)
    const done = uppy.upload()
    await at(0).fail(LOST)
    await done
    uppy.removeFile(idOf(0))
    expect(begun).toHaveLength(mayBeKept ? 2 : 1)
    if (!mayBeKept) return
    expect(at(1).told).toEqual([])
    at(1).enter('sending')
    expect(at(1).told).toEqual(['cancel'])
  },
)

test('a file without content fails, and the others do not', async () => {
  const { uppy, at, idOf, file } = uppyWith(['a.png', 'b.png'])
  uppy.setFileState(idOf(0), { data: undefined, isGhost: true })
  const done = uppy.upload()
  await at(0).store()
  expect(await done).toMatchObject({ successful: [{ name: 'b.png' }], failed: [{ name: 'a.png' }] })
  expect(file().error).toBe('It has no content.')
})

test('a listener of the application that throws makes no file stored that is not', async () => {
  const { uppy, at, file } = uppyWith(['a.png'])
  const thrown = new Error('of the application')
  const uncaught = vi.fn()
  process.once('unhandledRejection', uncaught)
  uppy.on('upload-progress', () => {
    throw thrown
  })
  const { failed } = (await uppy.upload()) ?? {}
  await settle()
  expect(failed).toHaveLength(1)
  expect(file().error).toMatch(/^Something broke/)
  expect(at(0).told).toEqual(['cancel'])
  expect(uncaught).toHaveBeenCalledWith(thrown, expect.anything())
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PosternError } from '../base/errors.ts'
import type { FileFacts } from '../client/transport.ts'
import { EMPTY_LIST } from './list-snapshot.ts'
import type { ListEvents } from './listed-upload.ts'
import { createUploadList } from './upload-list.ts'
import { type UploadByHand, uploaderByHand } from './uploads-by-hand.fixture.ts'

const CAT = { name: 'cat.png', size: 100, type: 'image/png' }
const DOG = { name: 'dog.png', size: 50, type: 'image/png' }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A list, how often it told of a change, and its uploads, as long as there are any. */
function opened(files: readonly FileFacts[] = [], events: ListEvents<FileFacts> = {}) {
  const uploader = uploaderByHand()
  const list = createUploadList<string, FileFacts>(uploader, events)
  list.upload(files)
  const told = vi.fn()
  const stop = list.subscribe(told)
  const states = () => list.snapshot().uploads.map(({ state }) => state)
  return { uploader, list, told, stop, states, at: (index: number) => present(uploader.begun[index]) }
}

function present(upload: UploadByHand | undefined): UploadByHand {
  return upload ?? expect.fail('no such upload')
}

const frame = () => vi.advanceTimersByTimeAsync(20)

test('a list is empty until something is uploaded, and the same on a server', () => {
  const { list } = opened()
  expect(list.snapshot()).toBe(EMPTY_LIST)
  expect(EMPTY_LIST).toEqual({
    uploads: [],
    totals: { sentBytes: 0, totalBytes: 0, active: 0, paused: 0, stored: 0, failed: 0 },
  })
})

test('files are in the list at once, in their order, and one call tells of a change once', () => {
  const { list, told } = opened()
  const ids = list.upload([CAT, DOG], { meta: { album: 'pets' } })
  expect(list.snapshot().uploads.map(({ id, name, size, state }) => ({ id, name, size, state }))).toEqual([
    { id: ids[0], name: 'cat.png', size: 100, state: 'queued' },
    { id: ids[1], name: 'dog.png', size: 50, state: 'queued' },
  ])
  expect(told).toHaveBeenCalledTimes(1)
})

test.each([
  { what: 'one file', files: CAT, count: 1 },
  { what: 'an array', files: [CAT, DOG], count: 2 },
  { what: 'any iterable', files: new Set([CAT, DOG]), count: 2 },
  { what: 'no file', files: [], count: 0 },
  { what: 'the null of an input without files', files: null, count: 0 },
  { what: 'nothing', files: undefined, count: 0 },
])('upload takes $what', ({ files, count }) => {
  const { list, uploader } = opened()
  expect(list.upload(files)).toHaveLength(count)
  expect(uploader.begun).toHaveLength(count)
})

test('options go with each file', () => {
  const { list, at } = opened()
  const options = { route: 'avatars', meta: { album: 'pets' } }
  list.upload([CAT, DOG], options)
  expect(at(0).options).toEqual(options)
  expect(at(1).options).toEqual(options)
})

test('what an input empties after the call is uploaded all the same', () => {
  const { list, states } = opened()
  const files = [CAT, DOG]
  list.upload(files)
  files.length = 0
  list.retryFailed()
  expect(states()).toHaveLength(2)
})

test('any number of events within a frame is one change', async () => {
  const { list, told, uploader } = opened(Array.from({ length: 500 }, () => CAT))
  for (const upload of uploader.begun) {
    upload.become('sending')
    for (let sent = 1; sent <= 20; sent++) upload.send(sent)
  }
  expect(told).not.toHaveBeenCalled()
  await frame()
  expect(told).toHaveBeenCalledTimes(1)
  expect(list.snapshot().totals).toMatchObject({ sentBytes: 10_000, totalBytes: 50_000, active: 500 })
})

test('while somebody listens, a snapshot changes only as they are told', async () => {
  const { list, at } = opened([CAT])
  const before = list.snapshot()
  at(0).send(40)
  expect(list.snapshot()).toBe(before)
  await frame()
  expect(list.snapshot().uploads[0]?.progress.sentBytes).toBe(40)
  expect(before.uploads[0]?.progress.sentBytes).toBe(0)
})

test('while nobody listens, a snapshot is of now, and no timer runs', () => {
  const { list, stop, at } = opened([CAT])
  stop()
  at(0).send(40)
  expect(vi.getTimerCount()).toBe(0)
  const snapshot = list.snapshot()
  expect(snapshot.uploads[0]?.progress.sentBytes).toBe(40)
  expect(list.snapshot()).toBe(snapshot)
})

test('whoever listens first finds what happened before', () => {
  const { list, stop, at } = opened([CAT])
  stop()
  at(0).send(40)
  list.subscribe(() => undefined)
  expect(list.snapshot().uploads[0]?.progress.sentBytes).toBe(40)
})

test('the same function may listen twice, and stops once for each', async () => {
  const { list, at } = opened([CAT])
  const listener = vi.fn()
  const stopOne = list.subscribe(listener)
  list.subscribe(listener)
  stopOne()
  stopOne()
  at(0).send(1)
  await frame()
  expect(listener).toHaveBeenCalledTimes(1)
})

test('uploads that did not change stay the same objects', async () => {
  const { list, at } = opened([CAT, DOG])
  const [cat, dog] = list.snapshot().uploads
  at(1).send(10)
  await frame()
  const [catNow, dogNow] = list.snapshot().uploads
  expect(catNow).toBe(cat)
  expect(dogNow).not.toBe(dog)
})

test('a stored upload has its object, and never the state without it', async () => {
  const onStored = vi.fn()
  const { list, at } = opened([CAT], { onStored })
  at(0).become('stored')
  list.pause('nobody')
  list.upload(DOG) // tells at once
  expect(list.snapshot().uploads[0]?.state).toBe('finalising')
  at(0).store()
  await frame()
  const [upload] = list.snapshot().uploads
  expect(upload).toMatchObject({ state: 'stored', object: { key: 'cat.png' }, error: undefined })
  expect(onStored).toHaveBeenCalledExactlyOnceWith(upload)
})

test('a failed upload has its error, and is told of', async () => {
  const onFailed = vi.fn()
  const { list, at } = opened([CAT], { onFailed })
  const error = new PosternError('file-too-large', 'The file is too large.')
  at(0).fail(error)
  await frame()
  const [upload] = list.snapshot().uploads
  expect(upload).toMatchObject({ state: 'failed', error, object: undefined })
  expect(onFailed).toHaveBeenCalledExactlyOnceWith(upload)
})

test('what is cancelled has neither error nor object, and nobody is told that it failed', async () => {
  const events = { onStored: vi.fn(), onFailed: vi.fn() }
  const { list } = opened([CAT], events)
  list.cancelAll()
  await frame()
  expect(list.snapshot().uploads[0]).toMatchObject({ state: 'cancelled', error: undefined, object: undefined })
  expect(events.onFailed).not.toHaveBeenCalled()
  expect(events.onStored).not.toHaveBeenCalled()
})

test('what waits says why, until it goes on', async () => {
  const { list, at } = opened([CAT])
  const notice = { error: new PosternError('network-lost', 'The line is cut.'), attempt: 1, delayMs: 500 }
  at(0).become('waiting')
  at(0).tell('retry', notice)
  await frame()
  expect(list.snapshot().uploads[0]).toMatchObject({ state: 'waiting', retry: notice })
  at(0).become('sending')
  await frame()
  expect(list.snapshot().uploads[0]?.retry).toBeUndefined()
})

test('a command is seen at once, with all that it did', () => {
  const { list, told, states, at } = opened([CAT, DOG])
  at(0).become('sending')
  list.pauseAll()
  expect(states()).toEqual(['paused', 'paused'])
  expect(told).toHaveBeenCalledTimes(1)
  expect(vi.getTimerCount()).toBe(0)
  expect(list.snapshot().totals).toMatchObject({ active: 0, paused: 2 })
  list.resumeAll()
  expect(states()).toEqual(['queued', 'queued'])
})

test('pause, resume and cancel are for one upload', () => {
  const { list, states } = opened([CAT, DOG])
  const [cat = ''] = list.snapshot().uploads.map(({ id }) => id)
  list.pause(cat)
  expect(states()).toEqual(['paused', 'queued'])
  list.resume(cat)
  expect(states()).toEqual(['queued', 'queued'])
  list.cancel(cat)
  expect(states()).toEqual(['cancelled', 'queued'])
})

test('a name that is not in the list does nothing', () => {
  const { list, told } = opened([CAT])
  const before = list.snapshot()
  for (const act of [list.pause, list.resume, list.cancel, list.retry, list.remove]) act('constructor')
  expect(list.snapshot()).toBe(before)
  expect(told).not.toHaveBeenCalled()
})

test('a retry begins again in the same place, under the same id, with the same options', async () => {
  const { list, at, uploader } = opened()
  const [id = ''] = list.upload([CAT, DOG], { meta: { album: 'pets' } })
  at(0).send(100)
  at(0).fail()
  await frame()
  list.retry(id)
  expect(uploader.begun).toHaveLength(3)
  expect(at(2).options).toEqual({ meta: { album: 'pets' } })
  expect(list.snapshot().uploads[0]).toMatchObject({ id, name: 'cat.png', state: 'queued', error: undefined })
  expect(list.snapshot().uploads[0]?.progress.sentBytes).toBe(0)
  at(2).store()
  await frame()
  expect(list.snapshot().uploads[0]?.state).toBe('stored')
})

test('what can be tried again is what failed or was cancelled, and nothing else', async () => {
  const { list, at, uploader } = opened([CAT, DOG, CAT, DOG])
  at(0).store()
  at(1).fail()
  at(2).cancel()
  await frame()
  const ids = list.snapshot().uploads.map(({ id }) => id)
  list.retry(ids[0] ?? '')
  list.retry(ids[3] ?? '')
  expect(uploader.begun).toHaveLength(4)
  list.retry(ids[2] ?? '')
  expect(uploader.begun).toHaveLength(5)
})

test('retryFailed leaves alone what was cancelled', async () => {
  const { list, at, states } = opened([CAT, DOG])
  at(0).fail()
  at(1).cancel()
  await frame()
  list.retryFailed()
  expect(states()).toEqual(['queued', 'cancelled'])
})

test('remove cancels what is not over, and lets be what is', async () => {
  const { list, at, told } = opened([CAT, DOG])
  at(1).store()
  await frame()
  for (const { id } of list.snapshot().uploads) list.remove(id)
  expect(list.snapshot().uploads).toEqual([])
  expect(at(0).state).toBe('cancelled')
  expect(at(1).state).toBe('stored')
  told.mockClear()
})

test('clear takes off what is stored or cancelled; what failed stays', async () => {
  const { list, at, states } = opened([CAT, DOG, CAT, DOG])
  at(0).store()
  at(1).fail()
  at(2).cancel()
  await frame()
  list.clear()
  expect(states()).toEqual(['failed', 'queued'])
})

test('the totals leave out what is cancelled, so that they can become whole', async () => {
  const { list, at } = opened([CAT, DOG])
  at(0).send(30)
  at(0).cancel()
  at(1).send(50)
  at(1).store()
  await frame()
  expect(list.snapshot().totals).toEqual({
    sentBytes: 50,
    totalBytes: 50,
    active: 0,
    paused: 0,
    stored: 1,
    failed: 0,
  })
})

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createGate, type Gate, lost, type Place, problem, type World } from './issuer.fixture.ts'
import type { FileFacts } from './transport.ts'
import type { Upload, UploadState } from './upload-handle.ts'
import { ending, fileOf, hear, openWorld, pass, settle, stopTime } from './uploader.fixture.ts'

beforeEach(stopTime)
afterEach(() => {
  vi.useRealTimers()
})

interface Situation {
  readonly state: UploadState
  readonly where: string
  readonly held: Place
  readonly parts: boolean
}

/** Every place where an upload can be stopped, as the request that is on its way there. */
const SITUATIONS: readonly Situation[] = [
  { state: 'preparing', where: 'its form is asked for', held: 'uploads', parts: false },
  { state: 'sending', where: 'its form is sent', held: 'form', parts: false },
  { state: 'finalising', where: 'the issuer is told of it', held: 'uploads/complete', parts: false },
  { state: 'preparing', where: 'its upload in parts is begun', held: 'uploads/multipart', parts: true },
  { state: 'sending', where: 'its parts are signed', held: 'uploads/multipart/parts', parts: true },
  { state: 'sending', where: 'its parts are sent', held: 'put', parts: true },
  { state: 'finalising', where: 'its parts are put together', held: 'uploads/multipart/complete', parts: true },
]

interface Stopped {
  readonly world: World
  readonly upload: Upload<FileFacts>
  readonly gate: Gate
}

async function openAt({ held, parts, state }: Situation): Promise<Stopped> {
  const { world, uploader } = openWorld({ partsFrom: parts ? 1 : Number.POSITIVE_INFINITY })
  const gate = createGate()
  world.next(held, gate.hold, gate.hold, gate.hold)
  const upload = uploader.upload(fileOf())
  await settle()
  expect(upload.state).toBe(state)
  return { world, upload, gate }
}

describe('pausing', () => {
  test.each(SITUATIONS)('an upload that is $state ($where) stops at once, and goes on later', async (situation) => {
    const { world, upload, gate } = await openAt(situation)
    upload.pause()
    expect(upload.state).toBe('paused')
    if (situation.held === 'uploads/multipart') gate.open() // it is not stopped: see under cancelling
    await settle()
    const made = world.calls.length
    await pass(3_000_000)
    expect(upload.state).toBe('paused')
    expect(world.calls.length).toBe(made)

    upload.resume()
    expect(await endingThrough(gate, upload)).toBe('stored')
    expect(world.objects.size).toBe(1)
    expect(world.uploads.size).toBe(situation.parts ? 1 : 0)
  })

  test.each(SITUATIONS)('an upload that is $state ($where) may be paused and resumed in one go', async (situation) => {
    const { world, upload, gate } = await openAt(situation)
    upload.pause()
    upload.resume()
    expect(upload.state).toBe('queued')
    expect(await endingThrough(gate, upload)).toBe('stored')
    expect(world.objects.size).toBe(1)
    expect(world.uploads.size).toBe(situation.parts ? 1 : 0)
  })

  test.each(SITUATIONS)(
    'an upload that is $state ($where) stays paused when it is paused, resumed and paused',
    async (situation) => {
      const { world, upload, gate } = await openAt(situation)
      upload.pause()
      upload.resume()
      upload.pause()
      gate.open()
      await pass(1_000_000)
      expect(upload.state).toBe('paused')
      upload.resume()
      expect(await endingThrough(gate, upload)).toBe('stored')
      expect(world.objects.size).toBe(1)
    },
  )

  test('a paused upload that is resumed and paused in one go stays paused', async () => {
    const { world, uploader } = openWorld()
    const upload = uploader.upload(fileOf())
    upload.pause()
    await settle()
    upload.resume()
    upload.pause()
    await pass(1_000_000)
    expect(upload.state).toBe('paused')
    expect(world.calls).toEqual([])
    upload.resume()
    expect(await ending(upload)).toBe('stored')
  })

  test('while an upload waits for its next try', async () => {
    const { world, uploader } = openWorld()
    world.next('form', lost)
    const upload = uploader.upload(fileOf())
    await settle()
    expect(upload.state).toBe('waiting')
    upload.pause()
    await pass(1_000_000)
    expect(upload.state).toBe('paused')
    expect(world.callsTo('form').length).toBe(1)
    upload.resume()
    await settle()
    expect(upload.state).toBe('stored')
  })

  test('before an upload has begun', async () => {
    const { world, uploader } = openWorld()
    const upload = uploader.upload(fileOf())
    upload.pause()
    await pass(1_000_000)
    expect(world.calls).toEqual([])
    upload.resume()
    expect(await ending(upload)).toBe('stored')
  })

  test('twice is as good as once, and so is resuming', async () => {
    const { uploader } = openWorld()
    const upload = uploader.upload(fileOf())
    const { states } = hear(upload)
    upload.pause()
    upload.pause()
    await settle()
    upload.resume()
    upload.resume()
    expect(await ending(upload)).toBe('stored')
    expect(states).toEqual(['paused', 'queued', 'preparing', 'sending', 'finalising', 'stored'])
  })

  test('what is not paused is not resumed, and goes on', async () => {
    const { world, uploader } = openWorld()
    const gate = createGate()
    world.next('form', gate.hold)
    const upload = uploader.upload(fileOf())
    await settle()
    upload.resume()
    await settle()
    expect(upload.state).toBe('sending')
    expect(gate.held.length).toBe(1)
    gate.open()
    expect(await ending(upload)).toBe('stored')
    expect(world.places).toEqual(['uploads', 'form', 'uploads/complete'])
  })

  test('is over once the file is stored, failed or cancelled', async () => {
    const { world, uploader } = openWorld()
    const stored = uploader.upload(fileOf('a'))
    await ending(stored)
    world.next('uploads', problem('upload-denied', 'never'))
    const failed = uploader.upload(fileOf('b'))
    await ending(failed)
    const cancelled = uploader.upload(fileOf('c'))
    cancelled.cancel()
    await ending(cancelled)
    for (const upload of [stored, failed, cancelled]) {
      const { states } = hear(upload)
      upload.pause()
      upload.resume()
      upload.cancel()
      await settle()
      expect(states).toEqual([])
    }
    expect([stored.state, failed.state, cancelled.state]).toEqual(['stored', 'failed', 'cancelled'])
  })

  test('from a listener is heard as well as from anywhere', async () => {
    const { world, uploader } = openWorld()
    world.next('form', lost)
    const upload = uploader.upload(fileOf())
    upload.on('retry', () => upload.pause())
    await pass(1_000_000)
    expect(upload.state).toBe('paused')
    upload.resume()
    expect(await ending(upload)).toBe('stored')
  })

  test('is no failure: it may be done more often than there are retries', async () => {
    const { world, uploader } = openWorld({ retries: 1 })
    const gate = createGate()
    world.always('uploads', gate.hold)
    const upload = uploader.upload(fileOf())
    for (let times = 0; times < 5; times++) {
      await settle()
      expect(upload.state).toBe('preparing')
      upload.pause()
      await settle()
      upload.resume()
    }
    expect(await endingThrough(gate, upload)).toBe('stored')
  })
})

describe('cancelling', () => {
  test.each(SITUATIONS)('an upload that is $state ($where) ends it, and leaves nothing behind', async (situation) => {
    const { world, upload, gate } = await openAt(situation)
    const { states } = hear(upload)
    upload.cancel()
    expect(upload.state).toBe('cancelled')
    gate.open()
    expect(await ending(upload)).toBe('upload-aborted')
    expect(states).toEqual(['cancelled'])
    expect([...world.uploads.values()].map(({ state }) => state)).toEqual(situation.parts ? ['aborted'] : [])

    const made = world.calls.length
    await pass(1_000_000)
    expect(world.calls.length).toBe(made)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('an upload in parts that is being begun is given up once it is known: what is begun unknown could not be', async () => {
    const { world, uploader } = openWorld({ partsFrom: 1 })
    const gate = createGate()
    world.next('uploads/multipart', gate.hold)
    const upload = uploader.upload(fileOf())
    await settle()
    upload.cancel()
    await settle()
    expect(upload.state).toBe('cancelled')
    expect(gate.held.length).toBe(1)
    gate.open()
    expect(await ending(upload)).toBe('upload-aborted')
    expect(world.places).toEqual(['uploads/multipart', 'uploads/multipart/abort'])
  })

  test('where the upload in parts was never begun there is nothing to give up', async () => {
    const { world, uploader } = openWorld({ partsFrom: 1 })
    const gate = createGate()
    world.next('uploads/multipart', gate.hold)
    const upload = uploader.upload(fileOf())
    await settle()
    upload.cancel()
    gate.open(lost)
    expect(await ending(upload)).toBe('upload-aborted')
    expect(world.places).toEqual(['uploads/multipart'])
  })

  test('an upload in parts whose giving up is lost is given up once more', async () => {
    const { world, uploader } = openWorld({ partsFrom: 1 })
    const gate = createGate()
    world.next('put', gate.hold, gate.hold, gate.hold)
    world.next('uploads/multipart/abort', lost)
    const upload = uploader.upload(fileOf())
    await settle()
    upload.cancel()
    expect(await ending(upload)).toBe('upload-aborted')
    expect([...world.uploads.values()].map(({ state }) => state)).toEqual(['aborted'])
  })

  test('an upload in parts that cannot be given up is over all the same', async () => {
    const { world, uploader } = openWorld({ partsFrom: 1 })
    const gate = createGate()
    world.next('put', gate.hold, gate.hold, gate.hold)
    world.always('uploads/multipart/abort', lost)
    const upload = uploader.upload(fileOf())
    await settle()
    upload.cancel()
    expect(await ending(upload)).toBe('upload-aborted')
    expect(upload.state).toBe('cancelled')
  })

  test.each([
    { parts: false, left: [] },
    { parts: true, left: ['aborted'] },
  ])('a paused upload ends it (in parts: $parts)', async ({ parts, left }) => {
    const { world, uploader } = openWorld({ partsFrom: parts ? 1 : Number.POSITIVE_INFINITY })
    const gate = createGate()
    world.next(parts ? 'put' : 'form', gate.hold, gate.hold, gate.hold)
    const upload = uploader.upload(fileOf())
    await settle()
    upload.pause()
    await settle()
    upload.cancel()
    expect(await ending(upload)).toBe('upload-aborted')
    expect(upload.state).toBe('cancelled')
    expect([...world.uploads.values()].map(({ state }) => state)).toEqual(left)
  })

  test('an upload in parts that waits for its next try gives it up', async () => {
    const { world, uploader } = openWorld({ partsFrom: 1 })
    world.always('put', lost)
    const upload = uploader.upload(fileOf())
    await settle()
    expect(upload.state).toBe('waiting')
    upload.cancel()
    expect(await ending(upload)).toBe('upload-aborted')
    expect([...world.uploads.values()].map(({ state }) => state)).toEqual(['aborted'])
  })

  test('twice is as good as once', async () => {
    const { uploader } = openWorld()
    const upload = uploader.upload(fileOf())
    const { states } = hear(upload)
    upload.cancel()
    upload.cancel()
    expect(await ending(upload)).toBe('upload-aborted')
    expect(states).toEqual(['cancelled'])
  })
})

describe('a signal', () => {
  test('that was aborted before asks nobody for anything', async () => {
    const { world, uploader } = openWorld()
    const upload = uploader.upload(fileOf(), { signal: AbortSignal.abort() })
    expect(upload.state).toBe('cancelled')
    expect(await ending(upload)).toBe('upload-aborted')
    expect(world.calls).toEqual([])
    expect(uploader.uploads).toEqual([])
  })

  test.each(SITUATIONS)('that is aborted while it is $state ($where) cancels it', async ({ held, parts }) => {
    const { world, uploader } = openWorld({ partsFrom: parts ? 1 : Number.POSITIVE_INFINITY })
    const gate = createGate()
    const stop = new AbortController()
    world.next(held, gate.hold, gate.hold, gate.hold)
    const upload = uploader.upload(fileOf(), { signal: stop.signal })
    await settle()
    stop.abort()
    gate.open()
    expect(await ending(upload)).toBe('upload-aborted')
    expect(upload.state).toBe('cancelled')
  })

  test('that is aborted afterwards changes nothing, and nobody listens to it any more', async () => {
    const { uploader } = openWorld()
    const stop = new AbortController()
    const removed = vi.spyOn(stop.signal, 'removeEventListener')
    const upload = uploader.upload(fileOf(), { signal: stop.signal })
    expect(await ending(upload)).toBe('stored')
    expect(removed).toHaveBeenCalledWith('abort', expect.anything())
    stop.abort()
    await settle()
    expect(upload.state).toBe('stored')
  })
})

/** Lets go on whatever is held, until the upload is over. */
async function endingThrough(gate: Gate, upload: Upload<FileFacts>): Promise<string> {
  for (let step = 0; step < 20; step++) {
    await settle()
    gate.open()
  }
  return await ending(upload)
}

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createGate, type Place } from './issuer.fixture.ts'
import type { UploadState } from './upload-handle.ts'
import { ending, fileOf, hear, openWorld, pass, settle, stopTime } from './uploader.fixture.ts'

beforeEach(stopTime)
afterEach(() => {
  vi.useRealTimers()
})

describe('pausing', () => {
  const cases: { state: UploadState; held: Place }[] = [
    { state: 'preparing', held: 'uploads' },
    { state: 'sending', held: 'form' },
    { state: 'finalising', held: 'uploads/complete' },
  ]

  test.each(cases)('an upload that is $state stops at once, and goes on where it was', async ({ state, held }) => {
    const { world, uploader } = openWorld()
    const gate = createGate()
    world.next(held, gate.hold)
    const upload = uploader.upload(fileOf())
    await settle()
    expect(upload.state).toBe(state)

    upload.pause()
    await settle()
    expect(upload.state).toBe('paused')
    expect(gate.held).toEqual([])

    const made = world.calls.length
    await pass(600_000)
    expect(world.calls.length).toBe(made)

    upload.resume()
    expect(await ending(upload)).toBe('stored')
    expect(world.objects.size).toBe(1)
  })
  test('pausing and resuming at once loses nothing', async () => {
    const { world, uploader } = openWorld()
    const gate = createGate()
    world.next('form', gate.hold)
    const upload = uploader.upload(fileOf())
    await settle()
    upload.pause()
    upload.resume()
    expect(await ending(upload)).toBe('stored')
    hear(upload)
  })
})
describe('parts', () => {
  test('go', async () => {
    const { world, uploader } = openWorld({ partsFrom: 50 })
    const upload = uploader.upload(fileOf())
    expect(await ending(upload)).toBe('stored')
    expect(world.places).toEqual([])
  })
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createGate, lost, problem, slow } from './issuer.fixture.ts'
import { ending, fileOf, openWorld, pass, settle, stopTime } from './uploader.fixture.ts'

beforeEach(stopTime)
afterEach(() => {
  vi.useRealTimers()
})

/** Names of the files whose forms are being sent, or were. */
function namesOf(calls: readonly { readonly key: string }[]): string {
  return calls.map(({ key }) => key.replace(/^\d+\//, '')).join(' ')
}

test('three files are sent at once, unless told otherwise', async () => {
  const { world, uploader } = openWorld()
  const gate = createGate()
  world.always('form', gate.hold)
  for (const name of ['a', 'b', 'c', 'd']) uploader.upload(fileOf(name))
  await settle()
  expect(namesOf(gate.held).split(' ').sort()).toEqual(['a', 'b', 'c'])
})

test.each([1, 2, 5])('with a concurrency of %i there are never more, and all arrive', async (concurrency) => {
  const { world, uploader } = openWorld({ concurrency })
  world.next('form', lost, lost)
  world.always('form', slow(100))
  const uploads = Array.from({ length: 12 }, (_, index) => uploader.upload(fileOf(`${index}`)))
  expect(await Promise.all(uploads.map(ending))).toEqual(uploads.map(() => 'stored'))
  expect(world.mostAtOnce).toBe(concurrency)
  expect(world.objects.size).toBe(12)
})

test('files go in the order in which they came', async () => {
  const { world, uploader } = openWorld({ concurrency: 1 })
  const uploads = ['a', 'b', 'c', 'd'].map((name) => uploader.upload(fileOf(name)))
  await Promise.all(uploads.map(ending))
  expect(namesOf(world.callsTo('form'))).toBe('a b c d')
})

test('a file that waits for its next try leaves its place to the next one, and goes before those that came after it', async () => {
  const { world, uploader } = openWorld({ concurrency: 1 })
  const gate = createGate()
  world.next('form', lost)
  world.always('form', gate.hold)
  const [first] = ['a', 'b', 'c', 'd'].map((name) => uploader.upload(fileOf(name)))
  await settle()
  expect(first?.state).toBe('waiting')
  expect(namesOf(gate.held)).toBe('b')
  await pass(1000)
  expect(first?.state).toBe('queued')
  gate.open()
  await settle()
  expect(namesOf(gate.held)).toBe('a')
  gate.open()
  await settle()
  expect(namesOf(gate.held)).toBe('c')
})

test('a paused file leaves its place, and is the first to be sent once it goes on', async () => {
  const { world, uploader } = openWorld({ concurrency: 1 })
  const gate = createGate()
  world.always('form', gate.hold)
  const [first] = ['a', 'b', 'c'].map((name) => uploader.upload(fileOf(name)))
  await settle()
  first?.pause()
  await settle()
  expect(namesOf(gate.held)).toBe('b')
  first?.resume()
  await settle()
  expect(first?.state).toBe('queued')
  gate.open()
  await settle()
  expect(namesOf(gate.held)).toBe('a')
})

test('a file that is cancelled in the queue asks nobody for anything', async () => {
  const { world, uploader } = openWorld({ concurrency: 1 })
  const gate = createGate()
  world.always('form', gate.hold)
  const [, second, third] = ['a', 'b', 'c'].map((name) => uploader.upload(fileOf(name)))
  await settle()
  second?.cancel()
  gate.open()
  await settle()
  expect(namesOf(gate.held)).toBe('c')
  expect(third?.state).toBe('sending')
})

test('whoever is paused in the queue is passed over', async () => {
  const { world, uploader } = openWorld({ concurrency: 1 })
  const gate = createGate()
  world.always('form', gate.hold)
  const [, second] = ['a', 'b', 'c'].map((name) => uploader.upload(fileOf(name)))
  await settle()
  second?.pause()
  gate.open()
  await settle()
  expect(namesOf(gate.held)).toBe('c')
  second?.resume()
  gate.open()
  await settle()
  expect(namesOf(gate.held)).toBe('b')
})

test('a file of which only the application has yet to say a word takes no place', async () => {
  const { world, uploader } = openWorld({ concurrency: 1 })
  const gate = createGate()
  world.next('uploads/complete', gate.hold)
  const first = uploader.upload(fileOf('a'))
  const second = uploader.upload(fileOf('b'))
  expect(await ending(second)).toBe('stored')
  expect(first.state).toBe('finalising')
})

test('a file that fails does not hold up the others', async () => {
  const { world, uploader } = openWorld({ concurrency: 1 })
  world.next('uploads', problem('upload-denied', 'never', { status: 403 }))
  const first = uploader.upload(fileOf('a'))
  const second = uploader.upload(fileOf('b'))
  expect(await ending(first)).toBe('upload-denied')
  expect(await ending(second)).toBe('stored')
})

test('an uploader knows the uploads that are not over, in order, and each by a name of its own', async () => {
  const { world, uploader } = openWorld({ concurrency: 1 })
  const gate = createGate()
  world.always('form', gate.hold)
  const [a, b, c] = [uploader.upload(fileOf('a')), uploader.upload(fileOf('b')), uploader.upload(fileOf('c'))]
  expect(uploader.uploads).toEqual([a, b, c])
  expect(new Set([a, b, c].map(({ id }) => id)).size).toBe(3)
  b.cancel()
  await settle()
  expect(uploader.uploads).toEqual([a, c])
  gate.open()
  await settle()
  expect(uploader.uploads).toEqual([c])
})

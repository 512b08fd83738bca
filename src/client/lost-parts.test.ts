import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { problem, type Twist, type World } from './issuer.fixture.ts'
import { ending, fileOf, hear, openParts, partsSent, stopTime } from './uploader.fixture.ts'

beforeEach(stopTime)
afterEach(() => {
  vi.useRealTimers()
})

/** As if the storage had thrown the upload away. */
function throwAway(world: World): void {
  for (const upload of world.uploads.values()) upload.state = 'aborted'
}

function gone(world: World): Twist {
  return (act, call) => {
    throwAway(world)
    return problem('upload-gone', 'fresh-form', { status: 404 })(act, call)
  }
}

test('an upload in parts that is gone when its parts are signed is begun anew', async () => {
  const { world, uploader } = openParts()
  world.next('uploads/multipart/parts', gone(world))
  expect(await ending(uploader.upload(fileOf('a', 30)))).toBe('stored')
  expect(world.uploads.size).toBe(2)
  expect(world.objects.size).toBe(1)
})

test('an upload in parts that is gone when a part is sent is begun anew, with signatures of its own', async () => {
  const { world, uploader } = openParts()
  world.next('put', (act) => {
    const answer = act()
    throwAway(world)
    return answer
  })
  const upload = uploader.upload(fileOf('a', 95))
  const { retries } = hear(upload)
  expect(await ending(upload)).toBe('stored')
  expect(retries.at(-1)?.error.retry).toBe('fresh-form')
  expect(partsSent(world).slice(-10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(world.objects.size).toBe(1)
})

test('an upload in parts that is gone when it is completed is begun anew', async () => {
  const { world, uploader } = openParts()
  world.next('uploads/multipart/complete', (act) => {
    throwAway(world)
    return act()
  })
  expect(await ending(uploader.upload(fileOf('a', 30)))).toBe('stored')
  expect(world.uploads.size).toBe(2)
  expect(world.objects.size).toBe(1)
})

test('an upload in parts that is gone because another tab has completed it is that object, and no second one', async () => {
  const { world, uploader } = openParts()
  world.next('put', (act) => {
    for (const upload of world.uploads.values()) {
      for (const part of [1, 2, 3]) upload.stored.set(part, 10)
      upload.state = 'completed'
    }
    return act()
  })
  const upload = uploader.upload(fileOf('a', 30))
  expect(await ending(upload)).toBe('stored')
  expect(await upload.done).toMatchObject({ key: '1/a' })
  expect(world.uploads.size).toBe(1)
  expect(world.objects.size).toBe(1)
})

test('an upload in parts that is gone again and again is a failure in the end', async () => {
  const { world, uploader } = openParts({ retries: 2 })
  world.always('uploads/multipart/parts', gone(world))
  expect(await ending(uploader.upload(fileOf('a', 30)))).toBe('upload-gone')
  expect(world.uploads.size).toBeLessThanOrEqual(3)
  expect(world.objects.size).toBe(0)
})

test('an upload in parts with an old token is begun anew as well', async () => {
  const { world, uploader } = openParts()
  world.next('uploads/multipart/parts', problem('upload-token-expired', 'fresh-form', { status: 403 }))
  expect(await ending(uploader.upload(fileOf('a', 30)))).toBe('stored')
  expect(world.uploads.size).toBe(2)
})

test('an upload in parts whose issuer was restarted with another secret is begun anew', async () => {
  const { world, uploader } = openParts()
  world.next('uploads/multipart/parts', problem('upload-token-invalid', 'never', { status: 403 }))
  expect(await ending(uploader.upload(fileOf('a', 30)))).toBe('stored')
  expect(world.uploads.size).toBe(2)
  expect(world.objects.size).toBe(1)
})

test('an upload in parts whose token is never good fails in the end', async () => {
  const { world, uploader } = openParts({ retries: 2 })
  world.always('uploads/multipart/parts', problem('upload-token-invalid', 'never', { status: 403 }))
  expect(await ending(uploader.upload(fileOf('a', 30)))).toBe('upload-token-invalid')
  expect(world.objects.size).toBe(0)
})

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createGate, done, lost, problem, refusal, slow, type Twist, type World } from './issuer.fixture.ts'
import { ending, fileOf, hear, openParts, openWorld, partsSent, pass, settle, stopTime } from './uploader.fixture.ts'

beforeEach(stopTime)
afterEach(() => {
  vi.useRealTimers()
})

const signedFor = (world: World) => world.callsTo('uploads/multipart/parts').map(({ asked }) => asked.partNumbers)
const OLD_SIGNATURE = refusal(403, 'AccessDenied', 'Request has expired.')
const BUSY = refusal(503, 'ServiceUnavailable', 'Please reduce your request rate.')
const MIB = 1024 * 1024
const slowly = slow(1000)

describe('which files go in parts', () => {
  test.each([
    { size: 64 * MIB - 1, partsFrom: undefined, inParts: false },
    { size: 64 * MIB, partsFrom: undefined, inParts: true },
    { size: 99, partsFrom: 100, inParts: false },
    { size: 100, partsFrom: 100, inParts: true },
    { size: 0, partsFrom: 0, inParts: true },
    { size: 1, partsFrom: 0, inParts: true },
    { size: 1000 * MIB, partsFrom: Number.POSITIVE_INFINITY, inParts: false },
  ])('$size bytes, from $partsFrom on: $inParts', async ({ size, partsFrom, inParts }) => {
    const { world, uploader } = openWorld(partsFrom === undefined ? {} : { partsFrom }, { partSize: 8 * MIB })
    expect(await ending(uploader.upload(fileOf('a', size)))).toBe('stored')
    expect(world.callsTo('uploads/multipart').length).toBe(inParts ? 1 : 0)
    expect([...world.objects.values()]).toEqual([size])
  })

  test('none where the issuer takes none in parts on this route', async () => {
    const { world, uploader } = openParts()
    world.always('uploads/multipart', problem('path-not-found', 'never', { status: 404 }))
    expect(await ending(uploader.upload(fileOf()))).toBe('stored')
    expect(world.callsTo('form').length).toBe(1)
    expect(world.callsTo('uploads/multipart').length).toBe(1)
  })

  test('none where a platform cannot send a piece of a file', async () => {
    const { world } = openWorld()
    const { sendBytes: _, ...transport } = world.transport
    const { uploader } = openParts({ transport })
    world.always('uploads/multipart', lost)
    const other = openWorld({ transport, partsFrom: 0 })
    expect(uploader.uploads).toEqual([])
    expect(await ending(other.uploader.upload(fileOf()))).toBe('stored')
    expect(world.callsTo('form').length).toBe(1)
  })
})

describe('a file in parts', () => {
  test('is begun with all that its form would be asked for', async () => {
    const { world, uploader } = openParts()
    const upload = uploader.upload(fileOf('a.png', 25), { route: 'photos', meta: { from: 'camera' } })
    expect(await ending(upload)).toBe('stored')
    expect(world.callsTo('uploads/multipart').map(({ asked }) => asked)).toEqual([
      { route: 'photos', filename: 'a.png', size: 25, type: 'image/png', meta: { from: 'camera' } },
    ])
    expect(await upload.done).toEqual({
      key: '1/a.png',
      url: 'https://cdn.example/1/a.png',
      size: 25,
      etag: '"1/a.png"',
      crc64: undefined,
      location: undefined,
      answer: undefined,
    })
  })

  test.each([
    { size: 0, parts: [0] },
    { size: 1, parts: [1] },
    { size: 10, parts: [10] },
    { size: 11, parts: [10, 1] },
    { size: 45, parts: [10, 10, 10, 10, 5] },
  ])('of $size bytes is cut into $parts', async ({ size, parts }) => {
    const { world, uploader } = openParts()
    expect(await ending(uploader.upload(fileOf('a', size)))).toBe('stored')
    const [upload] = world.uploads.values()
    expect([...(upload?.stored ?? [])]).toEqual(parts.map((bytes, index) => [index + 1, bytes]))
  })

  test('is sent from its beginning to its end, some parts at once, never more than allowed', async () => {
    const { world, uploader } = openParts({ partsAtOnce: 2 })
    world.always('put', slowly)
    expect(await ending(uploader.upload(fileOf('a', 95)))).toBe('stored')
    expect(partsSent(world)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(world.mostAtOnce).toBe(2)
  })

  test('is signed for just before it is sent, with the next parts, and each part once', async () => {
    const { world, uploader } = openParts()
    expect(await ending(uploader.upload(fileOf('a', 300)))).toBe('stored')
    const numbers = signedFor(world).flatMap((asked) => asked ?? [])
    expect(new Set(numbers).size).toBe(30)
    expect(numbers.length).toBe(30)
    expect(signedFor(world).length).toBeLessThan(8)
    expect(signedFor(world)[0]?.length).toBeLessThanOrEqual(9)
  })

  test('sends the headers that were signed', async () => {
    const { world, uploader } = openParts()
    await ending(uploader.upload(fileOf('a', 10)))
    expect(world.callsTo('put')[0]?.headers).toEqual({ 'Content-Type': 'application/octet-stream' })
  })

  test('asks for no more signatures than an issuer gives at once, however many parts may be sent', async () => {
    const { world, uploader } = openParts({ partsAtOnce: 500 })
    world.always('put', slowly)
    expect(await ending(uploader.upload(fileOf('a', 10 * 60)))).toBe('stored')
    for (const numbers of signedFor(world)) expect(numbers?.length).toBeLessThanOrEqual(100)
    expect(world.mostAtOnce).toBeGreaterThan(6)
  })

  test('is asked for in parts as large as five seconds of the last file were', async () => {
    const { world, uploader } = openParts()
    world.next('put', async (act, call) => {
      call.onSent(0, 10)
      await new Promise((resolve) => setTimeout(resolve, 2000))
      return act()
    })
    await ending(uploader.upload(fileOf('a', 10)))
    await ending(uploader.upload(fileOf('b', 10)))
    const [first, second] = world.callsTo('uploads/multipart').map(({ asked }) => asked.partSize)
    expect(first).toBe(undefined)
    expect(second).toBe(Math.ceil((5 * 5) / 3))
  })

  test('may be of another size of parts than was asked for', async () => {
    const { world, uploader } = openParts({}, { partSize: 7 })
    await ending(uploader.upload(fileOf('a', 10)))
    await ending(uploader.upload(fileOf('b', 20)))
    expect([...world.objects.values()]).toEqual([10, 20])
  })
})

describe('a part that fails', () => {
  const cases: { why: string; twist: Twist }[] = [
    { why: 'it is lost', twist: lost },
    { why: 'its answer is lost', twist: done(lost) },
    { why: 'the store is busy', twist: BUSY },
    { why: 'its signature is old', twist: OLD_SIGNATURE },
    { why: 'a proxy gives up', twist: () => ({ status: 504, headers: new Headers(), body: '<html>' }) },
  ]

  test.each(cases)('because $why is sent again, and it alone', async ({ twist }) => {
    const { world, uploader } = openParts()
    world.next('put', twist)
    expect(await ending(uploader.upload(fileOf('a', 60)))).toBe('stored')
    const counts = [1, 2, 3, 4, 5, 6].map((part) => partsSent(world).filter((number) => number === part).length)
    expect(counts).toEqual([2, 1, 1, 1, 1, 1])
    expect(world.callsTo('uploads/multipart').length).toBe(1)
    expect(world.callsTo('uploads/multipart/list')).toEqual([])
  })

  test('lets those on their way arrive, and begins no other before its next try', async () => {
    const { world, uploader } = openParts()
    const gate = createGate()
    world.next('put', lost, gate.hold, gate.hold)
    const upload = uploader.upload(fileOf('a', 60))
    await settle()
    expect(partsSent(world)).toEqual([1, 2, 3])
    expect(upload.state).toBe('sending')
    gate.open()
    gate.open()
    await settle()
    expect(upload.state).toBe('waiting')
    expect(partsSent(world)).toEqual([1, 2, 3])
    expect(await ending(upload)).toBe('stored')
    expect(partsSent(world).slice(3)).toEqual([1, 4, 5, 6])
  })

  test('after its last byte does not count as sent, though all the others are', async () => {
    const { world, uploader } = openParts()
    const gate = createGate()
    world.next('put', done(lost), gate.hold, gate.hold)
    const upload = uploader.upload(fileOf('a', 30))
    const { states } = hear(upload)
    await settle()
    gate.open()
    gate.open()
    expect(await ending(upload)).toBe('stored')
    expect(states).toEqual([
      'preparing',
      'sending',
      'waiting',
      'queued',
      'preparing',
      'sending',
      'finalising',
      'stored',
    ])
  })

  test('makes fewer go at once', async () => {
    const { world, uploader } = openParts()
    const gate = createGate()
    world.next('put', lost, lost, lost)
    world.always('put', gate.hold)
    uploader.upload(fileOf('a', 60))
    await pass(1000)
    expect(gate.held.length).toBe(1)
  })

  test('because the store refuses it for good ends the upload, and what the store has is kept', async () => {
    const { world, uploader } = openParts()
    world.always('put', refusal(403, 'AccessDenied', 'No.'))
    const upload = uploader.upload(fileOf('a', 10))
    const { retries } = hear(upload)
    expect(await ending(upload)).toBe('bucket-acl-denied')
    expect(retries.length).toBe(1)
    expect(partsSent(world)).toEqual([1, 1])
    expect(world.callsTo('uploads/multipart/abort')).toEqual([])
  })

  test('because its signature is old is signed again, and so are those that wait', async () => {
    const { world, uploader } = openParts()
    world.next('put', OLD_SIGNATURE, OLD_SIGNATURE, OLD_SIGNATURE)
    expect(await ending(uploader.upload(fileOf('a', 60)))).toBe('stored')
    const urls = world.callsTo('put').map(({ url }) => url)
    expect(new Set(urls).size).toBe(urls.length)
  })

  test('with a signature that is old may happen again after a part has arrived', async () => {
    const { world, uploader } = openParts({ partsAtOnce: 1 })
    world.next(
      'put',
      OLD_SIGNATURE,
      (act) => act(),
      OLD_SIGNATURE,
      (act) => act(),
      OLD_SIGNATURE,
    )
    expect(await ending(uploader.upload(fileOf('a', 60)))).toBe('stored')
  })
})

describe('signatures of parts', () => {
  test.each([
    { waited: 29, again: false },
    { waited: 31, again: true },
  ])('good for a minute are used after $waited seconds, or others asked for: $again', async ({ waited, again }) => {
    const { world, uploader } = openParts({ partsAtOnce: 1 }, { lifetimeMs: 60_000 })
    const gate = createGate()
    world.next('put', gate.hold)
    const upload = uploader.upload(fileOf('a', 20))
    await pass(waited * 1000)
    expect(signedFor(world)).toEqual([[1, 2]])
    gate.open()
    expect(await ending(upload)).toBe('stored')
    expect(signedFor(world).slice(1)).toEqual(again ? [[2]] : [])
  })

  test.each([-2, 2])("are judged by the issuer's clock, be this computer's %i hours off", async (hours) => {
    const { world, uploader } = openParts({}, { lifetimeMs: 60_000, aheadMs: hours * 3_600_000 })
    expect(await ending(uploader.upload(fileOf('a', 60)))).toBe('stored')
    expect(signedFor(world).flat()).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('that the issuer does not give are no reason to go on without them', async () => {
    const { world, uploader } = openParts()
    world.next('uploads/multipart/parts', () => ({ status: 200, headers: new Headers(), body: '{"parts":[]}' }))
    expect(await ending(uploader.upload(fileOf('a', 10)))).toBe('issuer-refused')
  })
})

test('where the store misses parts when it is completed, they are sent, and no others', async () => {
  const { world, uploader } = openParts()
  world.next('uploads/multipart/complete', (act) => {
    for (const { stored } of world.uploads.values()) for (const part of [2, 5]) stored.delete(part)
    return act()
  })
  expect(await ending(uploader.upload(fileOf('a', 60)))).toBe('stored')
  expect(partsSent(world)).toEqual([1, 2, 3, 4, 5, 6, 2, 5])
  expect(world.callsTo('uploads/multipart/list').length).toBe(1)
  expect(world.objects.size).toBe(1)
})

test('a file in parts takes one place in the queue, however many parts are on their way', async () => {
  const { world, uploader } = openParts({ concurrency: 1, partsFrom: 50 })
  const gate = createGate()
  world.next('put', gate.hold, gate.hold, gate.hold)
  const large = uploader.upload(fileOf('a', 50))
  const small = uploader.upload(fileOf('b', 10))
  await settle()
  expect(gate.held.length).toBe(3)
  expect(small.state).toBe('queued')
  for (const _ of [1, 2, 3]) gate.open()
  expect(await ending(large)).toBe('stored')
  expect(await ending(small)).toBe('stored')
})

test('an answer on the beginning that is none of an issuer is refused', async () => {
  const { world, uploader } = openParts()
  for (const body of ['{}', '{"token":"t"}', '{"token":"t","partSize":0,"parts":1}', '[]', '"x"'])
    world.next('uploads/multipart', () => ({ status: 200, headers: new Headers(), body }))
  for (let times = 0; times < 5; times++) expect(await ending(uploader.upload(fileOf('a', 10)))).toBe('issuer-refused')
  expect(await ending(uploader.upload(fileOf('a', 10)))).toBe('stored')
})

describe('the code for large files is loaded when one comes; where it cannot be', () => {
  beforeEach(() => {
    vi.doMock('./by-parts.ts', () => {
      throw new TypeError('Failed to fetch dynamically imported module')
    })
  })
  afterEach(() => {
    vi.doUnmock('./by-parts.ts')
    vi.unstubAllGlobals()
  })

  test('the file goes by a form', async () => {
    const { world, uploader } = openParts()
    expect(await ending(uploader.upload(fileOf('a', 35)))).toBe('stored')
    expect(world.places).toEqual(['uploads', 'form', 'uploads/complete'])
  })

  test('because there is no network, the file waits for it', async () => {
    vi.stubGlobal('navigator', { onLine: false })
    const { world, uploader } = openParts()
    const upload = uploader.upload(fileOf('a', 35))
    await settle()
    expect(upload.state).toBe('waiting')
    vi.doUnmock('./by-parts.ts')
    expect(await ending(upload)).toBe('stored')
    expect(world.callsTo('put').length).toBe(4)
  })
})

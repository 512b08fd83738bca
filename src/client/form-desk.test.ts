import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createGate, problem, refusal, type Twist, type World } from './issuer.fixture.ts'
import { ending, fileOf, openWorld, pass, settle, stopTime } from './uploader.fixture.ts'

const MIB = 1024 * 1024
const BUSY = refusal(503, 'ServiceUnavailable', 'Please reduce your request rate.')
const EXPIRED = refusal(403, 'AccessDenied', 'Invalid according to Policy: Policy expired.')

beforeEach(stopTime)
afterEach(() => {
  vi.useRealTimers()
})

/** Of each request for forms, how many files it was for. */
function batchesOf(world: World): number[] {
  return world.callsTo('uploads').map(({ asked: { files } }) => files?.length ?? 1)
}

/** A batch in which the answers on some files are problems. */
function refusing(code: string, ...names: readonly string[]): Twist {
  return (act, call) => {
    const answer = act()
    const { uploads }: { uploads: readonly unknown[] } = JSON.parse(answer.body)
    const judged = uploads.map((form, index) =>
      names.includes(call.asked.files?.[index]?.filename ?? '')
        ? { code, detail: 'No.', title: code, status: 403, retry: 'never' }
        : form,
    )
    return { ...answer, body: JSON.stringify({ uploads: judged }) }
  }
}

describe('forms for many files', () => {
  test('are asked for together, by the file whose turn it is, for those that wait behind it', async () => {
    const { world, uploader } = openWorld({ concurrency: 1, route: 'photos' })
    const uploads = ['a', 'b', 'c'].map((name) => uploader.upload(fileOf(name), { meta: { from: name } }))
    await Promise.all(uploads.map(ending))
    expect(world.callsTo('uploads').map(({ asked }) => asked)).toEqual([
      {
        route: 'photos',
        files: ['a', 'b', 'c'].map((name) => ({ filename: name, size: 100, type: 'image/png', meta: { from: name } })),
      },
    ])
  })

  test('are asked for one by one where nobody waits', async () => {
    const { world, uploader } = openWorld()
    expect(await ending(uploader.upload(fileOf('a')))).toBe('stored')
    expect(await ending(uploader.upload(fileOf('b')))).toBe('stored')
    expect(world.callsTo('uploads').map(({ asked }) => asked)).toEqual([
      { filename: 'a', size: 100, type: 'image/png' },
      { filename: 'b', size: 100, type: 'image/png' },
    ])
  })

  test.each([
    { files: 50, batches: [50] },
    { files: 51, batches: [50, 1] },
    { files: 101, batches: [50, 50, 1] },
  ])('$files files wait: $batches at once', async ({ files, batches }) => {
    const { world, uploader } = openWorld({ concurrency: 1 })
    const uploads = Array.from({ length: files }, (_, index) => uploader.upload(fileOf(`${index}`)))
    expect(await Promise.all(uploads.map(ending))).toEqual(uploads.map(() => 'stored'))
    expect(batchesOf(world)).toEqual(batches)
  })

  test.each([
    { sizes: [8, 8, 8, 8].map((size) => size * MIB), batches: [4] },
    { sizes: [8 * MIB, 8 * MIB, 8 * MIB, 8 * MIB + 1], batches: [3, 1] },
    { sizes: [32 * MIB, 1], batches: [1, 1] },
    { sizes: [40 * MIB, 1, 1], batches: [1, 2] },
    { sizes: [1, 40 * MIB, 1], batches: [1, 1, 1] },
  ])('no more than 32 MiB of files are asked for together: $sizes → $batches', async ({ sizes, batches }) => {
    const { world, uploader } = openWorld({ concurrency: 1 })
    await Promise.all(sizes.map((size) => ending(uploader.upload(fileOf('a', size)))))
    expect(batchesOf(world)).toEqual(batches)
  })

  test('are asked for by route', async () => {
    const { world, uploader } = openWorld({ concurrency: 1 })
    const routes = ['photos', 'videos', undefined, 'photos', 'videos']
    const uploads = routes.map((route, index) =>
      uploader.upload(fileOf(`${index}`), route === undefined ? {} : { route }),
    )
    await Promise.all(uploads.map(ending))
    expect(world.callsTo('uploads').map(({ asked: { route, files } }) => [route, files?.length ?? 1])).toEqual([
      ['photos', 2],
      ['videos', 2],
      [undefined, 1],
    ])
  })

  test('are not asked for where a file goes in parts, or is paused or cancelled', async () => {
    const { world, uploader } = openWorld({ concurrency: 1, partsFrom: 1000 })
    const [first, , paused, cancelled, last] = ['a', 'large', 'paused', 'cancelled', 'e'].map((name) =>
      uploader.upload(fileOf(name, name === 'large' ? 1000 : 10)),
    )
    paused?.pause()
    cancelled?.cancel()
    await Promise.all([first, last].map((upload) => upload && ending(upload)))
    const [asked] = world.callsTo('uploads')
    expect(asked?.asked.files?.map(({ filename }) => filename)).toEqual(['a', 'e'])
  })

  test.each([
    { second: BUSY, why: 'not asked for again by a file that has one', asked: [['a', 'b', 'c'], ['a']] },
    {
      second: EXPIRED,
      why: 'asked for again by files whose own have expired',
      asked: [
        ['a', 'b', 'c'],
        ['a', 'b'],
      ],
    },
  ])('are $why, once it waits for another try', async ({ second, asked }) => {
    const { world, uploader } = openWorld({ concurrency: 1 })
    const gate = createGate()
    world.next('form', EXPIRED, second, gate.hold)
    const uploads = ['a', 'b', 'c'].map((name) => uploader.upload(fileOf(name)))
    await pass(3000)
    expect(uploads.map(({ state }) => state)).toEqual(['queued', 'queued', 'sending'])
    gate.open()
    expect(await Promise.all(uploads.map(ending))).toEqual(['stored', 'stored', 'stored'])
    const names = world
      .callsTo('uploads')
      .map(({ asked: { filename, files } }) => files?.map((file) => file.filename) ?? [filename])
    expect(names).toEqual(asked)
  })
})

describe('a batch that went wrong', () => {
  test('one file that is refused is no harm to the others, and hears why when its turn comes', async () => {
    const { world, uploader } = openWorld({ concurrency: 1 })
    world.next('uploads', refusing('type-not-allowed', 'b'), problem('type-not-allowed', 'never', { status: 415 }))
    const uploads = ['a', 'b', 'c'].map((name) => uploader.upload(fileOf(name)))
    expect(await Promise.all(uploads.map(ending))).toEqual(['stored', 'type-not-allowed', 'stored'])
    expect(batchesOf(world)).toEqual([3, 1])
  })

  test('the file whose turn it is may be the one', async () => {
    const { world, uploader } = openWorld({ concurrency: 1 })
    world.next('uploads', refusing('type-not-allowed', 'a'))
    const uploads = ['a', 'b', 'c'].map((name) => uploader.upload(fileOf(name)))
    expect(await Promise.all(uploads.map(ending))).toEqual(['type-not-allowed', 'stored', 'stored'])
    expect(batchesOf(world)).toEqual([3])
  })

  test('where all of it is refused, each file asks when its turn comes', async () => {
    const { world, uploader } = openWorld({ concurrency: 1 })
    world.next('uploads', problem('too-many-requests', 'same-form', { status: 429, facts: { RetryAfterSeconds: '5' } }))
    const uploads = ['a', 'b', 'c'].map((name) => uploader.upload(fileOf(name)))
    expect(await Promise.all(uploads.map(ending))).toEqual(['stored', 'stored', 'stored'])
    expect(world.objects.size).toBe(3)
  })

  test.each([{ uploads: [] }, { uploads: 'none' }, {}, [], 'forms'])(
    'an answer of %j is no answer of an issuer, and the others ask for themselves',
    async (body) => {
      const { world, uploader } = openWorld({ concurrency: 1 })
      world.next('uploads', () => ({ status: 200, headers: new Headers(), body: JSON.stringify(body) }))
      const uploads = ['a', 'b'].map((name) => uploader.upload(fileOf(name)))
      expect(await Promise.all(uploads.map(ending))).toEqual(['upload-form-malformed', 'stored'])
    },
  )

  test.each(['pause', 'cancel'] as const)(
    'where the file that asked is told to %s, the others ask again',
    async (what) => {
      const { world, uploader } = openWorld({ concurrency: 1 })
      const gate = createGate()
      world.next('uploads', gate.hold)
      const first = uploader.upload(fileOf('a'))
      const others = ['b', 'c'].map((name) => uploader.upload(fileOf(name)))
      await settle()
      first[what]()
      expect(await Promise.all(others.map(ending))).toEqual(['stored', 'stored'])
      expect(batchesOf(world)).toEqual([3, 2])
    },
  )

  test('a file that is cancelled while its form is coming is not sent', async () => {
    const { world, uploader } = openWorld({ concurrency: 1 })
    const gate = createGate()
    world.next('uploads', gate.hold)
    const [a, b] = [uploader.upload(fileOf('a')), uploader.upload(fileOf('b'))]
    await settle()
    b.cancel()
    gate.open()
    expect(await ending(a)).toBe('stored')
    expect(await ending(b)).toBe('upload-aborted')
    expect(world.objects.size).toBe(1)
  })
})

describe('a form that waited with its file in the queue', () => {
  const cases = [
    { lifetime: 600, waited: 569, fresh: false },
    { lifetime: 600, waited: 570, fresh: true },
    { lifetime: 40, waited: 29, fresh: false },
    { lifetime: 40, waited: 30, fresh: true },
  ]

  test.each(cases)(
    'good for $lifetime s, after $waited s → a fresh one: $fresh',
    async ({ lifetime, waited, fresh }) => {
      const { world, uploader } = openWorld({ concurrency: 1 }, { lifetimeMs: lifetime * 1000 })
      const gate = createGate()
      world.next('form', gate.hold)
      uploader.upload(fileOf('a'))
      const second = uploader.upload(fileOf('b'))
      await pass(waited * 1000)
      gate.open()
      expect(await ending(second)).toBe('stored')
      expect(batchesOf(world)).toEqual(fresh ? [2, 1] : [2])
    },
  )

  test.each([2, -2])("is judged by the issuer's clock, be this computer's %i hours off", async (hours) => {
    const { world, uploader } = openWorld({ concurrency: 1 }, { lifetimeMs: 600_000, aheadMs: hours * 3_600_000 })
    const gate = createGate()
    world.next('form', gate.hold)
    uploader.upload(fileOf('a'))
    const [second, third] = [uploader.upload(fileOf('b')), uploader.upload(fileOf('c'))]
    world.next('form', gate.hold)
    await pass(500_000)
    gate.open()
    await pass(75_000)
    expect(batchesOf(world)).toEqual([3])
    gate.open()
    expect(await Promise.all([second, third].map(ending))).toEqual(['stored', 'stored'])
    expect(batchesOf(world)).toEqual([3, 1])
  })
})

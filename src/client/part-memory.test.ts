import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createGate, createWorld, lost, problem, refusal, type Twist, type World } from './issuer.fixture.ts'
import { fingerprint } from './part-memory.ts'
import type { FileFacts } from './transport.ts'
import { createMemory, ending, fileOf, hear, openWorld, settle, stopTime, uploaderIn } from './uploader.fixture.ts'
import type { FormRequest, UploadMemory } from './uploader-options.ts'

beforeEach(stopTime)
afterEach(() => {
  vi.useRealTimers()
})

const partsSent = (world: World) => world.callsTo('put').map(({ part }) => part)

/** A page that ended while it sent a file of sixty bytes: the store has parts 1 to 3, and the memory knows. */
async function openAfterCrash(memory = createMemory()): Promise<{ world: World; memory: typeof memory }> {
  const world = createWorld()
  const uploader = uploaderIn(world, { partsFrom: 0, memory, partsAtOnce: 1 })
  const go: Twist = (act) => act()
  world.next('put', go, go, go, refusal(400, 'InvalidArgument'))
  expect(await ending(uploader.upload(fileOf('a', 60)))).toBe('request-invalid')
  return { world, memory }
}

describe('after a reload', () => {
  test('a file goes on with the parts that the store does not have', async () => {
    const { world, memory } = await openAfterCrash()
    const before = world.callsTo('put').length
    const upload = uploaderIn(world, { partsFrom: 0, memory }).upload(fileOf('a', 60))
    const { progress } = hear(upload)
    expect(await ending(upload)).toBe('stored')
    expect(progress).toEqual([30, 40, 50, 60])
    expect(partsSent(world).slice(before)).toEqual([4, 5, 6])
    expect(world.callsTo('uploads/multipart').length).toBe(1)
    expect([...world.objects.values()]).toEqual([60])
  })

  test('a file that had all its parts is only completed', async () => {
    const { world, memory } = await openAfterCrash()
    const [upload] = world.uploads.values()
    for (const part of [4, 5, 6]) upload?.stored.set(part, 10)
    const before = world.callsTo('put').length
    expect(await ending(uploaderIn(world, { partsFrom: 0, memory }).upload(fileOf('a', 60)))).toBe('stored')
    expect(world.callsTo('put').length).toBe(before)
  })

  test.each([
    { code: 'upload-gone', retry: 'fresh-form' },
    { code: 'upload-token-expired', retry: 'fresh-form' },
    { code: 'upload-token-invalid', retry: 'never' },
  ] as const)(
    'where what is remembered will not do ($code), the file is begun anew, and that is remembered',
    async ({ code, retry }) => {
      const { world, memory } = await openAfterCrash()
      const [name] = memory.items.keys()
      const old = memory.items.get(name ?? '')
      for (const upload of world.uploads.values()) upload.state = 'aborted'
      world.next('uploads/multipart/list', problem(code, retry, { status: 403 }))
      const gate = createGate()
      world.next('put', gate.hold, gate.hold, gate.hold)
      const upload = uploaderIn(world, { partsFrom: 0, memory }).upload(fileOf('a', 60))
      while (gate.held.length === 0) {
        await settle()
        await vi.advanceTimersByTimeAsync(1000)
      }
      expect([...memory.items.keys()]).toEqual([name])
      expect(memory.items.get(name ?? '')).not.toBe(old)
      for (const _ of [1, 2, 3]) gate.open()
      expect(await ending(upload)).toBe('stored')
      expect(world.objects.size).toBe(1)
    },
  )

  test('where the issuer cannot be asked, what is remembered is kept', async () => {
    const { world, memory } = await openAfterCrash()
    world.always('uploads/multipart/list', lost)
    const uploader = uploaderIn(world, { partsFrom: 0, memory, retries: 1 })
    expect(await ending(uploader.upload(fileOf('a', 60)))).toBe('network-lost')
    expect(memory.items.size).toBe(1)
    expect(world.callsTo('uploads/multipart').length).toBe(1)
  })

  const others: { what: string; file: FileFacts; options: { route?: string; meta?: Record<string, string> } }[] = [
    { what: 'of another name', file: fileOf('b', 60), options: {} },
    { what: 'of another size', file: fileOf('a', 61), options: {} },
    { what: 'of another type', file: { ...fileOf('a', 60), type: 'image/gif' }, options: {} },
    { what: 'for another route', file: fileOf('a', 60), options: { route: 'videos' } },
    { what: 'with other metadata', file: fileOf('a', 60), options: { meta: { from: 'x' } } },
  ]

  test.each(others)('a file $what is another file', async ({ file, options }) => {
    const { world, memory } = await openAfterCrash()
    expect(await ending(uploaderIn(world, { partsFrom: 0, memory }).upload(file, options))).toBe('stored')
    expect(world.callsTo('uploads/multipart').length).toBe(2)
    expect(memory.items.size).toBe(1)
  })

  test('a file that is different is another file, though it looks the same', async () => {
    const { world, memory } = await openAfterCrash()
    const transport = { ...world.transport, readBytes: async () => new Uint8Array([1]) }
    const uploader = uploaderIn(world, { partsFrom: 0, memory, transport })
    expect(await ending(uploader.upload(fileOf('a', 60)))).toBe('stored')
    expect(world.callsTo('uploads/multipart').length).toBe(2)
  })

  test('a file for another issuer is another file', async () => {
    const { world, memory } = await openAfterCrash()
    const { ask } = world.transport
    const transport: typeof world.transport = {
      ...world.transport,
      ask: (question) => ask({ ...question, url: question.url.replace('other', 'app') }),
    }
    const uploader = uploaderIn(world, { partsFrom: 0, memory, transport, endpoint: 'https://other.example' })
    expect(await ending(uploader.upload(fileOf('a', 60)))).toBe('stored')
    expect(world.callsTo('uploads/multipart').length).toBe(2)
  })
})

describe('what is remembered', () => {
  test('is kept while the file is sent, and forgotten once it is stored', async () => {
    const memory = createMemory()
    const { world, uploader } = openWorld({ partsFrom: 0, memory })
    const gate = createGate()
    world.next('uploads/multipart/complete', gate.hold)
    const upload = uploader.upload(fileOf())
    await settle()
    expect([...memory.items.values()]).toEqual([...world.uploads.keys()])
    gate.open()
    expect(await ending(upload)).toBe('stored')
    expect(memory.items.size).toBe(0)
  })

  test('is kept where the upload failed: the file may be chosen again', async () => {
    const { memory } = await openAfterCrash()
    expect(memory.items.size).toBe(1)
  })

  test('is kept while the upload is paused', async () => {
    const memory = createMemory()
    const { world, uploader } = openWorld({ partsFrom: 0, memory })
    const gate = createGate()
    world.next('put', gate.hold, gate.hold, gate.hold)
    const upload = uploader.upload(fileOf())
    await settle()
    upload.pause()
    await settle()
    expect(memory.items.size).toBe(1)
    upload.cancel()
    expect(await ending(upload)).toBe('upload-aborted')
  })

  test('is forgotten where the upload is cancelled', async () => {
    const memory = createMemory()
    const { world, uploader } = openWorld({ partsFrom: 0, memory })
    const gate = createGate()
    world.next('put', gate.hold, gate.hold, gate.hold)
    const upload = uploader.upload(fileOf())
    await settle()
    upload.cancel()
    await ending(upload)
    expect(memory.items.size).toBe(0)
  })

  test('is forgotten, and given up, where the upload is cancelled before it has gone on after a reload', async () => {
    const { world, memory } = await openAfterCrash()
    const gate = createGate()
    world.next('uploads/multipart/list', gate.hold)
    const upload = uploaderIn(world, { partsFrom: 0, memory }).upload(fileOf('a', 60))
    await settle()
    upload.cancel()
    await ending(upload)
    expect(memory.items.size).toBe(0)
    expect([...world.uploads.values()].map(({ state }) => state)).toEqual(['aborted'])
  })

  test('is the token, under a name that says nothing of the file', async () => {
    const { world, memory } = await openAfterCrash()
    expect([...memory.items]).toEqual([[expect.stringMatching(/^postern:[0-9a-z]+$/), [...world.uploads.keys()][0]]])
  })

  test('is nothing of a file that goes by a form', async () => {
    const memory = createMemory()
    const setItem = vi.spyOn(memory, 'setItem')
    const { uploader } = openWorld({ memory })
    await ending(uploader.upload(fileOf()))
    expect(setItem).not.toHaveBeenCalled()
  })

  test('is nothing where it is told so', async () => {
    const { world, uploader } = openWorld({ partsFrom: 0, memory: false })
    expect(await ending(uploader.upload(fileOf()))).toBe('stored')
    expect(world.callsTo('uploads/multipart/list')).toEqual([])
  })
})

describe('the same file, chosen twice at once', () => {
  test('is two uploads and two objects', async () => {
    const memory = createMemory()
    const { world, uploader } = openWorld({ partsFrom: 0, memory })
    const uploads = [uploader.upload(fileOf('twice')), uploader.upload(fileOf('twice'))]
    expect(await Promise.all(uploads.map(ending))).toEqual(['stored', 'stored'])
    expect(world.objects.size).toBe(2)
    expect(memory.items.size).toBe(0)
  })

  test.each([0, 1])('of which number %i is cancelled leaves the other as it was', async (cancelled) => {
    const memory = createMemory()
    const { world, uploader } = openWorld({ partsFrom: 0, memory })
    const gate = createGate()
    world.next('put', ...Array.from({ length: 6 }, () => gate.hold))
    const uploads = [uploader.upload(fileOf('twice')), uploader.upload(fileOf('twice'))]
    await settle()
    const remembered = [...memory.items.values()]
    expect(remembered.length).toBe(1)
    uploads[cancelled]?.cancel()
    await settle()
    const open = [...world.uploads].filter(([, { state }]) => state === 'open').map(([token]) => token)
    expect([...memory.items.values()]).toEqual(remembered.filter((token) => open.includes(token)))
    for (const _ of [1, 2, 3]) gate.open()
    expect(await Promise.all(uploads.map(ending))).toEqual(
      [0, 1].map((index) => (index === cancelled ? 'upload-aborted' : 'stored')),
    )
    expect([...world.uploads.values()].map(({ state }) => state).sort()).toEqual(['aborted', 'completed'])
    expect(memory.items.size).toBe(0)
  })

  test('and once more after both are stored is a third', async () => {
    const memory = createMemory()
    const { world, uploader } = openWorld({ partsFrom: 0, memory })
    for (let times = 0; times < 3; times++) await ending(uploader.upload(fileOf()))
    expect(world.objects.size).toBe(3)
  })
})

describe('a memory that fails is as good as none', () => {
  const fail = (): never => {
    throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
  }

  test.each(['getItem', 'setItem', 'removeItem'] as const)('%s', async (method) => {
    const memory: UploadMemory = { ...createMemory(), [method]: fail }
    const { world, uploader } = openWorld({ partsFrom: 0, memory })
    expect(await ending(uploader.upload(fileOf('a', 30)))).toBe('stored')
    expect(world.objects.size).toBe(1)

    const gate = createGate()
    world.next('put', gate.hold, gate.hold, gate.hold)
    const upload = uploader.upload(fileOf('b', 30))
    await settle()
    upload.cancel()
    expect(await ending(upload)).toBe('upload-aborted')
    expect(upload.state).toBe('cancelled')
    expect([...world.uploads.values()].map(({ state }) => state)).toEqual(['completed', 'aborted'])
  })
})

test('a file that cannot be read any more says so before anything is begun', async () => {
  const { world, uploader } = openWorld({ partsFrom: 0, memory: createMemory() })
  const unreadable = { ...world.transport, readBytes: () => Promise.reject(new TypeError('gone')) }
  const other = uploaderIn(world, { partsFrom: 0, memory: createMemory(), transport: unreadable })
  expect(await ending(other.upload(fileOf()))).toBe('internal-error')
  expect(world.calls).toEqual([])
  expect(uploader.uploads).toEqual([])
})

describe('the name of a file in the memory', () => {
  const asked = fc.record({
    name: fc.string({ unit: 'binary', maxLength: 12 }),
    size: fc.nat(1_000_000),
    type: fc.constantFrom('', 'image/png', 'video/mp4'),
    meta: fc.option(fc.dictionary(fc.string({ maxLength: 3 }), fc.string({ maxLength: 3 }), { maxKeys: 2 }), {
      nil: undefined,
    }),
  })

  function nameOf(file: FormRequest, bytes: Uint8Array, route?: string): Promise<string> {
    const readBytes = async (_: FileFacts, start: number, end: number) => bytes.slice(start, end)
    return fingerprint(file, { asked: file, about: ['https://app.example', route], readBytes })
  }

  test('is the same for the same file, and short', async () => {
    await fc.assert(
      fc.asyncProperty(asked, fc.uint8Array({ maxLength: 50 }), async (file, bytes) => {
        const name = await nameOf(file, bytes)
        expect(await nameOf({ ...file }, bytes.slice())).toBe(name)
        expect(name).toMatch(/^postern:[0-9a-z]{2,14}$/)
      }),
    )
  })

  test('is another for another name, size, type or metadata', async () => {
    await fc.assert(
      fc.asyncProperty(asked, asked, async (one, two) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(two))
        expect(await nameOf(one, new Uint8Array())).not.toBe(await nameOf(two, new Uint8Array()))
      }),
      { numRuns: 300 },
    )
  })

  test('is another where a byte of the first or last 64 KiB is another', async () => {
    const size = 200 * 1024
    const edge = 64 * 1024
    const bytes = new Uint8Array(size)
    const file = { name: 'a', size, type: '' }
    const name = await nameOf(file, bytes)
    for (const at of [0, 1, edge - 1, size - edge, size - 1]) {
      const other = bytes.slice()
      other[at] = 1
      expect(await nameOf(file, other), `byte ${at}`).not.toBe(name)
    }
    for (const at of [edge, size - edge - 1]) {
      const other = bytes.slice()
      other[at] = 1
      expect(await nameOf(file, other), `byte ${at}`).toBe(name)
    }
  })

  test.each([
    ['a😀.mp4', 'a😁.mp4'],
    ['a', 'A'],
    ['\u00e9', 'e\u0301'],
    ['12', '1'],
  ])('tells "%s" from "%s"', async (one, two) => {
    const of = (name: string) => nameOf({ name, size: 2, type: '' }, new Uint8Array(2))
    expect(await of(one)).not.toBe(await of(two))
  })

  test('is another where the file was changed since', async () => {
    const of = (lastModified: number) => {
      const file = { name: 'a', size: 2, type: '', lastModified }
      return fingerprint(file, { asked: file, about: [], readBytes: undefined })
    }
    expect(await of(1)).not.toBe(await of(2))
    expect(await of(1)).toBe(await of(1))
  })

  test('collides for none of twenty thousand files', async () => {
    const names = new Set<string>()
    for (let index = 0; index < 20_000; index++)
      names.add(
        await fingerprint(
          { name: '', size: 1, type: '' },
          { asked: { name: `IMG_${index}.JPG`, size: 1, type: '' }, about: [], readBytes: undefined },
        ),
      )
    expect(names.size).toBe(20_000)
  })
})

import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createGate, FIELDS_BYTES, lost, refusal, type Twist } from './issuer.fixture.ts'
import { ending, fileOf, hear, openWorld, pass, settle, stopTime } from './uploader.fixture.ts'

beforeEach(stopTime)
afterEach(() => {
  vi.useRealTimers()
})

/** So many bytes of a file of 100 have left with the form. */
function leave(bytes: number, afterwards: Twist): Twist {
  return (act, call) => {
    call.onSent(FIELDS_BYTES + bytes, FIELDS_BYTES + 100)
    return afterwards(act, call)
  }
}
const go: Twist = (act) => act()

describe('the states of an upload', () => {
  test('from the queue to the store', async () => {
    const { uploader } = openWorld()
    const upload = uploader.upload(fileOf())
    const { states } = hear(upload)
    expect(upload.state).toBe('queued')
    expect(await ending(upload)).toBe('stored')
    expect(states).toEqual(['preparing', 'sending', 'finalising', 'stored'])
  })

  test('in parts', async () => {
    const { uploader } = openWorld({ partsFrom: 1 })
    const upload = uploader.upload(fileOf())
    const { states } = hear(upload)
    expect(await ending(upload)).toBe('stored')
    expect(states).toEqual(['preparing', 'sending', 'finalising', 'stored'])
  })

  test('after a loss', async () => {
    const { world, uploader } = openWorld()
    world.next('form', lost)
    const upload = uploader.upload(fileOf())
    const { states } = hear(upload)
    await ending(upload)
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

  test('it is finalising once the last byte has left, until the store and the application have said that it is kept', async () => {
    const { world, uploader } = openWorld()
    const [store, issuer] = [createGate(), createGate()]
    world.next('form', (act, call) => {
      call.onSent(FIELDS_BYTES + 99, FIELDS_BYTES + 100)
      expect(upload.state).toBe('sending')
      call.onSent(FIELDS_BYTES + 100, FIELDS_BYTES + 100)
      return store.hold(act, call)
    })
    world.next('uploads/complete', issuer.hold)
    const upload = uploader.upload(fileOf())
    await settle()
    expect(upload.state).toBe('finalising')
    expect(upload.progress.sentBytes).toBe(100)
    store.open()
    await settle()
    expect(upload.state).toBe('finalising')
    issuer.open()
    await settle()
    expect(upload.state).toBe('stored')
  })
})

describe('progress', () => {
  test("counts the file's bytes, not those of the form around it", async () => {
    const { world, uploader } = openWorld()
    world.next('form', (act, call) => {
      for (const sent of [0, 500, FIELDS_BYTES, FIELDS_BYTES + 30]) call.onSent(sent, FIELDS_BYTES + 100)
      return act()
    })
    const upload = uploader.upload(fileOf())
    const { progress } = hear(upload)
    await ending(upload)
    expect(progress).toEqual([30, 100])
  })

  test('is told where nothing tells it, once it is known', async () => {
    const { world, uploader } = openWorld()
    const silent = {
      ...world.transport,
      sendForm: () => Promise.resolve({ status: 200, headers: new Headers(), body: '' }),
    }
    world.next('uploads/complete', () => ({ status: 200, headers: new Headers(), body: '{"key":"k"}' }))
    const other = openWorld({ transport: silent }).uploader
    const heard: number[] = []
    const upload = other.upload(fileOf(), { onProgress: ({ sentBytes }) => heard.push(sentBytes) })
    expect(await ending(upload)).toBe('stored')
    expect(heard).toEqual([100])
    expect(uploader.uploads).toEqual([])
  })

  test('is told to whoever gave onProgress, as to whoever listens', async () => {
    const { world, uploader } = openWorld()
    world.next('form', leave(40, go))
    const heard: unknown[] = []
    const upload = uploader.upload(fileOf(), { onProgress: (progress) => heard.push(progress) })
    const listened: unknown[] = []
    upload.on('progress', (progress) => listened.push(progress))
    await ending(upload)
    expect(heard).toEqual(listened)
    expect(heard.length).toBe(2)
  })

  test('tells the speed and the time that is left', async () => {
    const { world, uploader } = openWorld()
    const gate = createGate()
    world.next('form', gate.hold)
    const upload = uploader.upload(fileOf())
    await settle()
    const [call] = gate.held
    call?.onSent(FIELDS_BYTES + 10, FIELDS_BYTES + 100)
    await pass(2000)
    call?.onSent(FIELDS_BYTES + 30, FIELDS_BYTES + 100)
    expect(upload.progress).toEqual({ sentBytes: 30, totalBytes: 100, bytesPerSecond: 10, secondsLeft: 7 })
  })

  test('tells no speed of a time in which nothing was sent', async () => {
    const { world, uploader } = openWorld()
    const gate = createGate()
    world.next('form', leave(10, lost), gate.hold)
    const upload = uploader.upload(fileOf())
    await pass(1000)
    expect(upload.state).toBe('sending')
    gate.held[0]?.onSent(FIELDS_BYTES + 20, FIELDS_BYTES + 100)
    expect(upload.progress).toEqual({ sentBytes: 20, totalBytes: 100 })
    await pass(1000)
    gate.held[0]?.onSent(FIELDS_BYTES + 50, FIELDS_BYTES + 100)
    expect(upload.progress).toMatchObject({ sentBytes: 50, bytesPerSecond: 30 })
  })

  test('of an empty file is at its end', async () => {
    const { uploader } = openWorld()
    const upload = uploader.upload(fileOf('empty', 0))
    const { states } = hear(upload)
    expect(await ending(upload)).toBe('stored')
    expect(upload.progress).toEqual({ sentBytes: 0, totalBytes: 0 })
    expect(states).toEqual(['preparing', 'sending', 'finalising', 'stored'])
  })

  test('never goes back, whatever is lost, sent again, paused or refused, by form and in parts', async () => {
    const step = fc.record({
      sent: fc.nat(100),
      what: fc.constantFrom('lost', 'busy', 'expired', 'pause', 'go'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), fc.boolean(), async (steps, inParts) => {
        const { world, uploader } = openWorld({ partsFrom: inParts ? 1 : 1000, retries: 50 }, { partSize: 30 })
        const twists = steps.map(({ sent, what }): Twist => {
          return (act, call) => {
            if (inParts) call.onSent(Math.min(sent, call.part === 4 ? 10 : 30), 30)
            else call.onSent(FIELDS_BYTES + sent, FIELDS_BYTES + 100)
            if (what === 'pause') {
              upload.pause()
              upload.resume()
            }
            if (what === 'go' || what === 'pause') return act()
            return WAYS[inParts && what === 'expired' ? 'lost' : what](act, call)
          }
        })
        world.next(inParts ? 'put' : 'form', ...twists)
        const upload = uploader.upload(fileOf())
        const { progress } = hear(upload)
        expect(await ending(upload)).toBe('stored')
        expect(progress).toEqual([...progress].sort((a, b) => a - b))
        expect(new Set(progress).size).toBe(progress.length)
        expect(progress.at(-1)).toBe(100)
      }),
      { numRuns: 25 },
    )
  })
})

const WAYS: Readonly<Record<'lost' | 'busy' | 'expired', Twist>> = {
  lost,
  busy: refusal(503, 'ServiceUnavailable', 'Please reduce your request rate.'),
  expired: refusal(403, 'AccessDenied', 'Invalid according to Policy: Policy expired.'),
}

describe('a connection on which nothing moves', () => {
  test('for a minute is taken for lost, and the file is sent again', async () => {
    const { world, uploader } = openWorld()
    const gate = createGate()
    world.next('form', leave(10, gate.hold))
    const upload = uploader.upload(fileOf())
    const { retries } = hear(upload)
    await pass(59_999)
    expect(upload.state).toBe('sending')
    await pass(1)
    expect(upload.state).toBe('waiting')
    expect(retries).toMatchObject([{ attempt: 1, error: { code: 'network-lost', retry: 'same-form' } }])
    expect(await ending(upload)).toBe('stored')
    expect(world.callsTo('form').length).toBe(2)
  })

  test('for less is only slow', async () => {
    const { world, uploader } = openWorld({}, { lifetimeMs: 3_600_000 })
    const gate = createGate()
    world.next('form', leave(1, gate.hold))
    const upload = uploader.upload(fileOf())
    await settle()
    for (let sent = 2; sent < 20; sent++) {
      await pass(59_000)
      gate.held[0]?.onSent(FIELDS_BYTES + sent, FIELDS_BYTES + 100)
    }
    expect(upload.state).toBe('sending')
    gate.open()
    expect(await ending(upload)).toBe('stored')
    expect(world.callsTo('form').length).toBe(1)
  })

  test('after the last byte: the store is asked what it has', async () => {
    const { world, uploader } = openWorld()
    const gate = createGate()
    world.next('form', (act, call) => {
      act()
      return gate.hold(act, call)
    })
    const upload = uploader.upload(fileOf())
    await pass(59_999)
    expect(upload.state).toBe('finalising')
    expect(await ending(upload)).toBe('stored')
    expect(world.callsTo('form').length).toBe(1)
    expect(world.objects.size).toBe(1)
  })

  test('where a platform tells no progress, an upload may take as long as it needs', async () => {
    const { world, uploader } = openWorld()
    const gate = createGate()
    world.next('form', gate.hold)
    const upload = uploader.upload(fileOf())
    await pass(3_600_000 * 0.1)
    expect(upload.state).toBe('sending')
    gate.open()
    expect(await ending(upload)).toBe('stored')
    expect(world.callsTo('form').length).toBe(1)
  })

  test('again and again is a failure in the end', async () => {
    const { world, uploader } = openWorld({ retries: 2 })
    const gate = createGate()
    world.always('form', leave(0, gate.hold))
    expect(await ending(uploader.upload(fileOf()))).toBe('network-lost')
    expect(world.callsTo('form').length).toBe(3)
  })

  test.each(['pause', 'cancel'] as const)('is left alone once it is told to %s', async (what) => {
    const { world, uploader } = openWorld()
    const gate = createGate()
    world.next('form', leave(10, gate.hold))
    const upload = uploader.upload(fileOf())
    const { retries } = hear(upload)
    await pass(30_000)
    upload[what]()
    await pass(600_000)
    expect(upload.state).toBe(what === 'pause' ? 'paused' : 'cancelled')
    expect(retries).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a part on which nothing moves is sent again alone', async () => {
    const { world, uploader } = openWorld({ partsFrom: 1 })
    const gate = createGate()
    world.next('put', gate.hold)
    const upload = uploader.upload(fileOf('a', 35))
    expect(await ending(upload)).toBe('stored')
    expect(world.callsTo('put').map(({ part }) => part)).toEqual([1, 2, 3, 4, 1])
  })

  test('an issuer that does not answer for a minute is asked again', async () => {
    const { world, uploader } = openWorld()
    const gate = createGate()
    world.next('uploads', gate.hold)
    const upload = uploader.upload(fileOf())
    await pass(59_999)
    expect(upload.state).toBe('preparing')
    await pass(1)
    expect(upload.state).toBe('waiting')
    expect(await ending(upload)).toBe('stored')
  })
})

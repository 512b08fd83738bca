import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { PosternError } from '../base/errors.ts'
import { FIELDS_BYTES, lost, type Place, problem, refusal, type Twist } from './issuer.fixture.ts'
import { ending, fileOf, hear, openWorld, pass, settle, stopTime } from './uploader.fixture.ts'

beforeEach(stopTime)
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const broken: Twist = () => {
  throw new TypeError('undefined is no function')
}
const unreadable: Twist = () => {
  throw new PosternError('file-unreadable', 'It was moved.')
}
const proxy =
  (status: number): Twist =>
  () => ({
    status,
    headers: new Headers({ 'content-type': 'text/html' }),
    body: '<html>nginx</html>',
  })
const EXPIRED = 'Invalid according to Policy: Policy expired.'
const BUSY = 'Please reduce your request rate.'

describe('what may be tried again', () => {
  const again: { why: string; at: Place; twist: Twist }[] = [
    { why: 'the issuer is not reached', at: 'uploads', twist: lost },
    {
      why: 'the issuer has no credential now',
      at: 'uploads',
      twist: problem('credential-unavailable', 'same-form', { status: 503 }),
    },
    { why: 'too much was asked for', at: 'uploads', twist: problem('too-many-requests', 'same-form', { status: 429 }) },
    { why: 'a proxy before the issuer has nobody behind it', at: 'uploads', twist: proxy(502) },
    { why: 'the store is not reached', at: 'form', twist: lost },
    { why: 'the store is busy', at: 'form', twist: refusal(503, 'ServiceUnavailable', BUSY) },
    {
      why: 'the store broke',
      at: 'form',
      twist: refusal(500, 'InternalError', 'We encountered an internal error. Please try again.'),
    },
    { why: 'a proxy before the store has nobody behind it', at: 'form', twist: proxy(503) },
    {
      why: 'the application has not confirmed',
      at: 'uploads/complete',
      twist: problem('upload-unconfirmed', 'same-form', { status: 503 }),
    },
    { why: 'the issuer is lost after the store', at: 'uploads/complete', twist: lost },
  ]

  test.each(again)('$why: with the same form', async ({ at, twist }) => {
    const { world, uploader } = openWorld()
    world.next(at, twist, twist)
    const upload = uploader.upload(fileOf())
    const { retries } = hear(upload)
    expect(await ending(upload)).toBe('stored')
    expect(retries.map(({ attempt }) => attempt)).toEqual([1, 2])
    expect(new Set(world.callsTo('form').map(({ key }) => key)).size).toBe(1)
    expect(world.objects.size).toBe(1)
  })

  test('the form has expired: with a fresh one', async () => {
    const { world, uploader } = openWorld()
    world.next('form', refusal(403, 'AccessDenied', EXPIRED))
    const upload = uploader.upload(fileOf())
    expect(await ending(upload)).toBe('stored')
    expect(world.callsTo('form').map(({ key }) => key)).toEqual(['1/a.png', '2/a.png'])
  })

  test('a problem asks for a fresh form, whatever it is: with a fresh one', async () => {
    const { world, uploader } = openWorld()
    world.next('uploads', problem('one-of-tomorrow', 'fresh-form'))
    expect(await ending(uploader.upload(fileOf()))).toBe('stored')
    expect(world.callsTo('uploads').length).toBe(2)
  })

  const never: { why: string; at: Place; twist: Twist; code: string }[] = [
    {
      why: 'one may not',
      at: 'uploads',
      twist: problem('upload-denied', 'never', { status: 403 }),
      code: 'upload-denied',
    },
    { why: 'it is no issuer', at: 'uploads', twist: proxy(200), code: 'issuer-refused' },
    { why: 'there is nothing at this address', at: 'uploads', twist: proxy(404), code: 'issuer-refused' },
    {
      why: 'the file is too large',
      at: 'form',
      twist: refusal(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size.'),
      code: 'file-too-large',
    },
    { why: 'it is no store', at: 'form', twist: proxy(200), code: 'store-refused' },
    {
      why: 'the store says what we do not know',
      at: 'form',
      twist: refusal(418, 'Teapot', 'Short.'),
      code: 'store-refused',
    },
    { why: 'the file can no longer be read', at: 'form', twist: unreadable, code: 'file-unreadable' },
    { why: 'a transport is broken', at: 'form', twist: broken, code: 'internal-error' },
    {
      why: 'what is stored is not what was allowed',
      at: 'uploads/complete',
      twist: problem('upload-mismatch', 'never', { status: 409 }),
      code: 'upload-mismatch',
    },
  ]

  test.each(never)('$why: never', async ({ at, twist, code }) => {
    const { world, uploader } = openWorld()
    world.next(at, twist)
    const upload = uploader.upload(fileOf())
    const { retries, states } = hear(upload)
    expect(await ending(upload)).toBe(code)
    expect(retries).toEqual([])
    expect(states.at(-1)).toBe('failed')
    expect(upload.error).toMatchObject({ code, retry: 'never' })
    expect(world.callsTo(at).length).toBe(1)
  })
})

describe('how long it is waited', () => {
  test('longer from try to try, with some chance in it, and half a minute at most', async () => {
    const { world, uploader } = openWorld({ retries: 10 })
    world.always('uploads', lost)
    const upload = uploader.upload(fileOf())
    const { retries } = hear(upload)
    await ending(upload)
    expect(retries.length).toBe(10)
    for (const [index, { delayMs, attempt, error }] of retries.entries()) {
      const longest = Math.min(30_000, 500 * 2 ** index)
      expect(attempt).toBe(index + 1)
      expect(error.code).toBe('network-lost')
      expect(delayMs).toBeGreaterThanOrEqual(longest / 2)
      expect(delayMs).toBeLessThanOrEqual(longest)
    }
  })

  test('no less than a refusal asks for', async () => {
    const { world, uploader } = openWorld()
    world.next(
      'uploads',
      problem('too-many-requests', 'same-form', { status: 429, facts: { RetryAfterSeconds: '120' } }),
    )
    const upload = uploader.upload(fileOf())
    await pass(119_999)
    expect(upload.state).toBe('waiting')
    expect(world.callsTo('uploads').length).toBe(1)
    await pass(501)
    expect(await ending(upload)).toBe('stored')
  })

  test.each([
    { seconds: 899, result: 'stored' },
    { seconds: 901, result: 'too-many-requests' },
    { seconds: 86_400, result: 'too-many-requests' },
    { seconds: 9_999_999_999, result: 'too-many-requests' },
  ])('of $seconds seconds, more than a quarter of an hour is told at once: $result', async ({ seconds, result }) => {
    const { world, uploader } = openWorld()
    const facts = { RetryAfterSeconds: `${seconds}` }
    world.next('uploads', problem('too-many-requests', 'same-form', { status: 429, facts }))
    expect(await ending(uploader.upload(fileOf()))).toBe(result)
  })

  test('an upload that is cancelled while it waits is over at once', async () => {
    const { world, uploader } = openWorld()
    world.next('form', lost)
    const upload = uploader.upload(fileOf())
    await settle()
    expect(upload.state).toBe('waiting')
    upload.cancel()
    await settle()
    expect(upload.state).toBe('cancelled')
    expect(uploader.uploads).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('how often', () => {
  test.each([0, 1, 8])('with %i retries, as often and no more', async (retries) => {
    const { world, uploader } = openWorld({ retries })
    world.always('uploads', lost)
    expect(await ending(uploader.upload(fileOf()))).toBe('network-lost')
    expect(world.callsTo('uploads').length).toBe(1 + retries)
  })

  test('eight times, unless told otherwise', async () => {
    const { world, uploader } = openWorld()
    world.always('form', refusal(503, 'ServiceUnavailable', BUSY))
    const upload = uploader.upload(fileOf())
    expect(await ending(upload)).toBe('store-busy')
    expect(world.callsTo('form').length).toBe(9)
  })

  test('from the beginning, once more bytes have left than ever before', async () => {
    const { world, uploader } = openWorld({ retries: 1 })
    let sent = 0
    world.always('form', (act, call) => {
      sent += 20
      call.onSent(FIELDS_BYTES + sent, FIELDS_BYTES + 100)
      return sent < 100 ? lost(act, call) : act()
    })
    const upload = uploader.upload(fileOf())
    const { progress, retries } = hear(upload)
    expect(await ending(upload)).toBe('stored')
    expect(progress).toEqual([20, 40, 60, 80, 100])
    expect(retries.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1])
  })

  test('not from the beginning where only the same bytes have left again', async () => {
    const { world, uploader } = openWorld({ retries: 3 })
    world.always('form', (act, call) => {
      call.onSent(FIELDS_BYTES + 50, FIELDS_BYTES + 100)
      return lost(act, call)
    })
    expect(await ending(uploader.upload(fileOf()))).toBe('network-lost')
    expect(world.callsTo('form').length).toBe(4)
  })
})

describe('without a network', () => {
  const page = new EventTarget()
  beforeEach(() => {
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
    vi.stubGlobal('navigator', { onLine: false })
  })

  test('an upload waits for it, however long, tries each half minute, and counts none of that', async () => {
    const { world, uploader } = openWorld({ retries: 1 })
    world.always('uploads', lost)
    const upload = uploader.upload(fileOf())
    for (let times = 1; times <= 12; times++) {
      await settle()
      expect(upload.state).toBe('waiting')
      expect(world.callsTo('uploads').length).toBe(times)
      await pass(30_000)
    }

    world.always('uploads', (act) => act())
    vi.stubGlobal('navigator', { onLine: true })
    page.dispatchEvent(new Event('online'))
    await settle()
    expect(upload.state).toBe('stored')
  })

  test('what the issuer refuses is refused all the same', async () => {
    const { world, uploader } = openWorld({ retries: 0 })
    world.next('uploads', problem('too-many-requests', 'same-form', { status: 429 }))
    expect(await ending(uploader.upload(fileOf()))).toBe('too-many-requests')
  })

  test('a network that is back ends the wait of an upload that was lost', async () => {
    vi.stubGlobal('navigator', { onLine: true })
    const { world, uploader } = openWorld()
    world.next('form', lost)
    const upload = uploader.upload(fileOf())
    await settle()
    expect(upload.state).toBe('waiting')
    page.dispatchEvent(new Event('online'))
    await settle()
    expect(upload.state).toBe('stored')
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PosternError } from '../../base/issuer-errors.ts'
import { openTestRedis, type TestRedis } from '../redis.fixture.ts'
import { type CountedUpload, createLimits, type Limits } from './limits.ts'
import type { LimitOptions } from './read-limits.ts'

const NOON = new Date('2026-11-24T12:00:00Z')
const EVA = { subject: 'user:eva' }
const BOB = { subject: 'user:bob' }

let redis: TestRedis
beforeAll(async () => {
  redis = await openTestRedis()
})
afterAll(() => redis.stop())

interface Setup {
  readonly limits: Limits
  readonly errors: unknown[]
  readonly setNow: (now: Date) => void
}

function open(options: LimitOptions, bucket = `bucket-${Math.random()}`): Setup {
  const errors: unknown[] = []
  let now = NOON
  const limits = createLimits({ limits: options, bucket, now: () => now, onError: (error) => errors.push(error) })
  return {
    limits,
    errors,
    setNow: (later) => {
      now = later
    },
  }
}

function upload(id: string, more: Partial<CountedUpload> = {}): CountedUpload {
  return { id, bytes: 10, expires: NOON.getTime() + 600_000, isOnce: true, ...more }
}

async function refusal(work: Promise<void>): Promise<PosternError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof PosternError)) throw new Error(`not refused: ${String(error)}`)
  return error
}

describe.each([
  { where: 'in memory', at: (): LimitOptions => ({}) },
  { where: 'in Redis', at: (): LimitOptions => ({ redis: redis.url }) },
])('limits $where', ({ at }) => {
  test('a user gets so many forms a minute, and is told when there are more', async () => {
    const { limits, errors } = open({ ...at(), formsPerMinute: 2 })
    await limits.countForm(EVA.subject)
    await limits.countForm(EVA.subject)
    const error = await refusal(limits.countForm(EVA.subject))
    expect(error).toMatchObject({ code: 'too-many-requests', facts: { Limit: 'formsPerMinute', Allowed: '2' } })
    expect(Number(error.facts['RetryAfterSeconds'])).toBeGreaterThan(50)
    expect(Number(error.facts['RetryAfterSeconds'])).toBeLessThanOrEqual(60)
    await limits.countForm(BOB.subject)
    expect(errors).toEqual([])
  })

  test('an address gets so many, and all of an IPv6 network is one', async () => {
    const { limits } = open({ ...at(), formsPerMinutePerAddress: 1 })
    await limits.countRequest('203.0.113.7')
    expect(await refusal(limits.countRequest('203.0.113.7'))).toMatchObject({
      facts: { Limit: 'formsPerMinutePerAddress' },
    })
    await limits.countRequest('203.0.113.8')
    await limits.countRequest('2001:db8::1')
    await refusal(limits.countRequest('2001:db8::2'))
    await limits.countRequest('2001:db8:0:1::1')
    await limits.countRequest(undefined) // not known, so not counted
    await limits.countRequest(undefined)
  })

  test('a user stores so much a day, and all of it is there again on the next', async () => {
    const { limits, setNow } = open({ ...at(), bytesPerDay: 20 })
    await limits.countUpload(EVA, upload('a', { bytes: 20 }))
    expect(await refusal(limits.countUpload(EVA, upload('b', { bytes: 1 })))).toMatchObject({
      facts: { Limit: 'bytesPerDay', Allowed: '20', RetryAfterSeconds: `${12 * 60 * 60}` },
    })
    await limits.countUpload(BOB, upload('c', { bytes: 20 }))
    setNow(new Date('2026-11-25T00:00:00Z'))
    await limits.countUpload(EVA, upload('d', { bytes: 20 }))
  })

  test('what is refused for its size counts for nothing', async () => {
    const { limits } = open({ ...at(), bytesPerDay: 20, openUploads: 2 })
    for (const id of ['a', 'b', 'c']) await refusal(limits.countUpload(EVA, upload(id, { bytes: 21 })))
    await limits.countUpload(EVA, upload('d', { bytes: 10 }))
    await limits.countUpload(EVA, upload('e', { bytes: 10 }))
  })

  test('an upload counts with the most that it could be, until it is reported how much it was', async () => {
    const { limits } = open({ ...at(), bytesPerDay: 20 })
    await limits.countUpload(EVA, upload('a', { bytes: 20 }))
    await limits.uploadEnded('a', 5)
    await limits.countUpload(EVA, upload('b', { bytes: 15 }))
    await refusal(limits.countUpload(EVA, upload('c', { bytes: 1 })))
  })

  test('a report counts once, whoever repeats it', async () => {
    const { limits } = open({ ...at(), bytesPerDay: 20 })
    await limits.countUpload(EVA, upload('a', { bytes: 20 }))
    for (let at = 0; at < 3; at++) await limits.uploadEnded('a', 15)
    await limits.countUpload(EVA, upload('b', { bytes: 5 }))
    await refusal(limits.countUpload(EVA, upload('c', { bytes: 1 })))
  })

  test('a form that can store again counts in full, whatever is reported of it', async () => {
    const { limits } = open({ ...at(), bytesPerDay: 20 })
    await limits.countUpload(EVA, upload('a', { bytes: 20, isOnce: false }))
    await limits.uploadEnded('a', 1)
    await refusal(limits.countUpload(EVA, upload('b', { bytes: 1 })))
  })

  test('what was reported of yesterday gives nothing back today', async () => {
    const { limits, setNow } = open({ ...at(), bytesPerDay: 20 })
    const night = Date.parse('2026-11-25T00:30:00Z')
    await limits.countUpload(EVA, upload('a', { bytes: 20, expires: night }))
    setNow(new Date('2026-11-25T00:10:00Z'))
    await limits.uploadEnded('a', 0)
    await limits.countUpload(EVA, upload('b', { bytes: 20, expires: night }))
    await refusal(limits.countUpload(EVA, upload('c', { bytes: 1, expires: night })))
  })

  test('a user has so many uploads open; those that end or expire make room', async () => {
    const { limits, setNow } = open({ ...at(), openUploads: 2 })
    await limits.countUpload(EVA, upload('a', { expires: NOON.getTime() + 90_000 }))
    await limits.countUpload(EVA, upload('b'))
    expect(await refusal(limits.countUpload(EVA, upload('c')))).toMatchObject({
      facts: { Limit: 'openUploads', Allowed: '2', RetryAfterSeconds: '90' },
    })
    await limits.countUpload(BOB, upload('d'))
    await limits.uploadEnded('b', 10)
    await limits.countUpload(EVA, upload('e'))
    await refusal(limits.countUpload(EVA, upload('f')))
    setNow(new Date(NOON.getTime() + 90_000))
    await limits.countUpload(EVA, upload('g'))
    await refusal(limits.countUpload(EVA, upload('h')))
  })

  test('an upload that nobody knows ends without a word', async () => {
    const { limits, errors } = open(at())
    await limits.uploadEnded('a', 10)
    expect(errors).toEqual([])
  })

  test('many at once get no more than one after the other', async () => {
    const { limits } = open({ ...at(), openUploads: 5, bytesPerDay: 1000 })
    const all = Array.from({ length: 20 }, (_, id) => limits.countUpload(EVA, upload(`${id}`)))
    const results = await Promise.allSettled(all)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
  })
})

test('processes that share a Redis share the limits, of one bucket', async () => {
  const options = { redis: redis.url, formsPerMinute: 1, openUploads: 1, bytesPerDay: 20 }
  const [one, other, elsewhere] = [open(options, 'shared'), open(options, 'shared'), open(options, 'another')]
  await one.limits.countForm(EVA.subject)
  await refusal(other.limits.countForm(EVA.subject))
  await elsewhere.limits.countForm(EVA.subject)
  await one.limits.countUpload(EVA, upload('a', { bytes: 20 }))
  await refusal(other.limits.countUpload(EVA, upload('b')))
  await other.limits.uploadEnded('a', 10)
  await one.limits.countUpload(EVA, upload('b'))
})

test('nobody reads in Redis who uploads, nor writes a name that is another one there', async () => {
  const { createRedis } = await import('../redis.ts')
  const { limits } = open({ redis: redis.url }, 'private')
  await limits.countForm('user:mallory:x')
  await limits.countUpload({ subject: 'user:mallory:x' }, upload('secret-id'))
  const names: string[] = await createRedis(redis.url).use((client) => client.keys('*'))
  expect(names.length).toBeGreaterThan(3)
  for (const name of names) expect(name).toMatch(/^postern:(requests|forms|bytes|open|upload):[\w-]{43}$/)
})

test('while Redis is away each process counts for itself, and says so once; then it counts there again', async () => {
  const own = await openTestRedis()
  const { limits, errors } = open({ redis: own.url, formsPerMinute: 2, openUploads: 1 })
  await limits.countForm(EVA.subject)
  await own.stop()
  await limits.countForm(EVA.subject)
  await limits.countForm(EVA.subject)
  await refusal(limits.countForm(EVA.subject))
  await limits.countUpload(EVA, upload('a'))
  await refusal(limits.countUpload(EVA, upload('b')))
  expect(errors).toEqual([
    expect.objectContaining({ message: expect.stringContaining('Redis does not answer'), cause: expect.any(Error) }),
  ])
  await own.start()
  await expect
    .poll(() => refusal(limits.countForm(EVA.subject)).catch(() => 'counted there'), { timeout: 10_000 })
    .toBe('counted there')
  await limits.uploadEnded('a', 10) // opened here, ended here
  await limits.countUpload(EVA, upload('c'))
  expect(errors).toHaveLength(1)
  await own.stop()
})

test('limits: false is no limits', async () => {
  const limits = createLimits({ limits: false, bucket: 'photos', now: () => NOON, onError: () => {} })
  for (let at = 0; at < 2000; at++) {
    await limits.countRequest('203.0.113.7')
    await limits.countForm(EVA.subject)
    await limits.countUpload(EVA, upload(`${at}`, { bytes: Number.MAX_SAFE_INTEGER }))
  }
})

test('without a word there are limits', async () => {
  const { limits } = open({})
  for (let at = 0; at < 600; at++) await limits.countForm(EVA.subject)
  await refusal(limits.countForm(EVA.subject))
  for (let at = 0; at < 3000; at++) await limits.countRequest('203.0.113.7')
  await refusal(limits.countRequest('203.0.113.7'))
  for (let at = 0; at < 1000; at++) await limits.countUpload(EVA, upload(`${at}`))
  await refusal(limits.countUpload(EVA, upload('one more')))
  await limits.countUpload(BOB, upload('large', { bytes: 500 * 1024 ** 3 }))
  await refusal(limits.countUpload(BOB, upload('larger', { bytes: 1 })))
})

const wrong: { why: string; limits: object; says: RegExp }[] = [
  { why: 'no forms', limits: { formsPerMinute: 0 }, says: /limits\.formsPerMinute: Write a whole number/ },
  { why: 'half a form', limits: { formsPerMinute: 0.5 }, says: /formsPerMinute/ },
  { why: 'a size that is none', limits: { bytesPerDay: 'much' }, says: /limits\.bytesPerDay: "much"/ },
  { why: 'a name that is none', limits: { formPerMinute: 1 }, says: /formsPerMinute/ },
  { why: 'another address than of Redis', limits: { redis: 'http://127.0.0.1' }, says: /redis:\/\// },
]

test.each(wrong)('limits with $why are refused at the start', ({ limits, says }) => {
  expect(() => open(limits)).toThrow(says)
})

import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { answerLost, done, lost, type Place, problem, refusal, slow, type Twist } from './issuer.fixture.ts'
import { createMemory, ending, fileOf, hear, openWorld, pass, stopTime } from './uploader.fixture.ts'

beforeEach(stopTime)
afterEach(() => {
  vi.useRealTimers()
})

const FILES = 5
const CONCURRENCY = 2
const PARTS_AT_ONCE = 3

const BUSY = refusal(503, 'ServiceUnavailable', 'Please reduce your request rate.')
const EXPIRED = refusal(403, 'AccessDenied', 'Invalid according to Policy: Policy expired.')
const UNCONFIRMED = problem('upload-unconfirmed', 'same-form', { status: 503 })
const TOO_MANY = problem('too-many-requests', 'same-form', { status: 429, facts: { RetryAfterSeconds: '3' } })

const delays = fc.record({ ms: fc.integer({ min: 1, max: 4000 }), way: fc.constantFrom('there', 'back') })
const slowly = delays.map(({ ms, way }) => slow(ms, way))
const troubles = (...own: readonly Twist[]) =>
  fc.array(fc.oneof(slowly, fc.constantFrom(lost, ...own)), { maxLength: 6 })

/** What meets the requests to each place. */
const course = fc.record({
  uploads: troubles(TOO_MANY),
  form: troubles(answerLost, BUSY, done(BUSY), EXPIRED),
  'uploads/complete': troubles(answerLost, UNCONFIRMED),
  'uploads/multipart': troubles(TOO_MANY),
  'uploads/multipart/list': troubles(),
  'uploads/multipart/parts': troubles(),
  'uploads/multipart/complete': troubles(answerLost, done(UNCONFIRMED)),
  put: troubles(answerLost, BUSY),
})

/** What the person does, and how long after what they did before. */
const deeds = fc.array(
  fc.record({
    after: fc.integer({ min: 0, max: 3000 }),
    file: fc.nat(FILES - 1),
    deed: fc.constantFrom('pause', 'resume', 'cancel'),
  }),
  { maxLength: 15 },
)

const PLACES: readonly Exclude<Place, 'uploads/multipart/abort'>[] = [
  'uploads',
  'form',
  'uploads/complete',
  'uploads/multipart',
  'uploads/multipart/list',
  'uploads/multipart/parts',
  'uploads/multipart/complete',
  'put',
]

test('whatever happens, and whatever a person does, each file is stored once or cancelled, and nothing is left behind', async () => {
  await fc.assert(
    fc.asyncProperty(course, deeds, async (twists, plan) => {
      const memory = createMemory()
      const options = { concurrency: CONCURRENCY, partsAtOnce: PARTS_AT_ONCE, partsFrom: 30, retries: 50, memory }
      const { world, uploader } = openWorld(options)
      for (const place of PLACES) {
        world.next(place, ...twists[place])
        world.always(place, slow(100, 'there'))
      }
      const uploads = Array.from({ length: FILES }, (_, index) => uploader.upload(fileOf(`${index}`, 15 * (index + 1))))
      const heard = uploads.map(hear)
      for (const { after, file, deed } of plan) {
        await pass(after)
        uploads[file]?.[deed]()
      }
      for (const upload of uploads) upload.resume()

      const results = await Promise.all(uploads.map(ending))
      for (const [index, upload] of uploads.entries()) {
        const made = [...world.objects.keys()].filter((key) => key.endsWith(`/${index}`)).length
        const isCancelled = upload.state === 'cancelled'
        expect(results[index]).toBe(isCancelled ? 'upload-aborted' : 'stored')
        if (isCancelled) expect(made).toBeLessThanOrEqual(1)
        else expect(made).toBe(1)
        const { progress = [], states = [] } = heard[index] ?? {}
        expect(progress).toEqual([...progress].sort((a, b) => a - b))
        expect(states.at(-1)).toBe(upload.state)
        expect(states.filter((state) => ['stored', 'failed', 'cancelled'].includes(state)).length).toBe(1)
      }
      expect([...world.uploads.values()].filter(({ state }) => state === 'open')).toEqual([])
      expect(world.mostAtOnce).toBeLessThanOrEqual(CONCURRENCY * PARTS_AT_ONCE)
      expect(uploader.uploads).toEqual([])
      expect(memory.items.size).toBe(0)
      expect(vi.getTimerCount()).toBe(0)
    }),
    { numRuns: 15 },
  )
})

import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { answerLost, createGate, done, lost, type Place, problem, refusal, type Twist } from './issuer.fixture.ts'
import { createMemory, ending, fileOf, openWorld, pass, settle, stopTime, uploaderIn } from './uploader.fixture.ts'

beforeEach(stopTime)
afterEach(() => {
  vi.useRealTimers()
})

const BUSY = refusal(503, 'ServiceUnavailable', 'Please reduce your request rate.')
const EXPIRED = refusal(403, 'AccessDenied', 'Invalid according to Policy: Policy expired.')
const UNCONFIRMED = problem('upload-unconfirmed', 'same-form', { status: 503 })
const OLD_TOKEN = problem('upload-token-expired', 'fresh-form', { status: 403 })
const CALLBACK_FAILED = refusal(203, 'CallbackFailed', 'Error status : 502.')
const EXISTS = refusal(409, 'FileAlreadyExists', 'The object you specified already exists.')
const proxy: Twist = () => ({ status: 502, headers: new Headers(), body: '<html>nginx</html>' })
const noStatus: Twist = () => ({ status: 0, headers: new Headers(), body: '' })

/** What meets the requests to one place, one after the other. */
type Troubles = { readonly [At in Place]?: readonly Twist[] }

describe('a file makes one object', () => {
  const cases: { when: string; troubles: Troubles }[] = [
    { when: "the store's answer is lost", troubles: { form: [answerLost] } },
    { when: 'the request is lost', troubles: { form: [lost] } },
    { when: 'first the request is lost, then the answer', troubles: { form: [lost, answerLost] } },
    { when: 'the store says 503 after it has stored', troubles: { form: [done(BUSY)] } },
    { when: 'a proxy gives up on a store that has stored', troubles: { form: [done(proxy)] } },
    { when: 'a browser has sent it twice of its own accord', troubles: { form: [done(EXISTS)] } },
    { when: 'the platform tells no status', troubles: { form: [done(noStatus)] } },
    { when: 'the form expires after a lost request', troubles: { form: [lost, EXPIRED] } },
    { when: 'the application does not confirm at first', troubles: { 'uploads/complete': [UNCONFIRMED, UNCONFIRMED] } },
    { when: "the issuer's answer is lost", troubles: { 'uploads/complete': [answerLost, lost] } },
    {
      when: "the store's answer is lost, and the issuer cannot be asked for a while",
      troubles: { form: [answerLost], 'uploads/complete': [lost, lost, UNCONFIRMED] },
    },
    { when: 'the store could not tell the application', troubles: { form: [done(CALLBACK_FAILED)] } },
    {
      when: "the store's answer is lost, and the issuer does not see the object yet",
      troubles: { form: [answerLost], 'uploads/complete': [problem('upload-missing', 'same-form', { status: 404 })] },
    },
    {
      when: 'the object is not seen after the store has said that it is there',
      troubles: { 'uploads/complete': [problem('upload-missing', 'same-form', { status: 404 })] },
    },
  ]

  test.each(cases)('where $when', async ({ troubles }) => {
    const { world, uploader } = openWorld()
    for (const [place, twists] of entriesOf(troubles)) world.next(place, ...twists)
    const upload = uploader.upload(fileOf())
    expect(await ending(upload)).toBe('stored')
    const [key] = world.objects.keys()
    expect(await upload.done).toMatchObject({ key, url: `https://cdn.example/${key}`, size: 100 })
    expect(world.objects.size).toBe(1)
  })

  const reported: { when: string; troubles: Troubles }[] = [
    { when: 'nothing happens', troubles: {} },
    { when: 'the callback failed', troubles: { form: [done(CALLBACK_FAILED)] } },
    { when: 'the answer is lost', troubles: { form: [answerLost] } },
  ]

  test.each(reported)('where the store calls the application back, and $when', async ({ troubles }) => {
    const { world, uploader } = openWorld({}, { hasCallback: true })
    for (const [place, twists] of entriesOf(troubles)) world.next(place, ...twists)
    expect(await ending(uploader.upload(fileOf()))).toBe('stored')
    expect(world.objects.size).toBe(1)
    expect(world.callsTo('uploads/complete').length).toBe(Object.keys(troubles).length)
  })

  test.each([{ form: [answerLost] }, { form: [done(BUSY)] }, { form: [done(noStatus)] }, { form: [lost, answerLost] }])(
    'where nobody can be asked whether it is there, the store says so: %j',
    async ({ form }) => {
      const { world, uploader } = openWorld({}, { hasTokens: false })
      world.next('form', ...form)
      expect(await ending(uploader.upload(fileOf()))).toBe('stored')
      expect(world.objects.size).toBe(1)
      expect(world.callsTo('uploads/complete')).toEqual([])
    },
  )

  test.each([[answerLost], [done(BUSY)], [lost, answerLost]])('where it goes by a presigned PUT', async (...twists) => {
    const { world, uploader } = openWorld({}, { method: 'PUT' })
    world.next('put', ...twists)
    expect(await ending(uploader.upload(fileOf()))).toBe('stored')
    expect(world.objects.size).toBe(1)
  })

  test('where it is paused after its last byte, for longer than its form lives', async () => {
    const { world, uploader } = openWorld()
    const gate = createGate()
    world.next('form', (act, call) => {
      act()
      return gate.hold(act, call)
    })
    const upload = uploader.upload(fileOf())
    await settle()
    expect(upload.state).toBe('finalising')
    upload.pause()
    await pass(3_600_000)
    upload.resume()
    expect(await ending(upload)).toBe('stored')
    expect(world.callsTo('uploads').length).toBe(1)
    expect(world.objects.size).toBe(1)
  })
})

describe('no second object is made', () => {
  test('where the token of a stored file has expired', async () => {
    const { world, uploader } = openWorld()
    world.next('uploads/complete', OLD_TOKEN)
    const upload = uploader.upload(fileOf())
    expect(await ending(upload)).toBe('upload-token-expired')
    expect(upload.error?.retry).toBe('never')
    expect(world.places).toEqual(['uploads', 'form', 'uploads/complete'])
  })

  test('where the token of a file that may be stored has expired', async () => {
    const { world, uploader } = openWorld()
    world.next('form', answerLost)
    world.next('uploads/complete', OLD_TOKEN)
    expect(await ending(uploader.upload(fileOf()))).toBe('upload-token-expired')
    expect(world.objects.size).toBe(1)
  })

  test('where the application never confirms', async () => {
    const { world, uploader } = openWorld({ retries: 2 })
    world.always('uploads/complete', UNCONFIRMED)
    expect(await ending(uploader.upload(fileOf()))).toBe('upload-unconfirmed')
    expect(world.callsTo('form').length).toBe(1)
    expect(world.callsTo('uploads/complete').length).toBe(3)
  })

  test('where the callback failed and nobody else can tell the application', async () => {
    const { world, uploader } = openWorld({}, { hasTokens: false, hasCallback: true })
    world.next('form', done(CALLBACK_FAILED))
    expect(await ending(uploader.upload(fileOf()))).toBe('callback-failed')
    expect(world.callsTo('form').length).toBe(1)
  })
})

test.each([true, false])("an object that was there before is somebody else's (with a token: %j)", async (hasTokens) => {
  const { world, uploader } = openWorld({}, { hasTokens })
  world.next('form', EXISTS)
  expect(await ending(uploader.upload(fileOf()))).toBe('object-exists')
  expect(world.callsTo('form').length).toBe(1)
})

describe('a file in parts makes one object', () => {
  const complete = 'uploads/multipart/complete'
  const cases: { when: string; troubles: Troubles }[] = [
    { when: "the issuer's answer on completing is lost", troubles: { [complete]: [answerLost] } },
    { when: 'and once more', troubles: { [complete]: [answerLost, answerLost, lost] } },
    {
      when: 'the application does not confirm at first',
      troubles: { [complete]: [done(UNCONFIRMED), done(UNCONFIRMED)] },
    },
    { when: 'a proxy gives up on an issuer that has completed', troubles: { [complete]: [done(proxy)] } },
    { when: 'the question is lost', troubles: { [complete]: [lost] } },
  ]

  test.each(cases)('where $when', async ({ troubles }) => {
    const { world, uploader } = openWorld({ partsFrom: 1 })
    for (const [place, twists] of entriesOf(troubles)) world.next(place, ...twists)
    const upload = uploader.upload(fileOf('a', 35))
    expect(await ending(upload)).toBe('stored')
    expect(world.objects.size).toBe(1)
    expect(world.uploads.size).toBe(1)
    expect(world.callsTo('put').length).toBe(4)
    expect(await upload.done).toMatchObject({ key: '1/a', url: 'https://cdn.example/1/a', size: 35, etag: '"1/a"' })
  })

  test('where the answer on completing never comes, and the file is chosen again after a reload', async () => {
    const memory = createMemory()
    const { world, uploader } = openWorld({ partsFrom: 1, memory, retries: 0 })
    world.next(complete, answerLost)
    expect(await ending(uploader.upload(fileOf('a', 35)))).toBe('network-lost')
    expect(world.objects.size).toBe(1)

    const again = uploaderIn(world, { partsFrom: 1, memory }).upload(fileOf('a', 35))
    expect(await ending(again)).toBe('stored')
    expect(await again.done).toMatchObject({ key: '1/a' })
    expect(world.objects.size).toBe(1)
    expect(world.callsTo('put').length).toBe(4)
    expect(memory.items.size).toBe(0)
  })

  test('where its token has expired after a lost answer: it fails instead', async () => {
    const { world, uploader } = openWorld({ partsFrom: 1 })
    world.next(complete, answerLost, OLD_TOKEN)
    expect(await ending(uploader.upload(fileOf('a', 35)))).toBe('upload-token-expired')
    expect(world.uploads.size).toBe(1)
    expect(world.objects.size).toBe(1)
  })
})

test('however a file is disturbed, it makes one object where it is stored, and at most one where it is not', async () => {
  const byForm = fc.record({
    uploads: fc.array(fc.constantFrom(lost, proxy), { maxLength: 2 }),
    form: fc.array(fc.constantFrom(lost, answerLost, BUSY, done(BUSY), done(proxy), done(noStatus), EXPIRED), {
      maxLength: 5,
    }),
    'uploads/complete': fc.array(fc.constantFrom(lost, answerLost, UNCONFIRMED, proxy), { maxLength: 4 }),
  })
  await fc.assert(
    fc.asyncProperty(byForm, fc.boolean(), fc.boolean(), async (troubles, hasCallback, hasTokens) => {
      const { world, uploader } = openWorld({ retries: 20 }, { hasCallback, hasTokens })
      for (const [place, twists] of entriesOf(troubles)) world.next(place, ...twists)
      expect(await ending(uploader.upload(fileOf()))).toBe('stored')
      if (hasTokens) expect(world.objects.size).toBe(1)
    }),
    { numRuns: 25 },
  )
})

test('however a file in parts is disturbed, it makes one object', async () => {
  const gone = problem('upload-gone', 'fresh-form', { status: 404 })
  const step = (...own: readonly Twist[]) => fc.array(fc.constantFrom(lost, proxy, ...own), { maxLength: 3 })
  const byParts = fc.record({
    'uploads/multipart': step(),
    'uploads/multipart/parts': step(gone),
    'uploads/multipart/list': step(),
    put: step(answerLost, BUSY, done(BUSY)),
    'uploads/multipart/complete': step(answerLost, UNCONFIRMED, done(UNCONFIRMED)),
  })
  await fc.assert(
    fc.asyncProperty(byParts, fc.integer({ min: 0, max: 60 }), async (troubles, size) => {
      const { world, uploader } = openWorld({ partsFrom: 0, retries: 20, memory: createMemory() })
      for (const [place, twists] of entriesOf(troubles)) world.next(place, ...twists)
      expect(await ending(uploader.upload(fileOf('a', size)))).toBe('stored')
      expect([...world.objects.values()]).toEqual([size])
    }),
    { numRuns: 25 },
  )
})

function entriesOf(troubles: Troubles): readonly (readonly [Place, readonly Twist[]])[] {
  return PLACES.map((place) => [place, troubles[place] ?? []] as const)
}

const PLACES: readonly Place[] = [
  'uploads',
  'uploads/complete',
  'uploads/multipart',
  'uploads/multipart/list',
  'uploads/multipart/parts',
  'uploads/multipart/complete',
  'uploads/multipart/abort',
  'form',
  'put',
]

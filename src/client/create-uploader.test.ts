import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { UploadForm } from '../form/upload-form.ts'
import { createUploader } from './create-uploader.ts'
import { createGate, createWorld, lost, problem, refusal } from './issuer.fixture.ts'
import type { FileFacts } from './transport.ts'
import { upload as uploadOne } from './upload.ts'
import type { Progress } from './upload-handle.ts'
import { ending, fileOf, hear, openWorld, pass, settle, stopTime } from './uploader.fixture.ts'
import type { RequestForm } from './uploader-options.ts'

beforeEach(stopTime)
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('what becomes of a file', () => {
  test('is told by the store, and by the issuer where the store does not say it', async () => {
    const { world, uploader } = openWorld()
    world.next('form', (act) => ({
      ...act(),
      status: 201,
      headers: new Headers({ etag: '"store"', 'x-oss-hash-crc64ecma': '7' }),
      body: '<PostResponse><Location>https://l.example/k</Location><Key>1/a.png</Key></PostResponse>',
    }))
    world.next('uploads/complete', () => ({
      status: 200,
      headers: new Headers(),
      body: '{"id":"i","key":"1/a.png","url":"https://cdn.example/1","size":100,"answer":{"id":5}}',
    }))
    const upload = uploader.upload(fileOf())
    await ending(upload)
    expect(await upload.done).toEqual({
      key: '1/a.png',
      url: 'https://cdn.example/1',
      size: 100,
      etag: '"store"',
      crc64: '7',
      location: 'https://l.example/k',
      answer: { id: 5 },
    })
  })

  test('is told by the application, where the store calls it back: then nobody else is asked', async () => {
    const { world, uploader } = openWorld({}, { hasCallback: true })
    const upload = uploader.upload(fileOf())
    expect(await ending(upload)).toBe('stored')
    expect(await upload.done).toMatchObject({ key: '1/a.png', answer: { seen: true } })
    expect(world.places).toEqual(['uploads', 'form'])
  })

  test('is told by the store alone, where a form has no token', async () => {
    const { world, uploader } = openWorld({}, { hasTokens: false })
    const upload = uploader.upload(fileOf('a b.png'))
    expect(await ending(upload)).toBe('stored')
    expect(await upload.done).toMatchObject({
      key: '1/a b.png',
      url: 'https://store.example/1/a%20b.png',
      etag: '"of the store"',
    })
    expect(world.places).toEqual(['uploads', 'form'])
  })

  test('is told in one promise, which may be heard late, or never', async () => {
    const { world, uploader } = openWorld()
    const upload = uploader.upload(fileOf())
    await settle()
    expect(upload.state).toBe('stored')
    expect(await upload.done).toBe(await upload.done)
    expect(upload.error).toBe(undefined)

    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    world.next('uploads', problem('upload-denied', 'never'))
    const failed = uploader.upload(fileOf())
    const cancelled = uploader.upload(fileOf())
    cancelled.cancel()
    await settle()
    expect([failed.state, cancelled.state]).toEqual(['failed', 'cancelled'])
    expect(unhandled).not.toHaveBeenCalled()
    process.off('unhandledRejection', unhandled)
    await expect(failed.done).rejects.toBe(failed.error)
  })

  test('is told by `upload` alone, for one file', async () => {
    const { transport, places } = createWorld()
    const heard: Progress[] = []
    const done = uploadOne('https://app.example', fileOf(), {
      transport,
      memory: false,
      onProgress: (p) => heard.push(p),
    })
    await expect(done).resolves.toMatchObject({ key: '1/a.png' })
    expect(heard.at(-1)).toMatchObject({ sentBytes: 100, totalBytes: 100 })
    expect(places.length).toBe(0)
  })
})

describe('a storage that takes no forms', () => {
  test('gets the whole file by one presigned PUT', async () => {
    const { world, uploader } = openWorld({}, { method: 'PUT' })
    const upload = uploader.upload(fileOf())
    const { states, progress } = hear(upload)
    expect(await ending(upload)).toBe('stored')
    expect(world.places).toEqual(['uploads', 'put', 'uploads/complete'])
    expect(states).toEqual(['preparing', 'sending', 'finalising', 'stored'])
    expect(progress).toEqual([100])
    expect(await upload.done).toMatchObject({ key: '1/a.png', url: 'https://cdn.example/1/a.png' })
  })

  test('never shows the signature in the address of the object', async () => {
    const { uploader } = openWorld({}, { method: 'PUT', hasTokens: false })
    const upload = uploader.upload(fileOf())
    expect(await ending(upload)).toBe('stored')
    expect((await upload.done).url).toBe('https://store.example/1/a.png')
  })

  test('gets fresh ones where they have expired in the queue, and many at once', async () => {
    const { world, uploader } = openWorld({ concurrency: 1 }, { method: 'PUT', lifetimeMs: 60_000 })
    const gate = createGate()
    world.next('put', gate.hold)
    const uploads = ['a', 'b'].map((name) => uploader.upload(fileOf(name)))
    await pass(59_000)
    gate.open()
    expect(await Promise.all(uploads.map(ending))).toEqual(['stored', 'stored'])
    expect(world.callsTo('uploads').map(({ asked }) => asked.files?.length ?? 1)).toEqual([2, 1])
  })

  test('gets nothing from a platform that cannot PUT, and the upload says so', async () => {
    const { transport } = createWorld({ method: 'PUT' })
    const { sendBytes: _, ...formsOnly } = transport
    const upload = createUploader({ endpoint: 'https://app.example', transport: formsOnly }).upload(fileOf())
    expect(await ending(upload)).toBe('upload-form-malformed')
  })
})

describe('an issuer that is not ours: `requestForm`', () => {
  const form = (key: string): UploadForm => ({
    method: 'POST',
    url: 'https://store.example/',
    fields: { key },
    expiresAt: new Date(Date.now() + 600_000).toISOString(),
  })

  test('is asked for each file, in its own way, with the route', async () => {
    const asked: unknown[] = []
    const requestForm: RequestForm = async (_, file, route) => {
      asked.push([file, route])
      return form(`vendor/${file.name}`)
    }
    const { world, uploader } = openWorld({ requestForm, concurrency: 1, partsFrom: 0, route: 'photos' })
    const uploads = ['a', 'b'].map((name) => uploader.upload(fileOf(name), { meta: { from: name } }))
    expect(await Promise.all(uploads.map(ending))).toEqual(['stored', 'stored'])
    expect(asked).toEqual(['a', 'b'].map((name) => [{ ...fileOf(name), meta: { from: name } }, 'photos']))
    expect([...world.objects.keys()]).toEqual(['vendor/a', 'vendor/b'])
    expect(world.places).toEqual(['form', 'form'])
  })

  test('asks through the uploader, with its headers, and is stopped with the upload', async () => {
    const gate = createGate()
    const requestForm: RequestForm = async (ask, file) => {
      await ask('uploads', { any: 'thing' })
      return form(file.name)
    }
    const { world, uploader } = openWorld({ requestForm, headers: { authorization: 'Bearer x' } })
    world.next('uploads', gate.hold)
    const upload = uploader.upload(fileOf())
    await settle()
    expect(gate.held[0]?.asked).toEqual({ any: 'thing' })
    expect(gate.held[0]?.headers).toMatchObject({ authorization: 'Bearer x' })
    upload.cancel()
    await settle()
    expect(gate.held).toEqual([])
    expect(upload.state).toBe('cancelled')
  })

  test('may fail as any other, and is asked again', async () => {
    const requestForm: RequestForm = async (ask, file) => {
      await ask('uploads', { filename: file.name })
      return form(file.name)
    }
    const { world, uploader } = openWorld({ requestForm })
    world.next('uploads', lost, problem('too-many-requests', 'same-form', { status: 429 }))
    expect(await ending(uploader.upload(fileOf()))).toBe('stored')
    expect(world.callsTo('uploads').length).toBe(3)
  })
})

describe('options at their limits', () => {
  test.each([0, -1, 0.5, Number.NaN])('a concurrency of %d is one file at a time', async (concurrency) => {
    const { world, uploader } = openWorld({ concurrency })
    const uploads = ['a', 'b', 'c'].map((name) => uploader.upload(fileOf(name)))
    expect(await Promise.all(uploads.map(ending))).toEqual(['stored', 'stored', 'stored'])
    expect(world.mostAtOnce).toBe(1)
  })

  test.each([
    { concurrency: 2.9, most: 2 },
    { concurrency: Number.POSITIVE_INFINITY, most: 20 },
  ])('a concurrency of $concurrency is $most at once of twenty', async ({ concurrency, most }) => {
    const { world, uploader } = openWorld({ concurrency })
    const gate = createGate()
    world.always('form', gate.hold)
    for (let file = 0; file < 20; file++) uploader.upload(fileOf(`${file}`))
    await settle()
    expect(gate.held.length).toBe(most)
  })

  test.each([0, -1, 0.5, Number.NaN])('%d parts at once is one at a time', async (partsAtOnce) => {
    const { world, uploader } = openWorld({ partsAtOnce, partsFrom: 0 })
    expect(await ending(uploader.upload(fileOf('a', 35)))).toBe('stored')
    expect(world.mostAtOnce).toBe(1)
  })

  test.each([0, -1])('%d retries is one try', async (retries) => {
    const { world, uploader } = openWorld({ retries })
    world.next('form', refusal(503, 'ServiceUnavailable'))
    expect(await ending(uploader.upload(fileOf()))).toBe('store-busy')
    expect(world.callsTo('form').length).toBe(1)
  })

  test.each([
    { inParts: false, partsFrom: 1 },
    { inParts: true, partsFrom: 0 },
  ])('an empty file is stored as any other (in parts: $inParts)', async ({ inParts, partsFrom }) => {
    const { world, uploader } = openWorld({ partsFrom })
    const upload = uploader.upload(fileOf('empty', 0))
    const { states } = hear(upload)
    expect(await ending(upload)).toBe('stored')
    expect([...world.objects.values()]).toEqual([0])
    expect(world.callsTo(inParts ? 'put' : 'form').length).toBe(1)
    expect(states.at(0)).toBe('preparing')
    expect(states.at(-1)).toBe('stored')
  })

  test.each(['https://app.example', 'https://app.example/', '/uploader', '/uploader/', ''])(
    'the endpoint "%s" may end in a slash or not',
    async (endpoint) => {
      const { transport, places } = createWorld()
      const urls: string[] = []
      const noted: typeof transport = {
        ...transport,
        ask: (question) => {
          urls.push(question.url)
          return transport.ask({ ...question, url: question.url.replace(/^.*\/(?=uploads)/, 'https://app.example/') })
        },
      }
      expect(places).toEqual([])
      const uploader = createUploader<string, FileFacts>({ endpoint, transport: noted, memory: false })
      expect(await ending(uploader.upload(fileOf()))).toBe('stored')
      const base = endpoint.replace(/\/$/, '')
      expect(urls).toEqual([`${base}/uploads`, `${base}/uploads/complete`])
    },
  )

  test("a file's own route goes before the uploader's", async () => {
    const { world, uploader } = openWorld({ route: 'photos' })
    await ending(uploader.upload(fileOf()))
    await ending(uploader.upload(fileOf(), { route: 'videos' }))
    expect(world.callsTo('uploads').map(({ asked }) => asked.route)).toEqual(['photos', 'videos'])
  })
})

describe('headers', () => {
  test('go with each request to the issuer, and with none to the store', async () => {
    const { world, uploader } = openWorld({ headers: { authorization: 'Bearer x' } })
    await ending(uploader.upload(fileOf()))
    expect(world.calls.map(({ to, headers }) => [to, headers])).toEqual([
      ['uploads', { authorization: 'Bearer x', 'content-type': 'application/json' }],
      ['form', {}],
      ['uploads/complete', { authorization: 'Bearer x', 'content-type': 'application/json' }],
    ])
  })

  test('are asked for each time, where a function gives them', async () => {
    let count = 0
    const { world, uploader } = openWorld({ headers: async () => ({ 'x-count': `${++count}` }) })
    await ending(uploader.upload(fileOf()))
    expect(world.calls.map(({ headers }) => headers['x-count'])).toEqual(['1', undefined, '2'])
  })

  test('that cannot be had end the upload, and tell why', async () => {
    const { uploader } = openWorld({ headers: () => Promise.reject(new TypeError('signed out')) })
    const upload = uploader.upload(fileOf())
    expect(await ending(upload)).toBe('internal-error')
    expect(upload.error?.message).toContain('signed out')
  })
})

describe('listeners', () => {
  test('hear of the form before the file is sent with it', async () => {
    const { world, uploader } = openWorld()
    const upload = uploader.upload(fileOf())
    const heard: string[] = []
    upload.on('form', ({ fields }) => heard.push(`${fields['key']} after ${world.places.join()}`))
    await ending(upload)
    expect(heard).toEqual(['1/a.png after uploads'])
  })

  test('hear no more once they have ended it, and ending it twice is no harm', async () => {
    const { uploader } = openWorld()
    const upload = uploader.upload(fileOf())
    const heard: string[] = []
    const end = upload.on('state', (state) => {
      heard.push(state)
      end()
      end()
    })
    await ending(upload)
    expect(heard).toEqual(['preparing'])
  })

  test('that throw lose no upload, no other listener, and are reported as the errors that they are', async () => {
    const { uploader } = openWorld()
    const theirs = () => {
      throw new TypeError('theirs')
    }
    const upload = uploader.upload(fileOf(), { onProgress: theirs })
    for (const name of ['state', 'progress', 'form', 'retry'] as const) upload.on(name, theirs)
    const { states, progress } = hear(upload)
    await settle()
    expect(upload.state).toBe('stored')
    expect(states).toEqual(['preparing', 'sending', 'finalising', 'stored'])
    expect(progress).toEqual([100])
    await expect(vi.advanceTimersByTimeAsync(1)).rejects.toThrow('theirs')
    vi.clearAllTimers()
  })

  test('that come while others are told hear of what comes next', async () => {
    const { uploader } = openWorld()
    const upload = uploader.upload(fileOf())
    const heard: string[] = []
    const end = upload.on('state', () => {
      end()
      upload.on('state', (state) => heard.push(state))
    })
    await ending(upload)
    expect(heard).toEqual(['sending', 'finalising', 'stored'])
  })

  test('that come when all is over hear nothing', async () => {
    const { uploader } = openWorld()
    const upload = uploader.upload(fileOf())
    await ending(upload)
    const { states } = hear(upload)
    await pass(1000)
    expect(states).toEqual([])
  })
})

test('an uploader leaves no timer behind', async () => {
  const { world, uploader } = openWorld({ partsFrom: 50 })
  world.next('form', lost)
  world.next('put', lost)
  const uploads = [10, 100].map((size) => uploader.upload(fileOf('a', size)))
  expect(await Promise.all(uploads.map(ending))).toEqual(['stored', 'stored'])
  expect(vi.getTimerCount()).toBe(0)
})

import { expect, test } from 'vitest'
import { PosternError } from '../base/errors.ts'
import type { FileFacts, Question, Transport } from '../client/transport.ts'
import type { UploaderOptions } from '../client/uploader-options.ts'
import type { ListEvents } from '../list/listed-upload.ts'
import { latestList } from './latest-list.ts'

const CAT = { name: 'cat.png', size: 100, type: 'image/png' }
const NO_HEADERS = { get: () => null }

type Options = UploaderOptions<string, FileFacts> & ListEvents<FileFacts>

/** A platform that remembers what it is asked, and holds files back until `release`. */
function heldPlatform() {
  const questions: Question[] = []
  const held: (() => void)[] = []
  const transport: Transport<FileFacts> = {
    async ask(question) {
      questions.push(question)
      const { files } = JSON.parse(question.body ?? '{}')
      const body = JSON.stringify(files === undefined ? form() : { uploads: files.map(form) })
      return { status: 200, headers: NO_HEADERS, body }
    },
    async sendForm(_form, _file, { signal }) {
      await new Promise<void>((resolve, reject) => {
        held.push(resolve)
        signal.addEventListener('abort', () => reject(new PosternError('upload-aborted', 'It was stopped.')))
      })
      return { status: 200, headers: NO_HEADERS, body: '' }
    },
  }
  const release = () => {
    for (const resolve of held.splice(0)) resolve()
  }
  return { transport, questions, held, release }
}

function form() {
  const key = 'uploads/cat.png'
  return { method: 'POST', url: 'https://photos.example/', key, fields: { key }, expiresAt: '2999-01-01T00:00:00.000Z' }
}

/** A component's list: `render` gives it other options, as the next render does. */
function mounted(first: Partial<Options> = {}) {
  const platform = heldPlatform()
  const complete = (options: Partial<Options>): Options => ({
    endpoint: 'https://app.example',
    transport: platform.transport,
    memory: false,
    ...options,
  })
  let latest = complete(first)
  const render = (options: Partial<Options>) => {
    latest = complete(options)
  }
  return { list: latestList<string, FileFacts>(() => latest), render, ...platform }
}

const asked = ({ url, headers, body = '{}' }: Question) => ({ url, headers, route: JSON.parse(body).route })

test('nothing is asked for before there is a file', () => {
  const { questions, list } = mounted()
  list.snapshot()
  expect(questions).toEqual([])
})

test('a file in the queue is asked for with the headers of the last render', async () => {
  const { list, render, questions, held, release } = mounted({ concurrency: 1, headers: { authorization: 'one' } })
  list.upload(CAT)
  await expect.poll(() => held.length).toBe(1)
  list.upload(CAT)
  render({ concurrency: 1, headers: async () => ({ authorization: 'two' }) })
  release()
  await expect.poll(() => held.length).toBe(1)
  expect(questions.map(({ headers }) => headers['authorization'])).toEqual(['one', 'two'])
})

test('options that are new objects make no new uploader: the queue stays one', async () => {
  const { list, render, held } = mounted({ concurrency: 1, headers: {} })
  list.upload(CAT)
  render({ concurrency: 1, headers: {} })
  list.upload(CAT)
  await expect.poll(() => held.length).toBe(1)
  expect(list.snapshot().uploads.map(({ state }) => state)).toEqual(['sending', 'queued'])
})

test('another endpoint is asked for the next file, and what is on its way stays on its way', async () => {
  const { list, render, questions, held, release } = mounted()
  list.upload(CAT)
  await expect.poll(() => held.length).toBe(1)
  render({ endpoint: 'https://other.example/' })
  list.upload(CAT)
  await expect.poll(() => held.length).toBe(2)
  release()
  await expect.poll(() => list.snapshot().totals.stored).toBe(2)
  expect(questions.map(({ url }) => url)).toEqual(['https://app.example/uploads', 'https://other.example/uploads'])
})

test('a file goes to the route of the render in which it was given, or to its own', async () => {
  const { list, render, questions, held } = mounted({ route: 'avatars' })
  list.upload(CAT)
  await expect.poll(() => held.length).toBe(1)
  render({ route: 'reports' })
  list.upload(CAT)
  await expect.poll(() => held.length).toBe(2)
  list.upload(CAT, { route: 'films' })
  await expect.poll(() => held.length).toBe(3)
  render({})
  list.cancelAll()
  list.upload(CAT)
  await expect.poll(() => questions.length).toBe(4)
  expect(questions.map(asked).map(({ route }) => route)).toEqual(['avatars', 'reports', 'films', undefined])
})

test('a retry goes where the file was meant to go', async () => {
  const { list, render, questions, held } = mounted({ route: 'avatars' })
  const [id = ''] = list.upload(CAT)
  await expect.poll(() => held.length).toBe(1)
  list.cancel(id)
  render({ route: 'reports' })
  list.retry(id)
  await expect.poll(() => questions.length).toBe(2)
  expect(questions.map(asked).map(({ route }) => route)).toEqual(['avatars', 'avatars'])
})

test('onStored of the last render is told', async () => {
  const told: string[] = []
  const { list, render, held, release } = mounted({ onStored: () => told.push('first') })
  list.upload(CAT)
  await expect.poll(() => held.length).toBe(1)
  render({ onStored: ({ object }) => told.push(object.key) })
  release()
  await expect.poll(() => told).toEqual(['uploads/cat.png'])
})

test('onFailed of the last render is told', async () => {
  const told: string[] = []
  const { list, render } = mounted({ requestForm: () => Promise.reject(new Error('nothing')) })
  render({
    requestForm: () => Promise.reject(new Error('broken')),
    onFailed: ({ error }) => told.push(error.detail),
  })
  list.upload(CAT)
  await expect.poll(() => told).toEqual(['Error: broken'])
})

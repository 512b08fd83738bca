import { expect, test, vi } from 'vitest'
import type { Answer } from '../client/transport.ts'
import { type AlipayMiniProgram, alipayTransport } from './alipay.ts'
import { openAppSite } from './app-site.fixture.ts'
import type { LocalFile } from './local-file.ts'
import { loadDoors } from './mini-context.fixture.ts'
import { fakeWx } from './wx.fixture.ts'

type Request = Parameters<AlipayMiniProgram['request']>[0]
type Upload = Parameters<AlipayMiniProgram['uploadFile']>[0]
type Ending = Parameters<Request['fail']>[0]

const FILE: LocalFile = { name: 'a.mp4', size: 3, type: 'video/mp4', path: 'https://resource/a.mp4' }
const FORM = {
  method: 'POST',
  url: 'https://b.example/',
  fields: { key: 'k' },
  expiresAt: '2026-11-24T12:00:00.000Z',
} as const

const signal = new AbortController().signal
const onSent = () => {}

/** A `my` each of whose calls ends so. */
function myThatEnds(how: 'success' | 'fail', ending: Ending) {
  const calls: (Request | Upload)[] = []
  const end = (options: Request | Upload) => {
    calls.push(options)
    options[how](ending)
    return undefined // old versions give no task
  }
  return { calls, transport: alipayTransport({ request: end, uploadFile: end }) }
}

const ASK = {
  method: 'POST',
  url: 'https://app.example/uploads',
  headers: { 'content-type': 'application/json' },
  signal,
} as const

async function outcome(answer: Promise<Answer>): Promise<unknown> {
  return await answer.then(
    ({ status, body }) => ({ status, body }),
    ({ code, retry }: { code: string; retry: string }) => ({ code, retry }),
  )
}

test('the issuer is asked with an object, which Alipay makes JSON of, and answers with text', async () => {
  const { calls, transport } = myThatEnds('success', { status: 200, headers: { Date: 'today' }, data: '{"a":1}' })
  const answer = await transport.ask({ ...ASK, body: '{"filename":"a"}' })
  expect(calls[0]).toMatchObject({ data: { filename: 'a' }, dataType: 'text', headers: ASK.headers, method: 'POST' })
  expect([answer.status, answer.headers.get('date'), answer.headers.get('etag'), answer.body]).toEqual([
    200,
    'today',
    null,
    '{"a":1}',
  ])
})

test('a form goes with Alipay’s own names, the status comes as text', async () => {
  const { calls, transport } = myThatEnds('success', { statusCode: '204', header: { ETag: '"1"' }, data: '' })
  const answer = await transport.sendForm(FORM, FILE, { signal, onSent })
  expect(calls[0]).toMatchObject({
    url: FORM.url,
    filePath: FILE.path,
    fileName: 'file',
    name: 'file',
    fileType: 'video',
    formData: { key: 'k' },
  })
  expect([answer.status, answer.headers.get('etag'), answer.body]).toEqual([204, '"1"', ''])
})

test.each([
  ['image/png', 'image'],
  ['audio/mpeg', 'audio'],
  ['application/pdf', 'image'],
  ['', 'image'],
])('a file of type "%s" is told to be %s: Alipay knows three kinds', async (type, fileType) => {
  const { calls, transport } = myThatEnds('success', { statusCode: 200 })
  await transport.sendForm(FORM, { ...FILE, type }, { signal, onSent })
  expect(calls[0]).toMatchObject({ fileType })
})

/** https://opendocs.alipay.com/mini/api/owycmh and kmq4hc: the tables of error codes */
const failures: { api: 'ask' | 'sendForm'; ending: Ending; becomes: object }[] = [
  {
    api: 'ask',
    ending: { error: 11, errorMessage: '无权跨域' },
    becomes: { code: 'domain-forbidden', retry: 'never' },
  },
  { api: 'ask', ending: { error: 4 }, becomes: { code: 'domain-forbidden', retry: 'never' } },
  {
    api: 'ask',
    ending: { error: 12, errorMessage: '网络出错' },
    becomes: { code: 'network-lost', retry: 'same-form' },
  },
  { api: 'ask', ending: { error: 13 }, becomes: { code: 'network-lost', retry: 'same-form' } },
  { api: 'ask', ending: { error: 19 }, becomes: { code: 'network-lost', retry: 'same-form' } },
  {
    api: 'ask',
    ending: { error: 19, status: 403, data: { code: 'x' } },
    becomes: { status: 403, body: '{"code":"x"}' },
  },
  { api: 'ask', ending: {}, becomes: { code: 'network-lost', retry: 'same-form' } },
  { api: 'sendForm', ending: { error: 4 }, becomes: { code: 'domain-forbidden', retry: 'never' } },
  { api: 'sendForm', ending: { error: 9 }, becomes: { code: 'upload-aborted', retry: 'never' } },
  {
    api: 'sendForm',
    ending: { error: 11, errorMessage: '文件不存在。' },
    becomes: { code: 'file-unreadable', retry: 'never' },
  },
  {
    api: 'sendForm',
    ending: { error: 12, errorMessage: 'java.io.FileNotFoundException:File is not a normal file.' },
    becomes: { code: 'file-unreadable', retry: 'never' },
  },
  { api: 'sendForm', ending: { error: 12 }, becomes: { code: 'network-lost', retry: 'same-form' } },
  {
    api: 'sendForm',
    ending: { error: 13, statusCode: '409', data: '<Error/>' },
    becomes: { status: 409, body: '<Error/>' },
  },
]

test.each(failures)('$api that fails with $ending becomes $becomes', async ({ api, ending, becomes }) => {
  const { transport } = myThatEnds('fail', ending)
  const answer =
    api === 'ask' ? transport.ask({ ...ASK, body: '{}' }) : transport.sendForm(FORM, FILE, { signal, onSent })
  expect(await outcome(answer)).toEqual(becomes)
})

test('what is cancelled stops at once, though Alipay says nothing of it', async () => {
  const stop = new AbortController()
  const abort = vi.fn()
  const task = { abort }
  const transport = alipayTransport({ request: () => task, uploadFile: () => task })
  const answer = transport.sendForm(FORM, FILE, { signal: stop.signal, onSent })
  stop.abort()
  await expect(answer).rejects.toMatchObject({ code: 'upload-aborted' })
  expect(abort).toHaveBeenCalledOnce()
  await expect(transport.ask({ ...ASK, signal: stop.signal })).rejects.toMatchObject({ code: 'upload-aborted' })
})

/** `my` over what really sends: other names, a status as text, and refusals that are failures. */
function fakeMy(fake: ReturnType<typeof fakeWx>): AlipayMiniProgram {
  return {
    request: ({ url, method, headers, data, dataType, timeout, success, fail }) =>
      fake.wx.request({
        url,
        method,
        header: headers,
        ...(data !== undefined && { data: JSON.stringify(data) }),
        dataType,
        timeout,
        success({ statusCode, header, data: body }) {
          const answer = { status: Number(statusCode), data: body, ...(header && { headers: header }) }
          if (answer.status < 400) success(answer)
          else fail({ error: 19, errorMessage: 'http status error', ...answer })
        },
        fail: () => fail({ error: 12 }),
      }),
    uploadFile: ({ url, filePath, fileName, formData, timeout, success, fail }) =>
      fake.wx.uploadFile({
        url,
        filePath,
        name: fileName,
        formData,
        timeout,
        success: ({ statusCode, data }) => success({ statusCode: `${statusCode}`, data, header: {} }),
        fail: () => fail({ error: 12 }),
      }),
  }
}

test('an Alipay mini-program uploads a file, and reads the refusal of another', async () => {
  const site = await openAppSite({ route: { types: ['image/*'] } })
  const doors = await loadDoors()
  const fake = fakeWx()
  fake.domains.request.push(site.issuerUrl)
  fake.domains.uploadFile.push(site.storeUrl)
  fake.files.set('https://resource/1.png', Buffer.from('abc'))
  const transport = doors.alipayTransport(fakeMy(fake))
  const uploader = doors.createUploader<string, LocalFile>({ endpoint: site.issuerUrl, transport })
  const file = { name: '图.png', size: 3, type: 'image/png', path: 'https://resource/1.png' }
  const object = await uploader.upload(file).done
  expect(Buffer.from(await site.read(object.key)).toString()).toBe('abc')
  await expect(uploader.upload({ ...file, type: 'video/mp4' }).done).rejects.toMatchObject({ code: 'type-not-allowed' })
})

import { expect, test } from 'vitest'
import { PosternError } from '../base/errors.ts'
import { requestForm, requestSignature } from './request-form.ts'

const file = { name: '照片 "1".png', size: 3, type: 'image/png' }
const form = {
  method: 'POST',
  url: 'https://photos.oss-cn-hangzhou.aliyuncs.com/',
  fields: { key: 'user/a.png', policy: 'e30=' },
  key: 'user/a.png',
  expiresAt: '2026-11-24T12:00:00.000Z',
  maxSize: 10,
}
const policy = { expiration: form.expiresAt, conditions: [['starts-with', '$key', 'user/']] }
const v1 = {
  policy: btoa(JSON.stringify(policy)),
  ossAccessKeyId: 'LTAI',
  signature: 'c2ln',
  host: 'https://photos.oss-cn-hangzhou.aliyuncs.com',
  dir: 'user/',
}

/** A `fetch` that gives one answer and remembers what it was asked. */
function fetchOf(status: number, body: unknown) {
  const asked: Request[] = []
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const fetch = (url: URL | RequestInfo, init?: RequestInit) => {
    asked.push(new Request(url, init))
    return Promise.resolve(new Response(text, { status }))
  }
  return { asked, fetch }
}

async function refusalOf(result: Promise<unknown>): Promise<PosternError> {
  const error = await result.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof PosternError) return error
  throw new Error('There was no refusal.', { cause: error })
}

test.each(['http://app.example', 'http://app.example/'])(
  'the issuer %s is told the file and answers a form',
  async (issuer) => {
    const { asked, fetch } = fetchOf(201, form)
    expect(await requestForm(issuer, file, { route: 'photos', fetch })).toEqual(form)
    expect(asked[0]).toMatchObject({ method: 'POST', url: 'http://app.example/uploads' })
    expect(await asked[0]?.json()).toEqual({ route: 'photos', filename: file.name, size: 3, type: 'image/png' })
  },
)

test('without a route the issuer uses its default', async () => {
  const { asked, fetch } = fetchOf(200, form)
  await requestForm('http://app.example', file, { fetch })
  expect(await asked[0]?.json()).not.toHaveProperty('route')
})

test('an issuer that answers as the samples do is asked their way', async () => {
  const { asked, fetch } = fetchOf(200, v1)
  const { url, fields } = await requestSignature('http://app.example', file, { route: 'a&b', fetch })
  expect(asked[0]?.url).toBe('http://app.example/get_post_signature_for_oss_upload?route=a%26b')
  expect(url).toBe('https://photos.oss-cn-hangzhou.aliyuncs.com/')
  expect(fields['key']).toBe(`user/${file.name}`)
})

test('a problem comes back as the error that the issuer threw', async () => {
  const problem = {
    type: 'https://postern.example/errors#file-too-large',
    title: 'The file is too large',
    status: 400,
    detail: 'Your proposed upload exceeds the maximum allowed size. Choose a file of at most 10 bytes.',
    code: 'file-too-large',
    MaxSizeAllowed: '10',
  }
  const error = await refusalOf(requestForm('http://app.example', file, { fetch: fetchOf(400, problem).fetch }))
  expect(error).toMatchObject({ code: 'file-too-large', message: problem.detail, facts: { MaxSizeAllowed: '10' } })
  expect(error.detail).toBe('Choose a file of at most 10 bytes.')
})

const strangers: { status: number; body: unknown; says: RegExp }[] = [
  { status: 401, body: { detail: 'Sign in first.' }, says: /^Sign in first\.$/ },
  { status: 403, body: { code: 'constructor', title: 'No.' }, says: /^No\.$/ },
  { status: 404, body: '<h1>Not found</h1>', says: /status 404.*Is it an issuer's address\?$/ },
  { status: 200, body: '<h1>Welcome</h1>', says: /status 200.*Is it an issuer's address\?$/ },
  { status: 500, body: [null], says: /status 500/ },
  { status: 500, body: { code: 'file-too-large', detail: 7 }, says: /status 500/ },
]

test.each(strangers)('$status with $body is issuer-refused', async ({ status, body, says }) => {
  const error = await refusalOf(requestForm('http://app.example', file, { fetch: fetchOf(status, body).fetch }))
  expect(error.code).toBe('issuer-refused')
  expect(error.message).toMatch(says)
})

test.each([7, [], { ...form, url: 7 }, { ...form, fields: { key: 1 } }])('%j is no form', async (body) => {
  await expect(requestForm('http://app.example', file, { fetch: fetchOf(200, body).fetch })).rejects.toThrow(
    PosternError,
  )
})

test('an issuer that cannot be reached is network-lost', async () => {
  const fetch = () => Promise.reject(new TypeError('Failed to fetch'))
  const error = await refusalOf(requestForm('http://app.example', file, { fetch }))
  expect(error).toMatchObject({ code: 'network-lost', message: /^The issuer at http:\/\/app\.example/ })
})

test('a cancelled request is upload-aborted', async () => {
  const signal = AbortSignal.abort()
  const fetch: typeof globalThis.fetch = async (_, init) => {
    init?.signal?.throwIfAborted()
    return new Response()
  }
  expect((await refusalOf(requestForm('http://app.example', file, { fetch, signal }))).code).toBe('upload-aborted')
})

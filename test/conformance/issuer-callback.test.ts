import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { parseUploadForm, type UploadForm } from '../../src/form/upload-form.ts'
import { formFromAnswer } from '../../src/form/vendor-answer.ts'
import { listen } from '../../src/http/listen.ts'
import type { HttpServer } from '../../src/http/server.ts'
import type { CompletedUpload } from '../../src/issuer/completion/completion.ts'
import { createIssuer } from '../../src/issuer/create-issuer.ts'
import type { Handler } from '../../src/issuer/handler.ts'
import type { AnswerShape } from '../../src/issuer/signature-answer.ts'
import { oss } from '../../src/issuer/storage/oss.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { BUCKET, CREDENTIAL, REGION, send, type TestFile } from './issuer-store.ts'

// Issuer → form → store → callback → issuer → application, and its answer back to the browser; all over sockets.

const PNG: TestFile = { name: '猫.png', type: 'image/png', content: 'a picture' }

let store: Store
let storeServer: HttpServer
let issuerServer: HttpServer
let issuer: Handler
let heard: CompletedUpload[] = []
let answer: (upload: CompletedUpload) => unknown

beforeAll(async () => {
  const callbacks = { allow: ['loopback'] }
  store = await openStore({ buckets: [BUCKET], credentials: [CREDENTIAL], region: REGION, callbacks })
  storeServer = await store.listen()
  issuerServer = await listen((request, peer) => issuer(request, peer))
})
afterAll(async () => {
  await issuerServer.close()
  await storeServer.close()
  await store.close()
})
beforeEach(() => {
  heard = []
  answer = ({ key }) => ({ shown: key })
  issuer = issuerFor('oss-v4')
})

function issuerFor(scheme: 'oss-v4' | 'oss-v1', shape?: AnswerShape): Handler {
  return createIssuer({
    storage: oss({ bucket: BUCKET, endpoint: storeServer.url, region: REGION, credential: CREDENTIAL, scheme }),
    routes: { default: { variables: { album: 'summer' }, ...(shape && { answer: shape }) } },
    authorize: 'public',
    callback: { url: `${issuerServer.url}/callback?from=store`, keyUrls: [store.callbackKeyUrl()] },
    onUploaded: (upload) => {
      heard.push(upload)
      return answer(upload)
    },
    onError: () => undefined,
  })
}

async function postJson(path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return await fetch(`${issuerServer.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

async function ask(file: TestFile): Promise<UploadForm> {
  const response = await postJson('/uploads', { filename: file.name, size: file.content.length, type: file.type })
  return parseUploadForm(await response.json())
}

test.each(['oss-v4', 'oss-v1'] as const)(
  "%s: the browser that sends a file gets the application's answer",
  async (scheme) => {
    issuer = issuerFor(scheme)
    const form = await ask(PNG)
    expect(await send(form, PNG)).toMatchObject({ status: 200, text: JSON.stringify({ shown: form.key }) })
    expect(heard).toEqual([
      {
        id: expect.any(String),
        route: 'default',
        bucket: BUCKET,
        key: form.key,
        size: PNG.content.length,
        type: PNG.type,
        etag: expect.stringMatching(/^[0-9A-F]{32}$/),
        user: 'anybody',
        variables: { album: 'summer' },
      },
    ])
    const again = await postJson('/uploads/complete', { token: form.token ?? '' })
    expect(await again.json()).toMatchObject({ key: form.key, answer: { shown: form.key } })
    expect(heard).toHaveLength(1)
  },
)

const shapes: { shape: AnswerShape; scheme: 'oss-v4' | 'oss-v1' }[] = [
  { shape: 'v4', scheme: 'oss-v4' },
  { shape: 'v1', scheme: 'oss-v1' },
  { shape: 'v1-expire', scheme: 'oss-v1' },
  { shape: 'accessid', scheme: 'oss-v1' },
]

test.each(shapes)(
  "$shape: a front end that exists gets the application's answer, for each file it sends",
  async ({ shape, scheme }) => {
    issuer = issuerFor(scheme, shape)
    const response = await fetch(`${issuerServer.url}/get_post_signature_for_oss_upload`)
    const parts = await response.json()
    for (const name of ['猫 & +.png', 'b.png']) {
      const form = formFromAnswer(parts, { name })
      const text = JSON.stringify({ shown: `${parts.dir}${name}` })
      expect(await send(form, { ...PNG, name })).toMatchObject({ status: 200, text })
    }
    expect(heard).toHaveLength(2)
  },
)

test('a form whose callback or token somebody changed, or left out, is refused', async () => {
  const [form, other] = [await ask(PNG), await ask(PNG)]
  const callback = Buffer.from(JSON.stringify({ callbackUrl: 'http://127.0.0.1:1/', callbackBody: 'a' })).toString(
    'base64',
  )
  expect(await send(form, PNG, { callback })).toMatchObject({ status: 403 })
  expect(await send(form, PNG, { 'x:token': other.token ?? '' })).toMatchObject({ status: 403 })
  for (const name of ['callback', 'x:token']) {
    const { [name]: _, ...fields } = form.fields
    expect(await send({ ...form, fields }, PNG)).toMatchObject({ status: 403 })
  }
  expect(heard).toEqual([])
})

test('a file of another size than was announced is stored, and the application does not hear of it', async () => {
  const form = await ask(PNG)
  expect(await send(form, { ...PNG, content: 'another picture' })).toMatchObject({
    status: 203,
    code: 'CallbackFailed',
  })
  expect(heard).toEqual([])
})

test('an application that fails leaves the file stored; reported again, it is asked again', async () => {
  answer = () => {
    throw new Error('the database is away')
  }
  const form = await ask(PNG)
  const verdict = await send(form, PNG)
  expect(verdict).toMatchObject({ status: 203, code: 'CallbackFailed' })
  expect(verdict.text).toContain('Error status : 500.')
  answer = () => ({ ok: true })
  const completed = await postJson('/uploads/complete', { token: form.token ?? '' })
  expect({ status: completed.status, body: await completed.json() }).toMatchObject({
    status: 200,
    body: { key: form.key, answer: { ok: true } },
  })
})

test('a storage whose key is not trusted is not believed', async () => {
  const { callbackKeyUrl } = store
  issuer = createIssuer({
    storage: oss({ bucket: BUCKET, endpoint: storeServer.url, region: REGION, credential: CREDENTIAL }),
    authorize: 'public',
    callback: { url: `${issuerServer.url}/callback`, keyUrls: [`${callbackKeyUrl()}.other`] },
    onUploaded: (upload) => heard.push(upload),
  })
  const verdict = await send(await ask(PNG), PNG)
  expect(verdict).toMatchObject({ status: 203, text: expect.stringContaining('Error status : 403.') })
  expect(heard).toEqual([])
})

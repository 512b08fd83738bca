import { Readable } from 'node:stream'
import OSS from 'ali-oss'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { application, encoded, variable } from '../../../src/store/callback/application.fixture.ts'
import { openStore, type Store } from '../../../src/store/open-store.ts'
import { aliOssForm, calculatePostSignature, signPostObjectPolicyV4 } from './ali-oss-form.ts'
import { BUCKET, CREDENTIAL, REGION } from './ground.ts'
import { contentOf, freshKey } from './steps.ts'

/** ali-oss's uploads with a callback, in each of the ways that it has. docs/spec/callback.md */

const PART = 100 * 1024
const BODY = [...['object', 'size', 'etag', 'operation', 'mimeType'], 'x:who']
  .map((name) => `${name}=${variable(name)}`)
  .join('&')

let store: Store
let endpoint: string
beforeAll(async () => {
  vi.spyOn(console, 'warn').mockReturnValue() // ali-oss would like to refresh its token
  store = await openStore({
    buckets: [BUCKET],
    credentials: [CREDENTIAL],
    region: REGION,
    callbacks: { allow: ['loopback'] },
  })
  endpoint = (await store.listen()).url
})
afterAll(async () => {
  vi.restoreAllMocks()
  await store?.close()
})

for (const version of ['V1', 'V4'] as const) {
  test(`${version}: put, of bytes and of a stream`, async () => {
    const app = await application()
    const [one, other] = [freshKey(), freshKey()]
    const put = await connect(version).put(one, Buffer.from('hello'), {
      callback: callbackTo(app.url),
      mime: 'text/plain',
    })
    expect(put).toMatchObject({ data: { Status: 'OK' }, res: { status: 200 } })
    const stream = await connect(version).putStream(other, Readable.from([Buffer.from('hello')]), {
      callback: callbackTo(app.url),
    })
    expect(stream).toMatchObject({ data: { Status: 'OK' } })
    expect(app.received.map(({ text }) => [...new URLSearchParams(text)].slice(0, 2))).toEqual(
      [one, other].map((key) => [
        ['object', key],
        ['size', '5'],
      ]),
    )
    expect(app.received[0]?.text).toContain('operation=PutObject&mimeType=text%2Fplain&x:who=li%20and%20wang')
  })

  test(`${version}: multipartUpload, with the option and with headers, which go with every step`, async () => {
    const app = await application()
    const json = { callbackUrl: app.url, callbackBody: BODY }
    const content = Buffer.from(contentOf(2 * PART + 1))
    for (const how of [{ callback: callbackTo(app.url) }, { headers: { 'x-oss-callback': encoded(json) } }]) {
      const uploaded = await connect(version).multipartUpload(freshKey(), content, { partSize: PART, ...how })
      expect(uploaded).toMatchObject({ data: { Status: 'OK' }, etag: expect.stringMatching(/-3"$/) })
    }
    expect(app.received).toHaveLength(2)
    for (const { text } of app.received)
      expect(text).toMatch(/size=204801&etag=[0-9A-F]{32}-3&operation=CompleteMultipartUpload/)
  })

  test(`${version}: a form of its policy`, async () => {
    const app = await application()
    const client = connect(version)
    const sign = version === 'V1' ? calculatePostSignature(client) : signPostObjectPolicyV4(client)
    const key = freshKey()
    const fields = await aliOssForm(sign, version, CREDENTIAL, key)
    const form = new FormData()
    const callback = encoded({ callbackUrl: app.url, callbackBody: BODY })
    for (const [name, value] of Object.entries({ ...fields, callback, 'x:who': 'li' })) form.append(name, value)
    form.append('file', new Blob(['hello'], { type: 'text/plain' }))
    const answer = await fetch(`${endpoint}/${BUCKET}/`, { method: 'POST', body: form })
    expect({ status: answer.status, json: await answer.json() }).toEqual({ status: 200, json: { Status: 'OK' } })
    const told = Object.fromEntries(new URLSearchParams(app.received[0]?.text))
    expect(told).toMatchObject({
      object: key,
      size: '5',
      operation: 'PostObject',
      mimeType: 'text/plain',
      'x:who': 'li',
    })
  })

  test(`${version}: a callback that fails is an error of the upload, whose object is there`, async () => {
    const app = await application((response) => response.writeHead(500).end())
    const client = connect(version)
    const [one, other] = [freshKey(), freshKey()]
    const failed = { status: 203, code: 'CallbackFailed' }
    const options = { callback: callbackTo(app.url) }
    await expect(client.put(one, Buffer.from('hello'), options)).rejects.toMatchObject(failed)
    const content = Buffer.from(contentOf(PART + 1))
    await expect(client.multipartUpload(other, content, { partSize: PART, ...options })).rejects.toMatchObject(failed)
    expect((await client.get(one)).content.toString()).toBe('hello')
    expect((await client.get(other)).content.equals(content)).toBe(true)
  })

  test(`${version}: an address that may not be called is refused before the upload`, async () => {
    const client = connect(version)
    const key = freshKey()
    const refused = {
      status: 400,
      code: 'InvalidArgument',
      message: expect.stringMatching(/^Private address is forbidden to callback\./),
    }
    await expect(
      client.put(key, Buffer.from('hello'), { callback: callbackTo('http://10.0.0.1/') }),
    ).rejects.toMatchObject(refused)
    await expect(client.head(key)).rejects.toMatchObject({ status: 404 })
  })
}

function callbackTo(url: string) {
  return { url, body: BODY, contentType: 'application/x-www-form-urlencoded', customValue: { who: 'li and wang' } }
}

function connect(version: 'V1' | 'V4'): OSS {
  const { accessKeyId, accessKeySecret } = CREDENTIAL
  const authorizationV4 = version === 'V4'
  return new OSS({
    accessKeyId,
    accessKeySecret,
    bucket: BUCKET,
    region: `oss-${REGION}`,
    endpoint,
    authorizationV4,
    sldEnable: true,
  })
}

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { UploadForm } from '../../src/form/upload-form.ts'
import { formFromAnswer } from '../../src/form/vendor-answer.ts'
import { createPresetIssuer, type PresetName, type PresetOptions } from '../../src/issuer/presets.ts'
import { BUCKET, CREDENTIAL, openTestStore, send, type TestFile, type TestStore } from './issuer-store.ts'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(() => {
  store.clock.ahead = 0
})
afterAll(() => store.close())

const PNG: TestFile = { name: '猫 "1".png', type: 'image/png', content: 'x'.repeat(2000) }

async function answerOf(name: PresetName, options: Partial<PresetOptions> = {}): Promise<unknown> {
  const issuer = createPresetIssuer(name, {
    credential: CREDENTIAL,
    bucket: BUCKET,
    endpoint: 'oss-cn-hangzhou.aliyuncs.com',
    hostUrl: store.bucketUrl,
    now: store.now,
    ...options,
  })
  const response = await issuer(new Request('http://app.local/get_post_signature_for_oss_upload'))
  return await response.json()
}

async function formOf(name: PresetName, file: TestFile, options: Partial<PresetOptions> = {}): Promise<UploadForm> {
  return formFromAnswer(await answerOf(name, options), file)
}

const PRESETS: { name: PresetName; dir: string; seconds: number }[] = [
  { name: 'python', dir: 'user-dir-prefix/', seconds: 3600 },
  { name: 'java', dir: 'user-dir-prefix/', seconds: 3600 },
  { name: 'go', dir: 'user-dir-prefix/', seconds: 3600 },
  { name: 'php', dir: 'user-dir-prefix/', seconds: 30 },
  { name: 'nodejs', dir: 'prefix/', seconds: 3600 },
  { name: 'ruby', dir: 'user-dir-prefix/', seconds: 30 },
  { name: 'csharp', dir: 'user-dir-prefix/', seconds: 3600 },
]

test.each(PRESETS)('$name: a file that its front end sends is accepted', async ({ name, dir }) => {
  const file = { ...PNG, name: `${name}-${PNG.name}` }
  expect(await send(await formOf(name, file), file)).toMatchObject({ status: 200 })
  const kept = await store.read(`${dir}${file.name}`)
  expect(await kept?.text()).toBe(file.content)
  expect(kept?.headers.get('content-type')).toBe('image/png')
})

test.each(PRESETS)('$name: a form is refused once its $seconds seconds are over', async ({ name, seconds }) => {
  const form = await formOf(name, PNG)
  store.clock.ahead = seconds * 1000 + 1000
  expect(await send(form, PNG)).toMatchObject({
    status: 403,
    code: 'AccessDenied',
    text: expect.stringMatching(/expired/),
  })
})

test.each(PRESETS)('$name: another secret signs nothing', async ({ name }) => {
  const form = await formOf(name, PNG, { credential: { ...CREDENTIAL, accessKeySecret: 'wrong' } })
  expect(await send(form, PNG)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' })
})

test.each(['python', 'java', 'go', 'php', 'ruby'] as const)(
  '%s: a key outside of its folder is refused',
  async (name) => {
    const verdict = await send(await formOf(name, PNG), PNG, { key: `other/${PNG.name}` })
    expect(verdict).toMatchObject({ status: 403, code: 'AccessDenied' })
    expect(verdict.text).toContain('user-dir-prefix/')
  },
)

test.each(['nodejs', 'csharp'] as const)('%s: its sample pins no folder, and neither does it', async (name) => {
  expect(await send(await formOf(name, PNG), PNG, { key: `other/${name}.png` })).toMatchObject({ status: 200 })
})

test('nodejs: the form is good for its own bucket alone', async () => {
  const verdict = await send(await formOf('nodejs', PNG), PNG, {}, store.otherBucketUrl)
  expect(verdict).toMatchObject({ status: 403, code: 'AccessDenied', text: expect.stringContaining('$bucket') })
})

const sizes: { name: PresetName; bytes: number; status: number; code: string | undefined }[] = [
  { name: 'python', bytes: 0, status: 400, code: 'EntityTooSmall' },
  { name: 'python', bytes: 1, status: 200, code: undefined },
  { name: 'python', bytes: 1_000_000, status: 200, code: undefined },
  { name: 'python', bytes: 1_000_001, status: 400, code: 'EntityTooLarge' },
  { name: 'go', bytes: 1023, status: 400, code: 'EntityTooSmall' },
  { name: 'go', bytes: 1024, status: 200, code: undefined },
  { name: 'go', bytes: 10_485_760, status: 200, code: undefined },
  { name: 'go', bytes: 10_485_761, status: 400, code: 'EntityTooLarge' },
  { name: 'java', bytes: 0, status: 200, code: undefined },
  { name: 'ruby', bytes: 0, status: 200, code: undefined },
]

test.each(sizes)('$name: $bytes bytes → $status', async ({ name, bytes, status, code }) => {
  const file = { ...PNG, name: `${name}-${bytes}.png`, content: 'x'.repeat(bytes) }
  expect(await send(await formOf(name, file), file)).toMatchObject({ status, code })
})

const types: { type: string; status: number }[] = [
  { type: 'image/png', status: 200 },
  { type: 'image/jpeg', status: 403 }, // the sample allows image/jpg, which no browser says
  { type: 'text/html', status: 403 },
]

test.each(types)('python: a file of $type → $status', async ({ type, status }) => {
  expect(await send(await formOf('python', PNG), { ...PNG, type })).toMatchObject({ status })
})

test('python: a form without success_action_status is refused', async () => {
  const form = await formOf('python', PNG)
  const { success_action_status: _, ...fields } = form.fields
  expect(await send({ ...form, fields }, PNG)).toMatchObject({ status: 403, code: 'AccessDenied' })
})

test('csharp: its sample’s own front end looks for other names than it answers, and would send none of them', async () => {
  const answer = await answerOf('csharp')
  expect(answer).not.toHaveProperty('policy')
  expect(answer).not.toHaveProperty('ossAccessKeyId')
  expect(answer).toHaveProperty('Policy')
})

test('csharp: its host names no scheme, so that a front end must put one before it', async () => {
  const { hostname } = new URL(store.bucketUrl)
  expect(await answerOf('csharp', { hostUrl: store.bucketUrl })).toMatchObject({
    Host: expect.stringContaining(`http://${hostname}`),
  })
  const form = formFromAnswer({ ...Object(await answerOf('csharp')), Host: 'photos.oss-cn-hangzhou.aliyuncs.com' }, PNG)
  expect(form.url).toBe('https://photos.oss-cn-hangzhou.aliyuncs.com/')
})

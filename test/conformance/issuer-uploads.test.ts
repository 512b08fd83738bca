import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { checkForm } from '../../src/form/check-form.ts'
import { parseUploadForm, type UploadForm } from '../../src/form/upload-form.ts'
import { formFromAnswer } from '../../src/form/vendor-answer.ts'
import { createIssuer } from '../../src/issuer/create-issuer.ts'
import type { Handler } from '../../src/issuer/handler.ts'
import type { Route } from '../../src/issuer/route.ts'
import type { AnswerShape } from '../../src/issuer/signature-answer.ts'
import { oss } from '../../src/issuer/storage/oss.ts'
import { s3 } from '../../src/issuer/storage/s3.ts'
import type { Storage } from '../../src/issuer/storage/storage.ts'
import type { Scheme } from '../../src/sign/signer.ts'
import { BUCKET, CREDENTIAL, openTestStore, REGION, send, type TestFile, type TestStore } from './issuer-store.ts'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(() => {
  store.clock.ahead = 0
})
afterAll(() => store.close())

const PNG: TestFile = { name: '../猫.png', type: 'image/png', content: 'a picture' }

function storageOf(scheme: Scheme): Storage {
  const place = { bucket: BUCKET, url: store.bucketUrl, region: REGION, credential: CREDENTIAL }
  return scheme === 'oss-v1' || scheme === 'oss-v4'
    ? oss({ ...place, scheme })
    : s3({ ...place, scheme, endpoint: new URL(store.bucketUrl).origin })
}

function issuerWith(route: Route = {}, scheme: Scheme = 'oss-v4'): Handler {
  return createIssuer({
    storage: storageOf(scheme),
    routes: { default: route },
    authorize: 'public',
    now: store.now,
  })
}

async function ask(file: TestFile, issuer = issuerWith(), more: object = {}): Promise<UploadForm> {
  const body = JSON.stringify({ filename: file.name, size: file.content.length, type: file.type, ...more })
  const headers = { 'content-type': 'application/json' }
  const response = await issuer(new Request('http://app.local/uploads', { method: 'POST', headers, body }))
  return parseUploadForm(await response.json())
}

const schemes: readonly Scheme[] = ['oss-v4', 'oss-v1', 's3-v4', 's3-v2']

test.each(schemes)('a form of %s is accepted with the file it was made for', async (scheme) => {
  const form = await ask(PNG, issuerWith({}, scheme), { meta: { album: 'summer' } })
  expect(checkForm(form, { ...PNG, size: PNG.content.length }, store.now())).toEqual([])
  expect(await send(form, PNG)).toMatchObject({ status: 200 })
  const kept = await store.read(form.key ?? '')
  expect(await kept?.text()).toBe(PNG.content)
  expect(kept?.headers.get('content-type')).toBe('image/png')
  expect(kept?.headers.get('x-oss-meta-album')).toBe('summer')
})

test('a form makes one object: a second time it is refused, and the first object stays', async () => {
  const form = await ask(PNG)
  expect(await send(form, PNG)).toMatchObject({ status: 200 })
  expect(await send(form, { ...PNG, content: 'other' })).toMatchObject({ status: 409, code: 'FileAlreadyExists' })
  expect(await (await store.read(form.key ?? ''))?.text()).toBe(PNG.content)
})

const changes: { what: string; change: Record<string, string> }[] = [
  { what: 'key', change: { key: 'uploads/mine.png' } },
  { what: 'leave to overwrite', change: { 'x-oss-forbid-overwrite': 'false' } },
  { what: 'type', change: { 'Content-Type': 'text/html' } },
  { what: 'type in the other field', change: { 'x-oss-content-type': 'text/html' } },
  { what: 'status', change: { success_action_status: '204' } },
  { what: 'metadata', change: { 'x-oss-meta-album': 'winter' } },
  { what: 'date', change: { 'x-oss-date': '20200101T000000Z' } },
]

test.each(changes)('a form with another $what is refused', async ({ change }) => {
  const form = await ask(PNG, issuerWith(), { meta: { album: 'summer' } })
  const { status } = await send(form, { ...PNG, type: change['Content-Type'] ?? PNG.type }, change)
  expect([400, 403]).toContain(status)
  expect(await store.read(form.key ?? '')).toBeUndefined()
})

test('a file that is not of the type it was said to be is refused', async () => {
  const verdict = await send(await ask(PNG), { ...PNG, type: 'text/html' })
  expect(verdict).toMatchObject({ status: 403, code: 'AccessDenied', text: expect.stringContaining('text/html') })
})

test('a file that is not of the size it was said to be is refused where the route ends', async () => {
  const form = await ask(PNG, issuerWith({ minSize: 2, maxSize: 10 }))
  expect(await send(form, { ...PNG, content: 'x'.repeat(11) })).toMatchObject({ status: 400, code: 'EntityTooLarge' })
  expect(await send(form, { ...PNG, content: 'x' })).toMatchObject({ status: 400, code: 'EntityTooSmall' })
  expect(await send(form, { ...PNG, content: 'x'.repeat(10) })).toMatchObject({ status: 200 })
})

test('a form is good for its bucket alone', async () => {
  expect(await send(await ask(PNG), PNG, {}, store.otherBucketUrl)).toMatchObject({ status: 403, code: 'AccessDenied' })
})

test('a form is refused once its 10 minutes are over', async () => {
  const form = await ask(PNG)
  store.clock.ahead = 600_000
  expect(await send(form, PNG)).toMatchObject({ status: 403, code: 'AccessDenied' })
})

const shapes: { answer: AnswerShape; scheme: Scheme }[] = [
  { answer: 'v4', scheme: 'oss-v4' },
  { answer: 'v1', scheme: 'oss-v1' },
  { answer: 'v1-expire', scheme: 'oss-v1' },
  { answer: 'accessid', scheme: 'oss-v1' },
  { answer: 'pascal', scheme: 'oss-v1' },
]

async function vendorForm(issuer: Handler, file: TestFile): Promise<UploadForm> {
  const response = await issuer(new Request('http://app.local/get_post_signature_for_oss_upload'))
  return formFromAnswer(await response.json(), file)
}

test.each(shapes)('$answer: a front end that writes the key itself is accepted in its own folder', async (shape) => {
  const file = { ...PNG, name: '猫.png' }
  const form = await vendorForm(issuerWith({ answer: shape.answer }, shape.scheme), file)
  expect(await send(form, file)).toMatchObject({ status: 200 })
  expect(await (await store.read(form.fields['key'] ?? ''))?.text()).toBe(file.content)
})

test.each(shapes)('$answer: another folder, type, size, bucket or status is refused', async (shape) => {
  const issuer = issuerWith({ answer: shape.answer, maxSize: 100 }, shape.scheme)
  const form = await vendorForm(issuer, PNG)
  const other = await vendorForm(issuer, PNG)
  expect(await send(form, PNG, { key: other.fields['key'] ?? '' })).toMatchObject({ status: 403 })
  expect(await send(form, PNG, { success_action_status: '201' })).toMatchObject({ status: 403 })
  expect(await send(form, PNG, { 'x-oss-content-type': 'text/html' })).toMatchObject({ status: 403 })
  expect(await send(form, { ...PNG, type: 'text/html' })).toMatchObject({ status: 403 })
  expect(await send(form, { ...PNG, type: 'text/html;charset=utf-8' })).toMatchObject({ status: 403 })
  expect(await send(form, { ...PNG, type: 'image/svg+xml' })).toMatchObject({ status: 403 })
  expect(await send(form, { ...PNG, content: 'x'.repeat(101) })).toMatchObject({ status: 400, code: 'EntityTooLarge' })
  expect(await send(form, PNG, {}, store.otherBucketUrl)).toMatchObject({ status: 403 })
})

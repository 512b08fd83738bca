import { randomBytes } from 'node:crypto'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { CompletedUpload } from '../../src/issuer/completion/completion.ts'
import type { Handler } from '../../src/issuer/handler.ts'
import { ask, openRgwBucket, type RgwBucket, verdict } from './rgw.ts'

const MIB = 1024 * 1024
let rgw: RgwBucket
let reported: CompletedUpload[]
let issuer: Handler

beforeAll(async () => {
  rgw = await openRgwBucket()
})
beforeEach(() => {
  reported = []
  issuer = rgw.issuer({
    routes: { default: { maxSize: 100 * MIB } },
    onUploaded: (upload) => {
      reported.push(upload)
      return { number: reported.length }
    },
  })
})

const file = (size: number) => ({ filename: 'film.bin', size, type: 'application/octet-stream' })

async function sendParts(token: string, content: Buffer, partNumbers: readonly number[]) {
  const { answer } = await ask(issuer, '/uploads/multipart/parts', { token, partNumbers })
  const answers = []
  for (const { url, headers, start, size } of answer.parts)
    answers.push(
      await verdict(
        fetch(url, { method: 'PUT', headers, body: new Uint8Array(content.subarray(start, start + size)) }),
      ),
    )
  return answers
}

test('a file goes to Ceph RGW in parts, which the issuer lists and puts together, and is reported once', async () => {
  const content = randomBytes(20 * MIB)
  const { answer: begun } = await ask(issuer, '/uploads/multipart', {
    ...file(content.length),
    meta: { album: 'summer' },
  })
  const numbers = Array.from({ length: begun.parts }, (_, index) => index + 1)
  expect(numbers.length).toBeGreaterThan(1)
  for (const answer of await sendParts(begun.token, content, numbers)) expect(answer.status).toBe(200)

  const { answer: listed } = await ask(issuer, '/uploads/multipart/list', { token: begun.token })
  expect(listed.parts.map(({ partNumber }: { partNumber: number }) => partNumber)).toEqual(numbers)
  for (const _ of ['once', 'and again']) {
    const completed = await ask(issuer, '/uploads/multipart/complete', { token: begun.token })
    expect(completed).toEqual({ status: 200, answer: { number: 1 } })
  }
  expect(reported).toHaveLength(1)
  expect(reported[0]).toMatchObject({ key: begun.key, size: content.length })
  const kept = await rgw.read(begun.key)
  expect(kept.body.equals(content)).toBe(true)
  expect(kept.headers.get('x-amz-meta-album')).toBe('summer')
})

test('an upload in parts that lacks one is not put together', async () => {
  const content = randomBytes(20 * MIB)
  const { answer: begun } = await ask(issuer, '/uploads/multipart', file(content.length))
  await sendParts(begun.token, content, [1])
  expect((await ask(issuer, '/uploads/multipart/complete', { token: begun.token })).status).toBe(409)
  expect(reported).toEqual([])
  expect((await rgw.read(begun.key)).status).toBe(404)
})

test('a part of another length is refused by Ceph RGW', async () => {
  const content = randomBytes(20 * MIB)
  const { answer: begun } = await ask(issuer, '/uploads/multipart', file(content.length))
  const { answer } = await ask(issuer, '/uploads/multipart/parts', { token: begun.token, partNumbers: [1] })
  const [{ url, headers, size }] = answer.parts
  const longer = new Uint8Array(content.subarray(0, size + 1))
  expect((await verdict(fetch(url, { method: 'PUT', headers, body: longer }))).status).toBe(403)
})

test('an upload in parts that is given up leaves nothing', async () => {
  const content = randomBytes(20 * MIB)
  const { answer: begun } = await ask(issuer, '/uploads/multipart', file(content.length))
  await sendParts(begun.token, content, [1])
  expect((await ask(issuer, '/uploads/multipart/abort', { token: begun.token })).status).toBe(200)
  const [late] = await sendParts(begun.token, content, [2]).catch(() => [{ status: 404 }])
  expect(late?.status).toBe(404)
})

test('an engine without forms gets one PUT, and the browser reports it: the issuer looks for itself', async () => {
  const putting = rgw.issuer({
    storage: rgw.storage({ takesForms: false }),
    onUploaded: (upload) => reported.push(upload),
  })
  const { answer: put } = await ask(putting, '/uploads', { ...file(5), type: 'text/plain' })
  expect(put.method).toBe('PUT')
  expect((await ask(putting, '/uploads/complete', { token: put.token })).status).toBe(404)
  expect((await verdict(fetch(put.url, { method: 'PUT', headers: put.headers, body: 'longer' }))).status).toBe(403)
  expect((await verdict(fetch(put.url, { method: 'PUT', headers: put.headers, body: 'hello' }))).status).toBe(200)
  expect((await ask(putting, '/uploads/complete', { token: put.token })).status).toBe(200)
  expect(reported[0]).toMatchObject({ key: put.key, size: 5, type: 'text/plain' })
})

test('a form that was used is reported by the browser, and a token of another is not', async () => {
  const { answer: form } = await ask(issuer, '/uploads', file(5))
  const body = new FormData()
  for (const [name, value] of Object.entries<string>(form.fields)) body.append(name, value)
  body.append('file', new File(['hello'], 'film.bin', { type: 'application/octet-stream' }))
  expect((await verdict(fetch(form.url, { method: 'POST', body }))).status).toBe(200)
  const { answer: other } = await ask(issuer, '/uploads', file(5))
  expect((await ask(issuer, '/uploads/complete', { token: other.token })).status).toBe(404)
  expect(await ask(issuer, '/uploads/complete', { token: form.token })).toEqual({ status: 200, answer: { number: 1 } })
})

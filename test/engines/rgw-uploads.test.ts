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

test('a form that was used is reported by the browser, and a token of another is not', async () => {
  const { answer: form } = await ask(issuer, '/uploads', file(5))
  const body = new FormData()
  for (const [name, value] of Object.entries<string>(form.fields)) body.append(name, value)
  body.append('file', new File(['hello'], 'film.bin', { type: 'application/octet-stream' }))
  expect((await verdict(fetch(form.url, { method: 'POST', body }))).status).toBe(200)
  const { answer: other } = await ask(issuer, '/uploads', file(5))
  expect((await ask(issuer, '/uploads/complete', { token: other.token })).status).toBe(404)
  const completed = await ask(issuer, '/uploads/complete', { token: form.token })
  expect(completed).toMatchObject({ status: 200, answer: { key: form.key, answer: { number: 1 } } })
})

import { expect } from 'vitest'
import { contentOf, expectKept, expectRefused, freshKey, type Steps } from './steps.ts'

const PART = 100 * 1024 // the least that a part may have which is not the last

export const multipart: Steps = async (trial) => {
  for (const steps of [whole, resumed, aborted]) await steps(trial)
}

const whole: Steps = async ({ client, ground }) => {
  const key = freshKey()
  const content = contentOf(2 * PART + 1)
  const properties = { type: 'image/x-test', meta: { author: 'li' } }
  const completed = await client.uploadInParts(key, content, PART, properties)
  expect(completed.status).toBe(200)
  expect(completed.headers['etag']).toMatch(/^"[0-9A-F]{32}-3"$/)
  await expectKept(ground, key, content, completed)
  expect((await ground.kept(key))?.headers).toMatchObject({
    'content-type': 'image/x-test',
    'x-oss-meta-author': 'li',
    'x-oss-object-type': 'Multipart',
  })
}

/** The first part arrives, the second breaks off; whoever resumes finds the first, and nothing of the second. */
const resumed: Steps = async ({ client, ground }) => {
  const key = freshKey()
  const content = contentOf(3 * PART)
  const upload = { key, uploadId: await client.initiate(key) }
  const first = await client.uploadPart(upload, 1, content.subarray(0, PART))
  await ground.breakOffPart(key, upload.uploadId, 2, content.subarray(PART, 2 * PART))
  const done = await client.listParts(upload)
  expect(done).toEqual([first])
  expect(await ground.kept(key)).toBeUndefined()
  expect(await client.listUploads(key)).toEqual([upload.uploadId])
  const completed = await client.resume(upload, content, PART, done)
  await expectKept(ground, key, content, completed)
  expect(await client.listUploads(key)).toEqual([])
}

const aborted: Steps = async ({ client, ground }) => {
  const key = freshKey()
  const upload = { key, uploadId: await client.initiate(key) }
  await client.uploadPart(upload, 1, contentOf(PART))
  expect((await client.abort(upload)).status).toBe(204)
  expect(await client.listUploads(key)).toEqual([])
  await expectRefused(client.listParts(upload), 404, 'NoSuchUpload')
  expect(await ground.kept(key)).toBeUndefined()
}

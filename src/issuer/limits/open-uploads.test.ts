import { expect, test } from 'vitest'
import { memoryOpenUploads, type OpenUpload } from './open-uploads.ts'

function upload(id: string, more: Partial<OpenUpload> = {}): OpenUpload {
  return { id, subject: 'user:eva', bytes: 1, bytesName: 'today', isOnce: true, expires: 100, keptUntil: 1000, ...more }
}

test('an upload that counts as open no longer can still be reported, until that is of no use', async () => {
  const uploads = memoryOpenUploads(1)
  await uploads.open(upload('a'), 0)
  expect(await uploads.open(upload('b'), 99)).toBe(1)
  expect(await uploads.open(upload('b'), 100)).toBeUndefined()
  expect(await uploads.end('a')).toMatchObject({ id: 'a' })
  await uploads.open(upload('c', { expires: 2000, keptUntil: 2000 }), 1000)
  expect(await uploads.end('b')).toBeUndefined()
  expect(await uploads.end('c')).toMatchObject({ id: 'c' })
})

test('beyond the uploads that it knows, the oldest is forgotten', async () => {
  const uploads = memoryOpenUploads(3, 3)
  for (const id of ['a', 'b', 'c']) await uploads.open(upload(id), 0)
  await uploads.open(upload('d', { subject: 'user:bob' }), 0)
  expect(await uploads.end('a')).toBeUndefined()
  expect(await uploads.end('b')).toMatchObject({ id: 'b' })
})

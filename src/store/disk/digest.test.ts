import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digestOf, openDigest } from './digest.ts'

/** docs/spec/object-api.md section 4 */
test.each([
  { text: '123456789', crc64: '11051210869376104954' },
  { text: '', crc64: '0' },
  { text: 'hello world', crc64: '5981764153023615706' },
])('the CRC-64 of "$text" is $crc64', async ({ text, crc64 }) => {
  const md5 = createHash('md5').update(text).digest()
  expect(await digestOf(Buffer.from(text))).toEqual({ size: text.length, md5, crc64 })
  expect(await streamed([Buffer.from(text)])).toEqual({ size: text.length, md5, crc64 })
})

test('bytes have one digest, however they are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 8 }), async (chunks) => {
      expect(await streamed(chunks)).toEqual(await digestOf(Buffer.concat(chunks)))
    }),
    { numRuns: 50 },
  )
})

test('streams that take turns do not disturb each other', async () => {
  const texts = ['first', 'second', 'third']
  const digests = await Promise.all(texts.map(() => openDigest()))
  for (let round = 0; round < 3; round++)
    await Promise.all(digests.map((digest, at) => digest.update(block(Buffer.from(texts[at] ?? '')))))
  const expected = texts.map((text) => digestOf(Buffer.from(text.repeat(3))))
  expect(await Promise.all(digests.map((digest) => digest.digest()))).toEqual(await Promise.all(expected))
})

test('one-shot digests that are asked for at the same moment do not disturb each other', async () => {
  const texts = Array.from({ length: 50 }, (_, at) => Buffer.from(`text ${at}`))
  const together = await Promise.all(texts.map(digestOf))
  for (const [at, text] of texts.entries()) expect(together[at]).toEqual(await digestOf(text))
})

test('an abandoned stream leaves the others alone', async () => {
  const [left, kept] = [await openDigest(), await openDigest()]
  await left.update(block(Buffer.from('x')))
  left.abandon()
  await kept.update(block(Buffer.from('hello world')))
  expect((await kept.digest()).crc64).toBe('5981764153023615706')
})

async function streamed(chunks: readonly Uint8Array[]): Promise<unknown> {
  const digest = await openDigest()
  for (const chunk of chunks) await digest.update(block(chunk))
  return await digest.digest()
}

function block(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
  shared.set(bytes)
  return shared
}

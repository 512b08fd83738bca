import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { ask, textsOf } from './ask.ts'
import { filledKey, measuredStore } from './measured-store.ts'

/** What the store takes for itself, however much goes through it. `npm run bench` sends more, and prints the figures. */

const MIB = 1024 * 1024
const ALLOWED = 96 * MIB

test('a part of 768 MiB, and reading it back, take no more memory than a small one', async () => {
  const { port, growth } = await measuredStore()
  const [uploadId = ''] = textsOf(await ask(port, { method: 'POST', key: 'k', query: { uploads: '' } }), 'UploadId')
  const query = { partNumber: '1', uploadId }
  await ask(port, { method: 'PUT', key: 'k', query, body: { bytes: 768 * MIB } })
  await ask(port, { method: 'POST', key: 'k', query: { uploadId }, body: await listOfParts(port, uploadId) })
  expect(await bytesOf(port, 'k')).toBe(768 * MIB)
  expect(await growth()).toBeLessThan(ALLOWED)
})

test('an upload of 10,000 parts is completed and read in bounded memory', async () => {
  const { port, growth } = await measuredStore()
  const [uploadId = ''] = textsOf(await ask(port, { method: 'POST', key: 'k', query: { uploads: '' } }), 'UploadId')
  const numbers = Array.from({ length: 10_000 }, (_, at) => String(at + 1))
  await sixteenAtOnce(numbers, async (partNumber) => {
    await ask(port, { method: 'PUT', key: 'k', query: { partNumber, uploadId }, body: PART })
  })
  await ask(port, { method: 'POST', key: 'k', query: { uploadId }, body: await listOfParts(port, uploadId) })
  expect(await bytesOf(port, 'k')).toBe(10_000 * PART.length)
  expect(await growth()).toBeLessThan(2 * ALLOWED) // ten thousand sockets' worth of requests: a heap that was never collected
})

test('a listing of 100,000 keys is read page by page in bounded memory', async () => {
  const { port, growth } = await measuredStore(100_000)
  expect(await listed(port)).toEqual(Array.from({ length: 100_000 }, (_, at) => filledKey(at)))
  expect(await growth()).toBeLessThan(2 * ALLOWED)
})

test('a thousand connections that do nothing cost little, and do not stop one that works', async () => {
  const { port, growth } = await measuredStore()
  const sockets = await Promise.all(Array.from({ length: 1000 }, (_, at) => idle(port, `127.0.1.${1 + (at % 10)}`)))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  await ask(port, { method: 'PUT', key: 'k', body: { bytes: 64 * MIB } })
  expect(await bytesOf(port, 'k')).toBe(64 * MIB)
  expect(await growth()).toBeLessThan(ALLOWED)
})

const PART = Buffer.alloc(100 * 1024)

async function listOfParts(port: number, uploadId: string): Promise<Uint8Array> {
  const parts: string[] = []
  for (let marker: string | undefined = '0'; marker !== undefined; ) {
    const query = { uploadId, 'part-number-marker': marker, 'max-parts': '1000' }
    const xml = await ask(port, { method: 'GET', key: 'k', query })
    const etags = textsOf(xml, 'ETag')
    for (const [at, number] of textsOf(xml, 'PartNumber').entries())
      parts.push(`<Part><PartNumber>${number}</PartNumber><ETag>${etags[at]}</ETag></Part>`)
    marker = textsOf(xml, 'IsTruncated')[0] === 'true' ? textsOf(xml, 'NextPartNumberMarker')[0] : undefined
  }
  return Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
}

async function listed(port: number): Promise<string[]> {
  const keys: string[] = []
  for (let marker: string | undefined = ''; marker !== undefined; ) {
    const xml = await ask(port, { method: 'GET', query: { marker, 'max-keys': '1000' } })
    keys.push(...textsOf(xml, 'Key'))
    marker = textsOf(xml, 'NextMarker')[0]
  }
  return keys
}

/** How many bytes the object has, by reading it. */
async function bytesOf(port: number, key: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/measured/${key}`)
  let bytes = 0
  for await (const chunk of answer.body ?? []) bytes += chunk.length
  return bytes
}

async function sixteenAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]()
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (const item of left) await work(item)
    }),
  )
}

function idle(port: number, localAddress: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress })
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })
}

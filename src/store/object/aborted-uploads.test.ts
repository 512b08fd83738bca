import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { formBody, formEntries, kept, post, signed, testStore } from '../../../test/store-client.ts'

/** docs/spec/form-hazards.md section 2, rows 3 and 33 */

const ROUNDS = 1000
const AT_ONCE = 25

test('a thousand uploads that break off leave no file, no open descriptor and no object', {
  timeout: 60_000,
}, async () => {
  const data = await mkdtemp(join(tmpdir(), 'postern-aborts-'))
  onTestFinished(() => rm(data, { recursive: true }))
  const store = await testStore({ data })
  const { port } = await store.listen()
  const body = formBody(formEntries(signed({ key: 'a' }), { value: 'x'.repeat(300_000) }))
  const request = Buffer.concat([head(body.length), body])

  await post(store, signed({ key: 'first' }), { file: { value: 'x'.repeat(300_000) } })
  await breakOff(port, request, request.length - 1) // what is opened once and for all is open now
  const before = await openFiles()
  for (let round = 0; round < ROUNDS; round += AT_ONCE)
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, at) => breakOff(port, request, ((round + at) * 7919) % request.length)),
    )
  await vi.waitFor(async () => expect(await openFiles()).toBeLessThanOrEqual(before), 10_000)
  await vi.waitFor(async () => expect(await storedFiles(data)).toHaveLength(1), 10_000)
  expect(await kept(store, 'a')).toBeUndefined()
  expect((await post(store, signed({ key: 'a' }))).status).toBe(204)
})

function head(length: number): Buffer {
  const lines = [
    'POST /photos/ HTTP/1.1',
    'Host: 127.0.0.1',
    'Content-Type: multipart/form-data; boundary=the-boundary',
    `Content-Length: ${length}`,
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
}

/** Sends that much of a request, then goes away. */
async function breakOff(port: number, request: Buffer, bytes: number): Promise<void> {
  const socket = await connected(port)
  await new Promise<void>((resolve) => socket.write(request.subarray(0, bytes), () => resolve()))
  socket.destroy()
  await new Promise<void>((resolve) => socket.once('close', () => resolve()))
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.on('error', reject)
  })
}

async function openFiles(): Promise<number> {
  return (await readdir('/dev/fd')).length
}

async function storedFiles(data: string): Promise<string[]> {
  const entries = await readdir(data, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && /\/(staging|blobs)/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name))
}

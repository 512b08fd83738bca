import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { expect, test, vi } from 'vitest'
import { HTTP_LIMITS } from './limits.ts'
import { incomplete, RequestBody } from './request-body.ts'

test('nothing is read before it is asked for, and the first asking is told', async () => {
  const incoming = new Incoming()
  const asked = vi.fn()
  const chunks = new RequestBody(incoming.message, HTTP_LIMITS, asked)
  incoming.push('hello')
  expect(incoming.readableFlowing).toBeNull()
  expect(asked).not.toHaveBeenCalled()
  expect((await chunks.next()).value).toEqual(Buffer.from('hello'))
  incoming.complete = true
  incoming.push(null)
  expect((await chunks.next()).done).toBe(true)
  expect(asked).toHaveBeenCalledOnce()
})

test.each([
  { what: 'large chunks', size: 64 * 1024, most: 5 },
  { what: 'single bytes', size: 1, most: 65 },
])('a handler that is slower than its client holds the client up: $what', async ({ size, most }) => {
  const incoming = new Incoming()
  const chunks = new RequestBody(incoming.message, HTTP_LIMITS, () => {})
  incoming.push(Buffer.alloc(size))
  await chunks.next()
  let taken = 0
  while (!incoming.isPaused()) {
    incoming.push(Buffer.alloc(size))
    taken += 1
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(taken).toBeLessThanOrEqual(most)
  for (let left = taken; left > 0; left--) await chunks.next()
  expect(incoming.isPaused()).toBe(false)
})

test('what came before an error is read before the error is told', async () => {
  const incoming = new Incoming()
  const body = new RequestBody(incoming.message, HTTP_LIMITS, () => {})
  const chunks = body
  const first = chunks.next()
  incoming.push('a')
  await first
  incoming.push('b')
  await new Promise((resolve) => setImmediate(resolve))
  body.fail(incomplete())
  expect((await chunks.next()).value).toEqual(Buffer.from('b'))
  await expect(chunks.next()).rejects.toMatchObject({ code: 'body-incomplete' })
})

test('an upload that makes progress is not too slow, however slow its handler is', async () => {
  const incoming = new Incoming()
  const limits = { ...HTTP_LIMITS, bodyWindowMs: 40 }
  const chunks = new RequestBody(incoming.message, limits, () => {})
  for (let round = 0; round < 5; round++) {
    incoming.push('x') // here already when it is asked for, so nobody waits for the client
    expect((await chunks.next()).value).toEqual(Buffer.from('x'))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
})

/** An `IncomingMessage` as far as a body needs one, fed by the test. */
class Incoming extends Readable {
  complete = false
  readonly headers = { 'content-length': '1000000' }

  override _read(): void {}

  get message(): IncomingMessage {
    return this as unknown as IncomingMessage
  }
}

import { expect, test } from 'vitest'
import { readBoundedBody } from './bounded-bytes.ts'

/** A request whose body comes in these chunks, and then, where it is said, breaks off. */
function requestOf(chunks: readonly string[], cut?: Error): Request {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk))
      if (cut === undefined) controller.close()
      else controller.error(cut)
    },
  })
  return new Request('http://issuer.test/uploads', { method: 'POST', body, ...{ duplex: 'half' } })
}

test.each([
  { chunks: [], bytes: 0 },
  { chunks: ['12', '345'], bytes: 5 },
  { chunks: ['12', '3456'], bytes: undefined },
])('of $chunks, $bytes bytes are read where five are allowed', async ({ chunks, bytes }) => {
  expect((await readBoundedBody(requestOf(chunks), 5))?.length).toBe(bytes)
})

test('a client that leaves in the middle is refused, and is no fault of the issuer', async () => {
  const cut = new Error('aborted')
  await expect(readBoundedBody(requestOf(['12'], cut), 5)).rejects.toMatchObject({
    code: 'body-incomplete',
    cause: cut,
  })
})

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import type { UploadForm } from '../form/upload-form.ts'
import { sendForm } from './send-form.ts'

const file = new File(['abc'], 'a"b.txt', { type: 'text/plain' })
const closers: (() => Promise<unknown>)[] = []

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

/** A store that does what it is told, and a form that goes there. */
async function formTo(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<UploadForm> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  const fields = { key: 'user/a.txt', policy: 'e30=', signature: 'c2ln' }
  return { method: 'POST', url: `http://127.0.0.1:${address.port}/`, fields, expiresAt: '2026-11-24T12:00:00.000Z' }
}

test('the fields go in their order and the file last', async () => {
  let received = ''
  const form = await formTo((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => {
      received += text
    })
    request.on('end', () => response.writeHead(201, { etag: '"A"' }).end('<PostResponse/>'))
  })
  const answer = await sendForm(form, file)
  expect([answer.status, answer.headers.get('etag'), answer.body]).toEqual([201, '"A"', '<PostResponse/>'])
  const entries = [...received.matchAll(/; name="([^"]*)"(?:; filename="([^"]*)")?/g)].map(([, ...names]) => names)
  expect(entries).toEqual([
    ['key', undefined],
    ['policy', undefined],
    ['signature', undefined],
    ['file', 'a%22b.txt'],
  ])
})

test('a refusal is an answer like any other', async () => {
  const form = await formTo((request, response) => {
    request.resume().on('end', () => response.writeHead(403).end('<Error/>'))
  })
  expect(await sendForm(form, file)).toMatchObject({ status: 403, body: '<Error/>' })
})

test('a store that hangs up is network-lost', async () => {
  const form = await formTo((request) => request.socket.destroy())
  await expect(sendForm(form, file)).rejects.toMatchObject({ code: 'network-lost' })
})

test('an upload can be cancelled before and while it is sent', async () => {
  const abort = new AbortController()
  let asked = 0
  const form = await formTo(() => {
    asked++
    abort.abort()
  })
  await expect(sendForm(form, file, { signal: abort.signal })).rejects.toMatchObject({ code: 'upload-aborted' })
  await expect(sendForm(form, file, { signal: abort.signal })).rejects.toMatchObject({ code: 'upload-aborted' })
  expect(asked).toBe(1)
})

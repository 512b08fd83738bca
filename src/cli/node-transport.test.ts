import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { nodeTransport } from './node-transport.ts'
import type { DiskFile } from './put-files.ts'

const MIB = 1024 * 1024
const EXPIRES = '2026-11-24T12:00:00.000Z'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-node-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function fileOf(content: string | Uint8Array, name = 'a.txt'): Promise<DiskFile> {
  const path = join(folder, `${crypto.randomUUID()}.txt`)
  await writeFile(path, content)
  return { path, name, type: 'text/plain', size: content.length, lastModified: 0 }
}

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  return typeof address === 'object' ? `http://127.0.0.1:${address?.port}/` : ''
}

function watching(signal = new AbortController().signal) {
  const seen: number[] = []
  return { seen, signal, onSent: (sent: number) => void seen.push(sent) }
}

const formAt = (url: string, fields: Record<string, string> = { key: 'k' }) =>
  ({ method: 'POST', url, fields, expiresAt: EXPIRES }) as const

/** A server that tells what came: the length that was announced, and the body. */
const echo = () =>
  serve(async (request, response) => {
    const body = await text(request).catch(() => '') // a client that gives up
    response.setHeader('X-Length', request.headers['content-length'] ?? 'none')
    response.end(body)
  })

test('a form has its fields, then the file, with names as browsers write them', async () => {
  const form = formAt(await echo(), { key: 'a\nb', 'x:"': 'ü' })
  const watch = watching()
  const answer = await nodeTransport().sendForm(form, await fileOf('content', 'ü "1"\n.txt'), watch)
  const boundary = /^--(\S+)/.exec(answer.body)?.[1]
  expect(answer.body.split(`--${boundary}`)).toEqual([
    '',
    '\r\nContent-Disposition: form-data; name="key"\r\n\r\na\r\nb\r\n',
    '\r\nContent-Disposition: form-data; name="x:%22"\r\n\r\nü\r\n',
    '\r\nContent-Disposition: form-data; name="file"; filename="ü %221%22%0A.txt"\r\nContent-Type: text/plain\r\n\r\ncontent\r\n',
    '--\r\n',
  ])
  const length = Buffer.byteLength(answer.body)
  expect([answer.status, answer.headers.get('X-LENGTH'), watch.seen.at(-1)]).toEqual([200, `${length}`, length])
  expect(answer.headers.get('etag')).toBeNull()
})

test.each([
  [2, 5, '234'],
  [0, 10, '0123456789'],
  [4, 4, ''],
])('a part is the bytes from %i up to %i', async (start, end, expected) => {
  const file = await fileOf('0123456789')
  const put = { url: await echo(), headers: {}, start, end }
  const answer = await nodeTransport().sendBytes?.(put, file, watching())
  expect([answer?.body, answer?.headers.get('x-length')]).toEqual([expected, `${end - start}`])
  expect(Buffer.from((await nodeTransport().readBytes?.(file, start, end)) ?? []).toString()).toBe(expected)
})

test('a refusal is read though the file is still on its way', async () => {
  const url = await serve((request, response) => {
    request.resume() // as the store does: it answers at once, and reads on for a while
    response.writeHead(403, { connection: 'close' }).end('<Error/>')
  })
  const answer = await nodeTransport().sendForm(formAt(url), await fileOf(Buffer.alloc(8 * MIB)), watching())
  expect([answer.status, answer.body]).toEqual([403, '<Error/>'])
})

test('a file that became shorter is an error, not a request that never ends', async () => {
  const file = await fileOf(Buffer.alloc(MIB))
  await truncate(file.path, 1000)
  await expect(nodeTransport().sendForm(formAt(await echo()), file, watching())).rejects.toMatchObject({
    code: 'file-unreadable',
    retry: 'never',
  })
})

test('a file that is gone is an error', async () => {
  const file = await fileOf('x')
  await rm(file.path)
  const transport = nodeTransport()
  await expect(transport.sendForm(formAt(await echo()), file, watching())).rejects.toMatchObject({
    code: 'file-unreadable',
  })
  await expect(transport.readBytes?.(file, 0, 1)).rejects.toMatchObject({ code: 'file-unreadable' })
})

test('what is stopped ends', async () => {
  const stop = new AbortController()
  const url = await serve(() => stop.abort())
  const sending = nodeTransport().sendForm(formAt(url), await fileOf('x'), watching(stop.signal))
  await expect(sending).rejects.toMatchObject({ code: 'upload-aborted' })
})

test('a connection that breaks is told with the system’s code, and without the signature', async () => {
  const url = await serve((request) => request.socket.destroy())
  const put = { url: `${url}k?Signature=secret`, headers: {}, start: 0, end: 1 }
  const sending = nodeTransport().sendBytes?.(put, await fileOf('x'), watching())
  await expect(sending).rejects.toMatchObject({ code: 'network-lost', retry: 'same-form' })
  await expect(sending).rejects.toThrow(`The store at ${url}k did not answer, or the connection was lost (ECONNRESET).`)
})

test('an issuer that is not there is told', async () => {
  const asking = nodeTransport().ask({
    method: 'GET',
    url: 'http://127.0.0.1:9/uploads',
    headers: {},
    signal: watching().signal,
  })
  await expect(asking).rejects.toMatchObject({ code: 'network-lost' })
})

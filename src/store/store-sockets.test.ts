import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { fileStore, formBody, formEntries, freshKey, kept, signed } from '../../test/store-client.ts'

/** Where the socket matters. docs/spec/form-hazards.md section 2, rows 27, 28, 32 and 34 */

const store = await fileStore()
const { url, port } = await store.listen()

const head = (length: number, more: readonly string[] = []): string =>
  [
    'POST /photos/ HTTP/1.1',
    'Host: 127.0.0.1',
    'Content-Type: multipart/form-data; boundary=the-boundary',
    `Content-Length: ${length}`,
    ...more,
    '\r\n',
  ].join('\r\n')

test('a client that asks first is told to go on once, and is answered', async () => {
  const key = freshKey()
  const body = formBody(formEntries(signed({ key })))
  const said = await conversation([head(body.length, ['Expect: 100-continue', 'Connection: close']), body])
  expect(said.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 204'])
  expect(await kept(store, key)).toBeDefined()
})

test('a client that asks first is not told to go on where the headers forbid it', async () => {
  const said = await conversation([head(5_368_709_121, ['Expect: 100-continue', 'Connection: close'])])
  expect(said).toMatch(/^HTTP\/1\.1 400 /)
  expect(said).toContain('<Code>EntityTooLarge</Code>')
})

test('a client that is still sending reads why it was refused', async () => {
  const form = new FormData()
  const fields = signed({ key: freshKey() }, [{ op: 'content-length-range', min: 0, max: 10 }])
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', new Blob([new Uint8Array(20_000_000)]))
  const answer = await fetch(`${url}/photos/`, { method: 'POST', body: form })
  expect(answer.status).toBe(400)
  expect(await answer.text()).toContain('<ProposedSize>20000000</ProposedSize><MaxSizeAllowed>10</MaxSizeAllowed>')
})

test('what follows a form on its connection is the next request, and nothing of the form', async () => {
  const [one, other] = [freshKey(), freshKey()]
  const bodies = [one, other].map((key) => formBody(formEntries(signed({ key }))))
  const [first = Buffer.of(), second = Buffer.of()] = bodies
  const said = await conversation([head(first.length), first, head(second.length, ['Connection: close']), second])
  expect(said.match(/HTTP\/1\.1 204/g)).toHaveLength(2)
  for (const key of [one, other]) expect((await kept(store, key))?.text).toBe('hello')
})

test('a form longer than its Content-Length is cut there, and keeps nothing', async () => {
  const key = freshKey()
  const body = formBody(formEntries(signed({ key })))
  const said = await conversation([head(body.length - 10, ['Connection: close']), body])
  expect(said.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400'])
  expect(await kept(store, key)).toBeUndefined()
})

test('a target that is a whole URL names the bucket by its host, whatever the Host header says', async () => {
  const key = freshKey()
  await fetch(`${url}/open/${key}`, { method: 'PUT', body: 'through a proxy' })
  const lines = [
    `GET http://open.localhost:9000/${key} HTTP/1.1`,
    'Host: photos.localhost',
    'Connection: close',
    '\r\n',
  ]
  expect(await conversation([lines.join('\r\n')])).toMatch(/^HTTP\/1\.1 200 [\s\S]*through a proxy$/)
})

/** Sends all, and gives what came back until the server closed. */
function conversation(pieces: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const socket = connect(port, '127.0.0.1', () => {
      for (const piece of pieces) socket.write(piece)
    })
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1')
    })
    socket.on('end', () => resolve(said))
    socket.on('error', reject)
  })
}

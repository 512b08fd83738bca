import { expect, onTestFinished, test } from 'vitest'
import { bodyLengthOf } from './body-length.ts'
import { listen } from './listen.ts'
import { head, RawClient } from './raw-client.fixture.ts'

const bodies: { what: string; bytes: string; says: string }[] = [
  { what: 'its Content-Length', bytes: `${head('POST', '/', 'Content-Length: 5')}abcde`, says: '5: abcde' },
  {
    what: 'no more than its Content-Length: what comes behind it is another request',
    bytes: `${head('POST', '/', 'Content-Length: 2')}ab${head('GET', '/')}`,
    says: '2: ab',
  },
  {
    what: 'no known length where it comes in chunks',
    bytes: `${head('POST', '/', 'Transfer-Encoding: chunked')}5\r\nabcde\r\n0\r\n\r\n`,
    says: 'undefined: abcde',
  },
]

test.each(bodies)('a body that came over HTTP has $what', async ({ bytes, says }) => {
  const server = await listen(async (request) => new Response(`${bodyLengthOf(request)}: ${await request.text()}.`))
  onTestFinished(() => server.close())
  const client = await RawClient.open(server.port)
  await client.send(bytes)
  await client.until(/\.$/)
  expect(client.received).toContain(`\r\n\r\n${says}.`)
})

test('what a request made in the program says of its length is not believed', () => {
  const request = new Request('http://app.local/', { method: 'POST', headers: { 'content-length': '1' }, body: 'abc' })
  expect(bodyLengthOf(request)).toBeUndefined()
})

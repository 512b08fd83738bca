import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { serve } from '../callback/callback.fixture.ts'
import type { CompletedUpload } from '../completion/completion.ts'
import { MAX_WAITING, reportToWebhook } from './report-to-webhook.ts'
import { sendWebhook } from './send-webhook.ts'
import { readWebhook } from './webhook-options.ts'

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const NEXT_SECRET = `whsec_${Buffer.alloc(24, 2).toString('base64')}`
const UPLOAD: CompletedUpload = {
  id: 'a1',
  route: 'default',
  bucket: 'photos',
  key: 'uploads/猫.png',
  size: 5,
  type: 'image/png',
  etag: 'D8',
  user: 'ann',
}

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** An application that answers in these ways, one after the other; then with the last. */
async function application(...answers: readonly Answer[]) {
  const received: Received[] = []
  const url = await serve(async (request, response) => {
    const answer = answers[received.length] ?? answers.at(-1)
    received.push({ headers: request.headers, body: await text(request) })
    if (typeof answer === 'function') answer(request, response)
    else response.writeHead(answer?.status ?? 200, answer?.headers ?? {}).end(answer?.body ?? '{"ok":true}')
  })
  return { url, received }
}

type Answer = RequestListener | { status?: number; headers?: Record<string, string>; body?: string }

function reporter(url: string, secret: string | readonly string[] = SECRET) {
  const waits: number[] = []
  const failures: string[] = []
  const { report } = reportToWebhook(readWebhook({ url, secret }), {
    now: () => new Date(),
    sleep: async (ms) => void waits.push(ms),
    random: () => 1,
    onFailed: ({ message }) => failures.push(message),
  })
  return { report, waits, failures }
}

test('a message is signed so that any library of Standard Webhooks verifies it, with the old secret and the new', async () => {
  const { url, received } = await application({})
  expect(await reporter(url, [SECRET, NEXT_SECRET]).report(UPLOAD)).toBe('{"ok":true}')
  const [{ headers, body } = { headers: {}, body: '' }] = received
  for (const secret of [SECRET, NEXT_SECRET]) {
    const event = new Webhook(secret).verify(body, textHeaders(headers))
    expect(event).toEqual({ type: 'upload.completed', timestamp: expect.stringMatching(/Z$/), data: UPLOAD })
  }
  const stranger = new Webhook(Buffer.alloc(32, 3).toString('base64'))
  expect(() => stranger.verify(body, textHeaders(headers))).toThrow('No matching signature')
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': 'a1' })
})

test('it is tried again with the same id and body, after longer and longer waits, until it is taken', async () => {
  const { url, received } = await application({ status: 500 }, { status: 404 }, (_, response) => response.destroy(), {})
  const { report, waits, failures } = reporter(url)
  expect(await report(UPLOAD)).toBe('{"ok":true}')
  expect(waits).toEqual([1000, 2000, 4000])
  expect(new Set(received.map(({ body }) => body)).size).toBe(1)
  expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(['a1']))
  expect(failures[0]).toMatch(/try 1 of 12: it answered 500/)
  expect(failures.join()).not.toContain('whsec')
})

test('after 12 tries, within about 20 minutes, it is given up', async () => {
  const { url, received } = await application({ status: 503 })
  const { report, waits } = reporter(url)
  await expect(report(UPLOAD)).rejects.toThrow('try 12 of 12')
  expect(received).toHaveLength(12)
  expect(waits.at(-1)).toBe(300_000)
  expect(waits.reduce((sum, ms) => sum + ms)).toBe(1_111_000)
})

test('an application that answers 410 is not asked again', async () => {
  const { url, received } = await application({ status: 410 })
  await expect(reporter(url).report(UPLOAD)).rejects.toThrow('410')
  expect(received).toHaveLength(1)
})

const waits: { retryAfter: string; ms: number }[] = [
  { retryAfter: '0', ms: 1000 },
  { retryAfter: '30', ms: 30_000 },
  { retryAfter: '900', ms: 900_000 },
  { retryAfter: '901', ms: 900_000 },
  { retryAfter: '999999999', ms: 900_000 },
  { retryAfter: 'soon', ms: 1000 },
  { retryAfter: 'Fri, 31 Dec 1999 23:59:59 GMT', ms: 1000 },
]

test.each(waits)('after Retry-After: $retryAfter it waits $ms milliseconds', async ({ retryAfter, ms }) => {
  const { url } = await application({ status: 503, headers: { 'retry-after': retryAfter } }, {})
  const { report, waits } = reporter(url)
  await report(UPLOAD)
  expect(waits).toEqual([ms])
})

test('a Retry-After may be a date', async () => {
  const at = new Date(Date.now() + 60_000).toUTCString()
  const { url } = await application({ status: 503, headers: { 'retry-after': at } }, {})
  const { report, waits } = reporter(url)
  await report(UPLOAD)
  expect(waits[0]).toBeGreaterThan(50_000)
  expect(waits[0]).toBeLessThanOrEqual(60_000)
})

test('no redirect is followed', async () => {
  const elsewhere = await application({})
  const { url } = await application({ status: 307, headers: { location: elsewhere.url } }, {})
  const { report, failures } = reporter(url)
  await report(UPLOAD)
  expect(failures[0]).toContain('it answered 307')
  expect(elsewhere.received).toEqual([])
})

const answers: { what: string; answer: Answer; passed: string | undefined }[] = [
  { what: 'JSON', answer: { body: ' {"a": [1]} ' }, passed: '{"a":[1]}' },
  { what: 'nothing', answer: { status: 204, body: '' }, passed: undefined },
  { what: 'a page', answer: { body: '<html>' }, passed: undefined },
  {
    what: '64 KiB',
    answer: { body: '"'.padEnd(64 * 1024 - 1, 'x').concat('"') },
    passed: '"'.padEnd(64 * 1024 - 1, 'x').concat('"'),
  },
  { what: 'more than 64 KiB', answer: { body: '"'.padEnd(64 * 1024, 'x').concat('"') }, passed: undefined },
  { what: 'bytes that are no text', answer: (_, response) => void response.end(Buffer.of(0xff)), passed: undefined },
]

test.each(answers)(
  'an answer of $what is taken, and passed on only as JSON of 64 KiB at most',
  async ({ answer, passed }) => {
    const { url } = await application(answer)
    expect(await reporter(url).report(UPLOAD)).toBe(passed)
  },
)

test('an application that hangs is not waited for without end', async () => {
  const { url } = await application(() => undefined)
  const attempt = await sendWebhook(readWebhook({ url, secret: SECRET }), { id: 'a', body: '{}' }, new Date(), 50)
  expect(attempt).toMatchObject({ kind: 'failed' })
})

test(`while ${MAX_WAITING} messages wait, the next ones are tried once`, async () => {
  const { url, received } = await application({ status: 500 })
  let waiting = 0
  const { report } = reportToWebhook(readWebhook({ url, secret: SECRET }), {
    now: () => new Date(),
    sleep: () => {
      waiting++
      return new Promise(() => undefined)
    },
    random: () => 0,
    onFailed: () => undefined,
  })
  for (let batch = 0; batch < MAX_WAITING; batch += 100) {
    for (let one = 0; one < 100; one++) void report(UPLOAD)
    await expect.poll(() => waiting, { timeout: 10_000 }).toBe(batch + 100)
  }
  await expect(report(UPLOAD)).rejects.toThrow('try 1 of 12')
  expect(received).toHaveLength(MAX_WAITING + 1)
})

test.each([
  { url: 'app.example', secret: SECRET },
  { url: 'ftp://app.example/', secret: SECRET },
  { url: 'https://user:hidden@app.example/', secret: SECRET },
  { url: 'https://app.example/', secret: [] },
  { url: 'https://app.example/', secret: 'hidden' },
  { url: 'https://app.example/', secret: `whsec_${Buffer.alloc(23).toString('base64')}` },
  { url: 'https://app.example/', secret: `whsec_${Buffer.alloc(65).toString('base64')}` },
  { url: 'https://app.example/', secret: 'whsec_hidden!hidden!hidden!hidden!hidden!hidden' },
])('a webhook is not made of $url and $secret', (options) => {
  expect(() => readWebhook(options)).toThrow(TypeError)
  expect(() => readWebhook(options)).not.toThrow('hidden')
})

function textHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

import { expect, test } from 'vitest'
import type { Logger } from '../../observe/logger.ts'
import { ask, get, PNG, SIGNATURE_PATH, testIssuer } from '../issuer.fixture.ts'

interface Line {
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

function memoryLog() {
  const lines: Line[] = []
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, message, fields: { ...fields } })
  const log: Logger = { info: at('info'), warn: at('warn'), error: at('error') }
  return { log, lines }
}

test('a request is a line: who asked for what, and the key that was given', async () => {
  const { log, lines } = memoryLog()
  const issuer = testIssuer({ log, authorize: () => ({ id: 'eva' }) })
  const { key } = await (await ask(issuer, PNG)).json()
  expect(lines).toEqual([
    {
      level: 'info',
      message: 'request',
      fields: {
        client: undefined,
        method: 'POST',
        path: '/uploads',
        status: 200,
        endpoint: '/uploads',
        route: 'default',
        user: 'eva',
        key,
        durationMs: expect.any(Number),
        userAgent: undefined,
      },
    },
  ])
})

test('a refusal is a line with its code, and a fault one more with its error', async () => {
  const { log, lines } = memoryLog()
  const accident = new Error('no')
  const issuer = testIssuer({ log, authorize: () => Promise.reject(accident), onError: () => undefined })
  await ask(issuer, '{')
  await ask(issuer, PNG)
  expect(lines.map(({ level, fields }) => [level, fields['status'], fields['error'] ?? fields['err']])).toEqual([
    ['info', 400, 'issue-request-malformed'],
    ['error', undefined, accident],
    ['warn', 500, 'internal-error'],
  ])
})

test('neither queries, nor headers, nor what is signed comes into the log', async () => {
  const { log, lines } = memoryLog()
  const issuer = testIssuer({ log })
  const headers = { authorization: 'Bearer hidden-1', cookie: 'sid=hidden-2' }
  const answer = await issuer(new Request(`http://app.local${SIGNATURE_PATH}?token=hidden-3`, { headers }))
  const { signature, policy } = await answer.json()
  await issuer(new Request('http://app.local/nothing?token=hidden-4', { headers }))
  const text = JSON.stringify(lines)
  expect(lines).toHaveLength(2)
  for (const secret of ['hidden', 'test-secret', signature, policy]) expect(text).not.toContain(secret)
})

test('behind a proxy the line names the client, and not the proxy', async () => {
  const { log, lines } = memoryLog()
  const issuer = testIssuer({ log, trustProxy: 1 })
  const headers = { 'x-forwarded-for': '203.0.113.7' }
  await issuer(new Request('http://app.local/healthz', { headers }), { address: '10.0.0.1' })
  expect(lines[0]?.fields['client']).toBe('203.0.113.7')
})

test('a log that fails takes no answer with it', async () => {
  const fail = () => {
    throw new Error('the disk is full')
  }
  const issuer = testIssuer({ log: { info: fail, warn: fail, error: fail } })
  expect((await ask(issuer, PNG)).status).toBe(200)
})

const TOKEN = 'a-token-of-sixteen'

async function figures(issuer: ReturnType<typeof testIssuer>, headers: Record<string, string> = {}) {
  const response = await issuer(new Request('http://app.local/metrics', { headers }))
  return { status: response.status, text: await response.text() }
}

test('the metrics count requests by address, refusals by code, and never what a stranger chose', async () => {
  const issuer = testIssuer({ metrics: 'public' })
  await figures(issuer)
  await ask(issuer, PNG)
  await ask(issuer, { ...PNG, type: 'text/html' })
  for (const path of ['/a', '/b', '/c?x=1']) await get(issuer, path)
  const { text } = await figures(issuer)
  expect(text).toContain('postern_issuer_requests_total{endpoint="/uploads",status="2xx"} 1')
  expect(text).toContain('postern_issuer_requests_total{endpoint="/uploads",status="4xx"} 1')
  expect(text).toContain('postern_issuer_requests_total{endpoint="none",status="4xx"} 3')
  expect(text).toContain('postern_issuer_refusals_total{code="type-not-allowed"} 1')
  expect(text).toContain('process_resident_memory_bytes')
  expect(text).not.toContain('"/a"')
})

test('the metrics are there where they are asked for, and for whoever has the token', async () => {
  expect((await figures(testIssuer())).status).toBe(404)
  const issuer = testIssuer({ metrics: { token: TOKEN } })
  for (const authorization of ['', TOKEN, 'Bearer ', `Bearer ${TOKEN}x`, `bearer ${TOKEN}`])
    expect((await figures(issuer, { authorization })).status).toBe(401)
  expect((await figures(issuer, { authorization: `Bearer ${TOKEN}` })).status).toBe(200)
  expect(() => testIssuer({ metrics: { token: 'x'.repeat(15) } })).toThrow('under 16 characters')
})

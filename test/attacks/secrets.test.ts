import { afterAll, beforeAll, expect, test } from 'vitest'
import { anyOf } from '../../src/issuer/authorize/any-of.ts'
import { apiKey } from '../../src/issuer/authorize/api-key.ts'
import { forwardAuth } from '../../src/issuer/authorize/forward-auth.ts'
import { jwt } from '../../src/issuer/authorize/jwt.ts'
import type { IssuerOptions } from '../../src/issuer/create-issuer.ts'
import { createLogger } from '../../src/observe/logger.ts'
import { type Attempt, attempt, CREDENTIAL, DOORS, openVictim, type Victim } from './victim.ts'

/** All that an issuer knows and nobody else may: each begins with `hidden`, so that one look finds it. */

let victim: Victim
beforeAll(async () => {
  victim = await openVictim()
})
afterAll(() => victim.close())

const API_KEY = 'hidden-api-key-of-32-characters-or-more'
const WEBHOOK_KEY = Buffer.from('hidden-webhook-key-of-32-bytes-...')
const HIDDEN = [
  'hidden',
  WEBHOOK_KEY.toString('base64'),
  Buffer.from(API_KEY).toString('base64'),
  Buffer.from(CREDENTIAL.accessKeySecret).toString('base64'),
]

/** Everything at once, and all of what it leans on is away. */
function everything(): Partial<IssuerOptions> {
  return {
    authorize: anyOf(
      apiKey({ keys: [{ name: 'server:importer', key: API_KEY, actsForUsers: true }] }),
      jwt({ secret: 'hidden-jwt-secret-of-32-bytes-or-more' }),
      forwardAuth({ url: 'http://127.0.0.1:1/who?key=hidden-query', headers: ['cookie'] }),
    ),
    webhook: { url: 'http://127.0.0.1:1/hook?key=hidden-query', secret: `whsec_${WEBHOOK_KEY.toString('base64')}` },
    limits: { redis: 'redis://hidden-user:hidden-password@127.0.0.1:1' },
    metrics: { token: 'hidden-metrics-token' },
  }
}

/** What an attacker tries: every address, with nothing, with rubbish, and what only goes wrong behind the door. */
const ATTEMPTS: readonly Attempt[] = [
  ...DOORS.flatMap(({ ask }) => [ask(), ask('nowhere')]),
  ...[
    '/',
    '/metrics',
    '/openapi.json',
    '/healthz',
    '/callback',
    '/.env',
    '/..%2f..%2fetc/passwd',
    '/s3/multipart/x',
  ].map((path) => ({ method: 'GET' as const, path })),
  ...['/uploads/complete', '/uploads/multipart/parts', '/callback'].map((path) => ({
    method: 'POST' as const,
    path,
    body: { token: 'a.b', partNumbers: [1] },
  })),
  ...DOORS.filter(({ ask }) => ask().method === 'POST').map(({ ask }) => ({ ...ask(), body: '{' })),
]

const CALLERS: [string, Record<string, string>][] = [
  ['nobody', {}],
  ['somebody with a wrong key', { 'x-api-key': 'x'.repeat(40) }],
  ['somebody with a wrong token', { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }],
  ['somebody whom the application cannot be asked about', { cookie: 'sid=1' }],
  ['somebody who is let in', { 'x-api-key': API_KEY }],
  ['somebody who asks for another', { 'x-api-key': API_KEY, 'x-postern-user': 'eva' }],
]

test.each(CALLERS)('%s finds no secret in any answer, and the log holds none', async (_, headers) => {
  const lines: string[] = []
  const errors: unknown[] = []
  const log = await createLogger({ write: (line) => lines.push(line) }, 'info')
  const issuer = victim.issuer({ ...everything(), log, onError: (error) => errors.push(error) })
  const answers = await Promise.all(ATTEMPTS.map((one) => attempt(issuer, one, headers)))
  expect(lines.length).toBeGreaterThanOrEqual(ATTEMPTS.length)
  for (const secret of HIDDEN) {
    for (const [index, { text }] of answers.entries()) expect(text, ATTEMPTS[index]?.path).not.toContain(secret)
    for (const line of lines) expect(line).not.toContain(secret)
    for (const error of errors) expect(messagesOf(error)).not.toContain(secret)
  }
})

test('what went wrong behind the door is told to nobody but the log', async () => {
  const broken = () => {
    throw new Error('hidden: the table of users is gone')
  }
  const issuer = victim.issuer({ authorize: broken, onError() {} })
  for (const { door, ask } of DOORS) {
    const { status, text } = await attempt(issuer, ask())
    expect({ door, status }).toEqual({ door, status: 500 })
    expect(text).not.toContain('hidden')
  }
})

/** What an error says, its causes included. */
function messagesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return `${error.message}\n${error.stack}\n${error.cause === undefined ? '' : messagesOf(error.cause)}`
}

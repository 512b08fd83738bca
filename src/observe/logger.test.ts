import { expect, test } from 'vitest'
import { createLogger } from './logger.ts'

test('an error is told with its causes, and without the request that a library hung on it', async () => {
  const lines: string[] = []
  const logger = await createLogger({ write: (line) => lines.push(line) })
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', request: { authorization: 'secret-1' } })
  logger.error({ err: new TypeError('no answer', { cause }) }, 'fault')
  expect(JSON.parse(lines.join(''))).toMatchObject({
    err: { type: 'TypeError', message: 'no answer', cause: { message: 'refused', code: 'ECONNREFUSED' } },
  })
  expect(lines.join('')).not.toContain('secret-1')
})

test('what is a secret by its name is hidden', async () => {
  const lines: string[] = []
  const logger = await createLogger({ write: (line) => lines.push(line) })
  logger.info({ accessKeySecret: 'secret-1', credential: { securityToken: 'secret-2', accessKeyId: 'id' } }, 'start')
  expect(lines.join('')).not.toContain('secret-')
  expect(JSON.parse(lines.join(''))).toMatchObject({ credential: { accessKeyId: 'id' } })
})

test('a level says what is least that is written', async () => {
  const lines: string[] = []
  const logger = await createLogger({ write: (line) => lines.push(line) }, 'warn')
  logger.info({}, 'quiet')
  logger.warn({}, 'loud')
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['loud'])
})

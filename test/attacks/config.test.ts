import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import { parseConfig } from '../../src/config/parse-config.ts'

/** A configuration is read by people and by machines whose output others read: what is wrong with it is told without its secrets. */

const SOURCES = { environment: {}, onFault: () => {} }
/** Too short for any secret here, and no address. */
const SECRET = 'hidden-secret'
const CREDENTIAL = { accessKeyId: 'id', accessKeySecret: 'secret' }
const GOOD = {
  storage: { kind: 'oss', bucket: 'photos', region: 'cn-hangzhou', credential: CREDENTIAL },
  authorize: 'public',
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-attack-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function load(text: string): Promise<string> {
  const path = join(folder, 'postern.config.json')
  await writeFile(path, text)
  return await loadConfig(path, SOURCES).then(
    () => 'loaded',
    (error: Error) => error.message,
  )
}

const TYPOS: [string, string][] = [
  ['without quotes', `{"tokenSecret": ${SECRET}}`],
  ['with a line break in it', `{"tokenSecret": "${SECRET}\n"}`],
  ['with a backslash in it', `{"tokenSecret": "${SECRET}\\x"}`],
  ['without a comma behind it', `{"tokenSecret": "${SECRET}" "page": true}`],
  ['with one quote', `{"tokenSecret": "${SECRET}}`],
  ['in quotes of another kind', `{"tokenSecret": '${SECRET}'}`],
  ['and nothing else', SECRET],
]

test.each(TYPOS)('a secret that stands in JSON %s is not told', async (_, text) => {
  const message = await load(text)
  expect(message).toContain('This is no JSON')
  expect(message).not.toMatch(/hidden|secret/)
})

const PLACES: [string, (secret: unknown) => object][] = [
  ['tokenSecret', (tokenSecret) => ({ tokenSecret })],
  ['webhook.secret', (secret) => ({ webhook: { url: 'https://app.example/hook', secret } })],
  ['webhook.secret[0]', (secret) => ({ webhook: { url: 'https://app.example/hook', secret: [secret] } })],
  ['limits.redis', (redis) => ({ limits: { redis: redis === SECRET ? [redis] : redis } })],
  ['metrics.token', (token) => ({ metrics: { token: token === SECRET ? [token] : token } })],
  ['authorize.jwt.secret', (secret) => ({ authorize: { jwt: { secret } } })],
  ['authorize.jwt.publicKey', (publicKey) => ({ authorize: { jwt: { publicKey } } })],
  ['authorize.apiKey', (key) => ({ authorize: { apiKey: { keys: [{ name: 'a', key }] } } })],
  [
    'accessKeySecret',
    (accessKeySecret) => ({
      storage: { ...GOOD.storage, credential: { accessKeyId: 'id', accessKeySecret: `${accessKeySecret} \n` } },
    }),
  ],
]

describe.each(PLACES)('what is wrong with %s is told without it', (_, withSecret) => {
  test.each([
    ['it is too short', SECRET],
    ['it stands in a list', [[SECRET]]],
    ['it stands in an object', { value: SECRET }],
    ['it is where a name of a variable should be', { env: [SECRET] }],
  ])('where %s', (_, secret) => {
    const read = () => parseConfig({ ...GOOD, ...withSecret(secret) }, { ...SOURCES, folder })
    expect(read).toThrow()
    try {
      read()
    } catch (error) {
      expect(error instanceof Error ? `${error.message}` : '').not.toContain(SECRET)
    }
  })
})

describe('a member that every object has', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'is no member of a configuration: %s',
    (name) => {
      const config = JSON.parse(JSON.stringify(GOOD).replace('{', `{${JSON.stringify(name)}:{"page":false},`))
      expect(() => parseConfig(config, { ...SOURCES, folder })).toThrow('There is no such member')
    },
  )

  test('is no route: __proto__', () => {
    const routes: unknown = JSON.parse('{"__proto__":{"prefix":"a/"},"default":{}}')
    expect(() => parseConfig({ ...GOOD, routes }, { ...SOURCES, folder })).toThrow(/__proto__/)
  })

  test('names no kind of authorizer: __proto__', () => {
    const authorize: unknown = JSON.parse('{"__proto__":{"keys":[]}}')
    expect(() => parseConfig({ ...GOOD, authorize }, { ...SOURCES, folder })).toThrow()
  })
})

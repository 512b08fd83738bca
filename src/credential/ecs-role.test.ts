import { afterEach, expect, test } from 'vitest'
import { ecsRole } from './ecs-role.ts'
import { localServer, READ_CREDENTIAL, type Received, type Reply, WIRE_CREDENTIAL } from './local-server.fixture.ts'

const ROLES = '/latest/meta-data/ram/security-credentials/'
const SUCCESS: Reply = { body: { ...WIRE_CREDENTIAL, LastUpdated: '2026-11-24T12:00:00Z', Code: 'Success' } }
const NOT_THERE: Reply = { status: 404, body: '<html>404</html>' }

/** The metadata of an instance with the role `uploader`. */
function metadata(token: Reply | undefined, role: Reply = SUCCESS) {
  return ({ method, path }: Received): Reply | undefined => {
    if (method === 'PUT' && path === '/latest/api/token') return token
    if (path === ROLES) return { body: 'uploader\n' }
    return path === `${ROLES}uploader` ? role : NOT_THERE
  }
}

const asked = (received: readonly Received[]) => received.map(({ method, path }) => `${method} ${path}`)

afterEach(() => {
  delete process.env['http_proxy']
})

test('the metadata are asked with a token of their own where they give one', async () => {
  const { url, received } = await localServer(metadata({ body: 'metadata-token' }))
  expect(await ecsRole({ endpoint: url, hardenedOnly: true })()).toEqual(READ_CREDENTIAL)
  expect(asked(received)).toEqual(['PUT /latest/api/token', `GET ${ROLES}`, `GET ${ROLES}uploader`])
  expect(received[0]?.headers['x-aliyun-ecs-metadata-token-ttl-seconds']).toBe('60')
  expect(received.slice(1).map(({ headers }) => headers['x-aliyun-ecs-metadata-token'])).toEqual([
    'metadata-token',
    'metadata-token',
  ])
})

test.each([
  ['knows no tokens', NOT_THERE],
  ['gives a token that is none', { body: 'a\nb' }],
  ['does not answer for a token', undefined],
])('an instance that %s is asked without, unless that was forbidden', async (_, token) => {
  const { url, received } = await localServer(metadata(token))
  expect(await ecsRole({ endpoint: url, roleName: 'uploader' })()).toEqual(READ_CREDENTIAL)
  expect(received.at(-1)?.headers['x-aliyun-ecs-metadata-token']).toBeUndefined()
  await expect(ecsRole({ endpoint: url, roleName: 'uploader', hardenedOnly: true })()).rejects.toMatchObject({
    code: 'credential-unavailable',
  })
})

test('a role that was named is not asked for', async () => {
  const { url, received } = await localServer(metadata({ body: 'token' }))
  await ecsRole({ endpoint: url, roleName: 'uploader' })()
  expect(asked(received)).toEqual(['PUT /latest/api/token', `GET ${ROLES}uploader`])
})

test.each<[string, Reply, string]>([
  ['an answer that is no success', { body: { ...WIRE_CREDENTIAL, Code: 'Failed' } }, 'gave no credential'],
  ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: '' }, 'gave no credential'],
  ['half a credential', { body: { Code: 'Success', AccessKeyId: 'a' } }, 'gave no credential'],
  ['an answer without end', { body: 'x'.repeat(64 * 1024 + 1) }, 'over 65536 bytes'],
])('%s is no credential', async (_, role, sentence) => {
  const { url } = await localServer(metadata({ body: 'token' }, role))
  await expect(ecsRole({ endpoint: url })()).rejects.toMatchObject({
    message: expect.not.stringContaining('127.0.0.1'),
    cause: { message: expect.stringContaining(sentence) },
  })
})

test('an instance without a role is told to get one', async () => {
  const { url } = await localServer(() => NOT_THERE)
  await expect(ecsRole({ endpoint: url })()).rejects.toMatchObject({
    cause: { message: expect.stringContaining('Attach a RAM role to the instance') },
  })
})

test.each(['../token', 'a/b', 'a?b', '', 'a b', '<html>', 'x'.repeat(65)])(
  'the name %j of a role gets into no address',
  async (name) => {
    expect(() => ecsRole({ roleName: name })).toThrow('is no name of a role')
    const { url, received } = await localServer(({ path }) => (path === ROLES ? { body: name } : NOT_THERE))
    await expect(ecsRole({ endpoint: url })()).rejects.toThrow('no valid credential')
    expect(asked(received)).toEqual(['PUT /latest/api/token', `GET ${ROLES}`])
  },
)

test('no proxy of the environment is asked for the metadata', async () => {
  const proxy = await localServer(() => NOT_THERE)
  process.env['http_proxy'] = proxy.url
  const { url } = await localServer(metadata({ body: 'token' }))
  await ecsRole({ endpoint: url })()
  expect(proxy.received).toEqual([])
})

test('metadata that never answer are given up', async () => {
  const { url } = await localServer(() => undefined)
  await expect(ecsRole({ endpoint: url, hardenedOnly: true })()).rejects.toMatchObject({
    cause: { message: expect.stringContaining('no answer in 1000 ms') },
  })
})

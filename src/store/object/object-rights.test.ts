import { expect, test } from 'vitest'
import { sendAs } from '../../../test/sign-as.ts'
import { CREDENTIAL, fileStore, freshKey, kept, send } from '../../../test/store-client.ts'

/** Tags and ACLs that come with a writer's request are asked of their own rights. docs/decisions/0011 */

const WRITER = { accessKeyId: 'writer', accessKeySecret: 'secret' }
const statement = (Effect: 'Allow' | 'Deny', ...actions: string[]) => ({
  Effect,
  Action: actions,
  Resource: 'acs:oss:*:*:photos/*',
})
const policy = {
  Version: '1',
  Statement: [statement('Allow', 'oss:PutObject', 'oss:GetObject'), statement('Deny', 'oss:PutObjectAcl')],
}
const store = await fileStore({ credentials: [CREDENTIAL, { ...WRITER, policy }] })

type Headers = Record<string, string>
const source = freshKey()
await sendAs(store, CREDENTIAL, { method: 'PUT', bucket: 'photos', key: source, body: 'hello' })

/** Every request that makes an object, or begins to. */
const MAKERS: Record<string, { method: string; query?: [string, string][]; headers?: Headers }> = {
  'a put': { method: 'PUT' },
  'a copy': {
    method: 'PUT',
    headers: { 'x-oss-copy-source': `/photos/${source}`, 'x-oss-tagging-directive': 'REPLACE' },
  },
  'an append': {
    method: 'POST',
    query: [
      ['append', ''],
      ['position', '0'],
    ],
  },
  'a symlink': { method: 'PUT', query: [['symlink', '']], headers: { 'x-oss-symlink-target': source } },
  'an upload': { method: 'POST', query: [['uploads', '']] },
}

const make = (name: string, credential: typeof WRITER, key: string, more: Headers) => {
  const { headers, ...maker } = MAKERS[name] ?? { method: '' }
  return sendAs(store, credential, { ...maker, bucket: 'photos', key, headers: { ...headers, ...more } })
}

test.each(Object.keys(MAKERS))('%s with tags or an ACL needs the right to set them', async (name) => {
  const key = freshKey()
  expect((await make(name, WRITER, key, { 'x-oss-tagging': 'a=1' })).error.get('Code')).toBe('AccessDenied')
  expect((await make(name, WRITER, key, { 'x-oss-object-acl': 'public-read' })).error.get('Code')).toBe('AccessDenied')
  expect(await kept(store, key)).toBeUndefined()
  expect((await make(name, WRITER, key, {})).status).toBe(200)
  const both = { 'x-oss-tagging': 'a=1', 'x-oss-object-acl': 'public-read' }
  expect((await make(name, CREDENTIAL, freshKey(), both)).status).toBe(200)
})

test.each(Object.keys(MAKERS).filter((name) => name !== 'an upload'))(
  '%s without a signature sets neither',
  async (name) => {
    const { headers, query = [], ...maker } = MAKERS[name] ?? { method: '' }
    await sendAs(store, CREDENTIAL, { method: 'PUT', bucket: 'shown', key: source, body: 'hello' })
    const search = query.map(([field, value]) => `${field}=${value}`).join('&')
    const anonymous = async (more: Headers) => {
      const from = name === 'a copy' ? { 'x-oss-copy-source': `/shown/${source}` } : {}
      const target = `/open/${freshKey()}?${search}`
      return (await send(store, { ...maker, target, headers: { ...headers, ...from, ...more } })).status
    }
    expect(await anonymous({ 'x-oss-tagging': 'a=1' })).toBe(403)
    expect(await anonymous({ 'x-oss-object-acl': 'public-read' })).toBe(403)
    expect(await anonymous({})).toBe(200)
  },
)

test('a copy brings tags only to whoever may read them there and set them here', async () => {
  const tagged = freshKey()
  const headers = { 'x-oss-tagging': 'a=1' }
  await sendAs(store, CREDENTIAL, { method: 'PUT', bucket: 'photos', key: tagged, headers })
  const copy = (more: Headers) =>
    sendAs(store, WRITER, {
      method: 'PUT',
      bucket: 'photos',
      key: freshKey(),
      headers: { 'x-oss-copy-source': `/photos/${tagged}`, ...more },
    })
  expect((await copy({})).status).toBe(403)
  expect((await copy({ 'x-oss-tagging-directive': 'REPLACE' })).status).toBe(200)
})

test('the number of tags is told to whoever may read them', async () => {
  const tagged = freshKey()
  await sendAs(store, CREDENTIAL, {
    method: 'PUT',
    bucket: 'photos',
    key: tagged,
    headers: { 'x-oss-tagging': 'a=1&b' },
  })
  const countFor = async (credential: typeof WRITER) =>
    (await sendAs(store, credential, { method: 'HEAD', bucket: 'photos', key: tagged })).headers['x-oss-tagging-count']
  expect(await countFor(CREDENTIAL)).toBe('2')
  expect(await countFor(WRITER)).toBeUndefined()
})

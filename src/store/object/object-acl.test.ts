import { expect, test } from 'vitest'
import { CREDENTIAL, fileStore, freshKey, type Sent, send, sendSigned } from '../../../test/store-client.ts'

/** docs/spec/object-api.md section 5: the ACL of an object. */

const store = await fileStore()
const ask = (method: string, key: string, more: Partial<Sent> = {}, bucket = 'photos') =>
  sendSigned(store, { method, target: `/${bucket}/${key}`, ...more })
const grantOf = async (key: string, bucket?: string) =>
  /<Grant>(.*)<\/Grant>/.exec((await ask('GET', `${key}?acl`, {}, bucket)).text)?.[1]

test('an object has the ACL default, until it is given another', async () => {
  const key = freshKey()
  await ask('PUT', key, { body: 'hello' })
  const id = CREDENTIAL.accessKeyId
  expect((await ask('GET', `${key}?acl`)).text).toContain(
    `<AccessControlPolicy><Owner><ID>${id}</ID><DisplayName>${id}</DisplayName></Owner><AccessControlList><Grant>default</Grant></AccessControlList></AccessControlPolicy>`,
  )
  for (const acl of ['private', 'public-read', 'public-read-write', 'default']) {
    expect((await ask('PUT', `${key}?acl`, { headers: { 'x-oss-object-acl': acl } })).status).toBe(200)
    expect(await grantOf(key)).toBe(acl)
    const anonymous = await send(store, { method: 'GET', target: `/photos/${key}` })
    expect(anonymous.status).toBe(acl.startsWith('public') ? 200 : 403)
  }
  expect((await ask('GET', key)).text).toBe('hello')
})

test.each([' ', 'open', 'Private'])('the ACL %j is refused, and the object keeps its own', async (acl) => {
  const key = freshKey()
  await ask('PUT', key, { headers: { 'x-oss-object-acl': 'public-read' } })
  const answer = await ask('PUT', `${key}?acl`, { headers: { 'x-oss-object-acl': acl } })
  expect([answer.status, answer.error.get('Code')]).toEqual([400, 'InvalidArgument'])
  expect(await grantOf(key)).toBe('public-read')
})

test.each(['GET', 'PUT'])('%s of the ACL of what is not there is refused', async (method) => {
  const answer = await ask(method, 'nothing?acl', { headers: { 'x-oss-object-acl': 'private' } })
  expect([answer.status, answer.error.get('Code')]).toEqual([404, 'NoSuchKey'])
})

test.each(['GET', 'PUT'])('%s of an ACL wants a signature, however open bucket and object are', async (method) => {
  const key = freshKey()
  await ask('PUT', key, { headers: { 'x-oss-object-acl': 'public-read-write' } }, 'open')
  const headers = { 'x-oss-object-acl': 'private' }
  expect((await send(store, { method, target: `/open/${key}?acl`, headers })).status).toBe(403)
  expect(await grantOf(key, 'open')).toBe('public-read-write')
})

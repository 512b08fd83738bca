import { expect } from 'vitest'
import { utf8 } from '../../../src/base/bytes.ts'
import { expectRefused, freshKey, keysOf, type Steps, textOf } from './steps.ts'

export const tagging: Steps = async ({ client, ground }) => {
  const key = freshKey()
  await client.put(key, utf8('x'), { headers: { 'x-oss-tagging': 'colour=red&a%20b=c%2Bd' } })
  expect(await client.getTags(key)).toEqual({ colour: 'red', 'a b': 'c+d' })
  const tags = { 'a b': 'c=d', 'e+f': 'g:/._-', h: 'i' }
  expect((await client.putTags(key, tags)).status).toBe(200)
  expect(await client.getTags(key)).toEqual(tags)
  expect((await ground.kept(key))?.headers).toMatchObject({ 'x-oss-tagging-count': '3' })
  expect((await client.deleteTags(key)).status).toBe(204)
  expect(await client.getTags(key)).toEqual({})
  await expectRefused(client.getTags(freshKey()), 404, 'NoSuchKey')
}

export const acl: Steps = async ({ client, ground }) => {
  const key = freshKey()
  await ground.keep(key, 'x')
  expect(await client.getAcl(key)).toBe('default')
  for (const { acl, status } of [
    { acl: 'public-read', status: 200 },
    { acl: 'private', status: 403 },
    { acl: 'public-read-write', status: 200 },
    { acl: 'default', status: 403 },
  ]) {
    expect((await client.putAcl(key, acl)).status).toBe(200)
    expect(await client.getAcl(key)).toBe(acl)
    expect((await ground.anonymous(key)).status, acl).toBe(status)
  }
}

export const symlink: Steps = async ({ client, ground }) => {
  for (const target of keysOf(client)) {
    await ground.keep(target, `content of ${target}`)
    const link = freshKey()
    expect((await client.putSymlink(link, target)).status).toBe(200)
    expect(await client.getSymlink(link)).toBe(target)
    const fetched = await client.get(link)
    expect(textOf(fetched.content)).toBe(`content of ${target}`)
    expect(fetched.headers).toMatchObject({ 'x-oss-object-type': 'Symlink' })
  }
  const dangling = freshKey()
  await client.putSymlink(dangling, freshKey())
  await expectRefused(client.get(dangling), 404, 'SymlinkTargetNotExist')
}

import { expect } from 'vitest'
import { utf8 } from '../../../src/base/bytes.ts'
import { readElements } from '../../../src/base/xml.ts'
import { CREDENTIAL, TEMPORARY } from './ground.ts'
import { KEYS } from './keys.ts'
import type { Fetched } from './object-client.ts'
import { contentOf, expectKept, expectRefused, freshKey, keysOf, type Steps, textOf } from './steps.ts'

export const formPost: Steps = async ({ client, ground }) => {
  for (const key of KEYS) {
    const content = contentOf(100)
    const form = await client.signForm(key)
    const answer = await client.postForm(form, content)
    expect(answer.status, textOf(answer.content)).toBe(204)
    await expectKept(ground, key, content)
  }
  const form = await client.signForm(freshKey())
  expectAnswer(await client.postForm(form, contentOf(101)), 400, 'EntityTooLarge')
  const elsewhere = { ...form, fields: { ...form.fields, key: freshKey() } }
  expectAnswer(await client.postForm(elsewhere, contentOf(100)), 403, 'AccessDenied')
  expect(await ground.kept(elsewhere.fields.key)).toBeUndefined()
}

export const presignedGet: Steps = async ({ client, ground }) => {
  for (const key of keysOf(client)) {
    await ground.keep(key, `content of ${key}`)
    const answer = await client.open(await client.presign('GET', key))
    expect(answer.status, textOf(answer.content)).toBe(200)
    expect(textOf(answer.content)).toBe(`content of ${key}`)
  }
  const url = await client.presign('GET', freshKey())
  expectAnswer(await client.open(url), 404, 'NoSuchKey')
  expectAnswer(await client.open(url.replace('/fresh/', '/other/')), 403, 'SignatureDoesNotMatch')
  expectAnswer(await client.open(url, { method: 'DELETE' }), 403, 'SignatureDoesNotMatch')
}

export const presignedPut: Steps = async ({ client, ground }) => {
  const headers = { 'Content-Type': 'image/x-test' }
  for (const key of keysOf(client)) {
    const content = contentOf(1000)
    const url = await client.presign('PUT', key, headers)
    const answer = await client.open(url, { method: 'PUT', headers, body: content })
    expect(answer.status, textOf(answer.content)).toBe(200)
    await expectKept(ground, key, content, answer)
    expect((await ground.kept(key))?.headers).toMatchObject({ 'content-type': 'image/x-test' })
  }
  const key = freshKey()
  const url = await client.presign('PUT', key, headers)
  const otherType = { method: 'PUT', headers: { 'Content-Type': 'text/html' }, body: utf8('x') }
  expectAnswer(await client.open(url, otherType), 403, 'SignatureDoesNotMatch')
  expect(await ground.kept(key)).toBeUndefined()
}

/** A temporary key works with its token, and not without it. */
export const sts: Steps = async ({ as, runs, ground }) => {
  const client = await as(TEMPORARY)
  const key = freshKey()
  await expectKept(ground, key, 'temporary', await client.put(key, utf8('temporary')))
  expect(textOf((await client.get(key)).content)).toBe('temporary')
  expect((await client.head(key)).status).toBe(200)
  if (runs('presigned get'))
    expect(textOf((await client.open(await client.presign('GET', key))).content)).toBe('temporary')
  if (runs('form post')) expect((await client.postForm(await client.signForm(freshKey()), utf8('x'))).status).toBe(204)

  const { accessKeyId, accessKeySecret, securityToken = '' } = TEMPORARY
  const tokenless = await as({ accessKeyId, accessKeySecret })
  await expectRefused(tokenless.get(key), 403, 'InvalidAccessKeyId')
  const otherToken = await as({ ...TEMPORARY, securityToken: 'other' })
  await expectRefused(otherToken.get(key), 403, 'InvalidSecurityToken')
  const longLived = await as({ ...CREDENTIAL, securityToken })
  await expectRefused(longLived.get(key), 403, 'InvalidAccessKeyId')
}

/** With a URL the answer is read by its status: who has only the URL has no client that throws. */
function expectAnswer({ status, content }: Fetched, expected: number, code: string): void {
  const text = textOf(content)
  expect(readElements(text, 'Error')?.get('Code'), text).toBe(code)
  expect(status).toBe(expected)
}

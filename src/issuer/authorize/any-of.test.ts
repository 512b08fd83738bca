import { expect, test } from 'vitest'
import { PosternError } from '../../base/issuer-errors.ts'
import { anyOf } from './any-of.ts'
import type { Authorize } from './authorize.ts'
import { badToken, nobody } from './bearer.ts'

const ASKED = { route: 'default', address: undefined }
const REQUEST = new Request('http://app.local/uploads')
const eva: Authorize = () => ({ id: 'eva' })
const unknown: Authorize = () => undefined
const noToken: Authorize = () => {
  throw nobody('Send a token.')
}
const expired: Authorize = () => {
  throw badToken('The token has expired.')
}
const denied: Authorize = () => {
  throw new PosternError('upload-denied', 'Your plan has no uploads.')
}
const broken: Authorize = () => Promise.reject(new Error('ECONNREFUSED'))

const order: { why: string; of: Authorize[] }[] = [
  { why: 'the first knows', of: [eva, broken] },
  { why: 'the first knows nobody', of: [unknown, eva] },
  { why: 'the first has no token to look at', of: [noToken, eva] },
  { why: 'the first does not know the token', of: [expired, eva] },
]

test.each(order)('a caller is let in where $why', async ({ of }) => {
  expect(await anyOf(...of)(REQUEST, ASKED)).toEqual({ id: 'eva' })
})

test('who knows somebody and refuses them has the last word', async () => {
  await expect(anyOf(noToken, denied, eva)(REQUEST, ASKED)).rejects.toMatchObject({ code: 'upload-denied' })
})

test('who cannot be asked has the last word: nobody gets in because something broke', async () => {
  await expect(anyOf(broken, eva)(REQUEST, ASKED)).rejects.toThrow('ECONNREFUSED')
})

test('where nobody knows the caller, what was wrong with their token is said', async () => {
  await expect(anyOf(noToken, expired, noToken)(REQUEST, ASKED)).rejects.toThrow('expired')
  await expect(anyOf(noToken, noToken)(REQUEST, ASKED)).rejects.toThrow('Send a token.')
  expect(await anyOf(unknown, unknown)(REQUEST, ASKED)).toBeUndefined()
})

test('anyOf asks authorizers, and at least one', () => {
  expect(() => anyOf()).toThrow(TypeError)
  // @ts-expect-error: everybody beside somebody is everybody; it must be said in the place of all
  expect(() => anyOf(eva, 'public')).toThrow(TypeError)
})

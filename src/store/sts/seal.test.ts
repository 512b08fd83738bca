import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSeal, type Session } from './seal.ts'

const seal = createSeal(Buffer.alloc(32, 7))
const another = createSeal(Buffer.alloc(32, 8))
const session = (changes: Partial<Session> = {}): Session => ({
  accessKeyId: seal.newId(),
  role: 'uploader',
  assumedBy: 'owner',
  proof: seal.proofOf('secret'),
  expires: new Date('2026-01-02T04:04:05Z'),
  policy: '{"Version":"1"}',
  ...changes,
})

test('what is sealed is read back the same, and by nobody else', () => {
  const policies = fc.option(fc.string({ unit: 'binary', maxLength: 100 }), { nil: undefined })
  fc.assert(
    fc.property(policies, (policy) => {
      const sealed = session({ policy })
      const token = seal.seal(sealed)
      expect(seal.open(token)).toEqual(sealed)
      expect(another.open(token)).toBeUndefined()
    }),
  )
})

test('a token tells nothing of what is in it', () => {
  const bytes = Buffer.from(seal.seal(session()), 'base64url').toString('latin1')
  for (const text of ['uploader', 'owner', 'Version']) expect(bytes).not.toContain(text)
})

test('a token with any bit turned, cut short or made longer opens no more', () => {
  const bytes = Buffer.from(seal.seal(session()), 'base64url')
  for (let at = 0; at < bytes.length; at++) {
    const turned = Buffer.from(bytes)
    turned[at] = (turned[at] ?? 0) ^ (1 << (at % 8))
    expect(seal.open(turned.toString('base64url')), `byte ${at}`).toBeUndefined()
    expect(seal.open(bytes.subarray(0, at).toString('base64url')), `${at} bytes`).toBeUndefined()
  }
  expect(seal.open(Buffer.concat([bytes, Buffer.alloc(1)]).toString('base64url'))).toBeUndefined()
})

test.each(['', 'token', '*', 'a'.repeat(8192), 'a'.repeat(8193), 'ÿ'])(
  'a text that is no token opens nothing: %s',
  (text) => {
    expect(seal.open(text)).toBeUndefined()
  },
)

test('another text for the same bytes is no token', () => {
  for (const policy of ['', 'a', 'ab']) {
    const token = seal.seal(session({ policy }))
    for (const other of [
      `${token}=`,
      ` ${token}`,
      token.replace(/.$/, (end) => LETTERS[LETTERS.indexOf(end) ^ 1] ?? ''),
    ])
      expect(seal.open(other), other).toBeUndefined()
  }
})

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

test('no two tokens for the same are the same', () => {
  const same = session()
  expect(seal.seal(same)).not.toBe(seal.seal(same))
})

test('an id is known as one that was made here', () => {
  const id = seal.newId()
  expect(seal.isOwnId(id)).toBe(true)
  expect(another.isOwnId(id)).toBe(false)
  for (const other of [
    '',
    'STS.',
    id.toLowerCase(),
    `${id}0`,
    id.slice(0, -1),
    id.replace(/.$/, (end) => (end === '0' ? '1' : '0')),
  ])
    expect(seal.isOwnId(other), other).toBe(false)
})

test('each id has a secret of its own, the same each time, and another store’s is another', () => {
  const [one, other] = [seal.newId(), seal.newId()]
  expect(seal.secretOf(one)).toBe(seal.secretOf(one))
  expect(seal.secretOf(one)).not.toBe(seal.secretOf(other))
  expect(seal.secretOf(one)).not.toBe(another.secretOf(one))
  expect(seal.secretOf(one)).not.toBe(seal.proofOf(one))
})

test('a token is sealed for an id of ours alone', () => {
  expect(() => seal.seal(session({ accessKeyId: 'STS.other' }))).toThrow(TypeError)
})

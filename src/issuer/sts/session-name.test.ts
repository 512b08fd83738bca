import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sessionNameOf } from './session-name.ts'

test.each([
  ['alice', 'alice'],
  ['alice@example.com', 'alice@example.com'],
  ['x'.repeat(64), 'x'.repeat(64)],
])('the caller %j is called %j in the audit log', (id, name) => {
  expect(sessionNameOf(id)).toBe(name)
})

test.each([
  ['7', /^7-[0-9a-f]{16}$/],
  ['a b', /^a_b-[0-9a-f]{16}$/],
  ['用户', /^__-[0-9a-f]{16}$/],
  ['x'.repeat(65), /^x{47}-[0-9a-f]{16}$/],
  ['../&Policy=', /^.._.*-[0-9a-f]{16}$/],
])('the caller %j, whom STS would refuse, is called %s', (id, name) => {
  expect(sessionNameOf(id)).toMatch(name)
})

test('nobody can be called as another caller is', () => {
  const forged = sessionNameOf('a b')
  expect(sessionNameOf(forged)).not.toBe(forged)
  const name = fc.oneof(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }).map(sessionNameOf))
  fc.assert(
    fc.property(name, name, (one, other) => {
      expect(sessionNameOf(one)).toMatch(/^[A-Za-z0-9.@_-]{2,64}$/)
      if (one !== other) expect(sessionNameOf(one)).not.toBe(sessionNameOf(other))
    }),
  )
})

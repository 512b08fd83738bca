import fc from 'fast-check'
import { expect, test } from 'vitest'
import { continuationToken, readContinuationToken } from './continuation-token.ts'

const wellFormed = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 })

test('a token stands for the key it was made of', () => {
  fc.assert(
    fc.property(wellFormed, (key) => {
      expect(readContinuationToken(continuationToken(key))).toBe(key)
    }),
  )
})

test('a token that was changed is refused, wherever it was', () => {
  fc.assert(
    fc.property(wellFormed, fc.nat(), fc.constantFrom('A', '_', '=', '/', ' ', ''), (key, at, by) => {
      const token = continuationToken(key)
      const place = at % token.length
      const changed = `${token.slice(0, place)}${by}${token.slice(place + 1)}`
      fc.pre(changed !== token)
      expect(() => readContinuationToken(changed)).toThrow(/NextContinuationToken/)
    }),
  )
})

test.each(['', '2', 'AAAAAAAA', 'CgJiYw--', continuationToken('x'.repeat(1024)), `${continuationToken('a')}=`])(
  'what is no token is refused: %s',
  (token) => {
    expect(() => readContinuationToken(token)).toThrow()
  },
)

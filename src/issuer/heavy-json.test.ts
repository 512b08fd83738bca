import fc from 'fast-check'
import { expect, test } from 'vitest'
import { whyTooHeavy } from './heavy-json.ts'
import { ask, PNG, testIssuer } from './issuer.fixture.ts'

const BOUNDS = { maxDepth: 3, maxPieces: 5 }
const DEEP = 'is nested deeper than 3 levels'
const MANY = 'holds more than 5 values'

test.each([
  ['', undefined],
  ['[[[]]]', undefined],
  ['[[[[]]]]', DEEP],
  ['{"a":{"b":{}}}', undefined],
  ['{"a":{"b":{"c":[]}}}', DEEP],
  ['[[],[]]', undefined],
  ['[1,2,3,4,5]', undefined],
  ['[1,2,3,4,5,6]', MANY],
  ['[[],[],[]]', MANY],
  ['{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}', MANY],
  ['["[[[[{,,,,,,,,"]', undefined],
  [String.raw`["\"[[[[", "\\", "[[[["]`, undefined],
  [String.raw`["\\",[[[[`, DEEP],
  ['["[[[[', undefined],
  ['"\\', undefined],
  [']]]][[[[', undefined],
])('%s: %s', (text, why) => {
  expect(whyTooHeavy(Buffer.from(text), BOUNDS)).toBe(why)
})

test('whatever is in bounds by its value is in bounds by its text', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.boolean(), (value, isSpaced) => {
      const text = JSON.stringify(value, undefined, isSpaced ? 1 : 0)
      const { depth, pieces } = measure(value)
      expect(whyTooHeavy(Buffer.from(text), { maxDepth: depth, maxPieces: pieces })).toBeUndefined()
      if (depth > 0) expect(whyTooHeavy(Buffer.from(text), { maxDepth: depth - 1, maxPieces: pieces })).toBeDefined()
      if (pieces > 0) expect(whyTooHeavy(Buffer.from(text), { maxDepth: depth, maxPieces: pieces - 1 })).toBeDefined()
    }),
  )
})

/** The same, out of what was parsed. */
function measure(value: unknown): { readonly depth: number; readonly pieces: number } {
  if (typeof value !== 'object' || value === null) return { depth: 0, pieces: 0 }
  const inner = Object.values(value).map(measure)
  const commas = Math.max(0, inner.length - 1)
  return {
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
    pieces: 1 + commas + inner.reduce((sum, { pieces }) => sum + pieces, 0),
  }
}

test.each([
  ['nested deeper than 8 levels', '['.repeat(9)],
  ['nested deeper than 8 levels', '[{"a":'.repeat(200_000)],
  ['holds more than 10000 values', `{"files":[${'{},'.repeat(300_000)}{}]}`],
])('a body that is %s is never parsed', async (why, body) => {
  const response = await ask(testIssuer(), body)
  expect(response.status).toBe(400)
  expect((await response.json()).detail).toContain(why)
})

test('a body may be nested in eight levels, and then is refused for what it is', async () => {
  const meta = JSON.parse(`${'['.repeat(7)}${']'.repeat(7)}`)
  expect((await (await ask(testIssuer(), { ...PNG, meta })).json()).detail).toBe('"meta" must be an object.')
})

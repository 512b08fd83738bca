import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { base64, utf8 } from '../base/bytes.ts'
import { eq, fileSize, noneOf, oneOf, startsWith } from '../policy/build-policy.ts'
import type { Condition, Policy } from '../policy/condition.ts'
import { OSS, S3 } from '../policy/dialect.ts'
import { encodePolicy } from '../policy/encode-policy.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import { readPolicy } from './read-policy.ts'

const encoded = (json: string) => base64(utf8(json))

/** What `parsePolicy` finds, or `undefined` where it refuses. */
function strictly(text: string, dialect = OSS): Policy | undefined {
  try {
    return parsePolicy(text, dialect)
  } catch {
    return undefined
  }
}

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 10 }),
  fc.string({ unit: fc.constantFrom('\\', '$', '"', 'n', 'u', '0', '中', '😀', '\ud800'), maxLength: 8 }),
)
const names = fc.string({ minLength: 1, maxLength: 10 }).filter((name) => !name.startsWith('$'))
const sizes = fc.integer({ min: 0, max: 2 ** 40 })
const conditions: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ field: names, value: texts }).map(({ field, value }) => eq(field, value)),
  fc
    .record({ field: names, value: texts })
    .map(({ field, value }): Condition => ({ ...eq(field, value), spelling: 'object' })),
  fc.record({ field: names, prefix: texts }).map(({ field, prefix }) => startsWith(field, prefix)),
  fc
    .record({ field: names, values: fc.array(texts, { maxLength: 4 }) })
    .map(({ field, values }) => oneOf(field, values)),
  fc
    .record({ field: names, values: fc.array(texts, { maxLength: 4 }) })
    .map(({ field, values }) => noneOf(field, values)),
  fc.tuple(sizes, sizes).map(([a, b]) => fileSize(Math.min(a, b), Math.max(a, b))),
)
const instants = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31T23:59:59Z') })

/** Policies as people write them: bounds in quotes, bare names, `\$`, what is no policy at all. */
const operands = fc.oneof(
  texts.map((text) => JSON.stringify(text)),
  fc.constantFrom(
    '"\\$a"',
    '"\\\\$a"',
    '"\\\\\\$a"',
    '"\\u0024"',
    '1',
    '"1"',
    '"01"',
    '1.0',
    '1e3',
    '-1',
    '9007199254740993',
  ),
  fc.constantFrom('99999999999999999999999', '""', 'true', 'null', '[]', '["a"]', '[1]', '{}', '{"a": "b"}'),
)
const heads = fc.constantFrom(
  '"eq"',
  '"EQ"',
  '"starts-with"',
  '"in"',
  '"not-in"',
  '"content-length-range"',
  '"$key"',
  '1',
  'null',
)
const written = fc.oneof(
  fc
    .tuple(heads, fc.oneof(fc.constantFrom('"$key"', '"key"', '"$"', '""'), operands), operands)
    .map((all) => `[${all.join(', ')}]`),
  fc.array(operands, { maxLength: 4 }).map((all) => `[${all.join(',')}]`),
  fc.tuple(names, operands).map(([name, value]) => `{${JSON.stringify(name)}: ${value}}`),
  operands,
)
const expirations = fc.oneof(
  instants.map((instant) => JSON.stringify(instant.toISOString())),
  instants.map((instant) => JSON.stringify(`${instant.toISOString().slice(0, 19)}Z`)),
  fc.constantFrom('"2026-02-29T00:00:00Z"', '"2026-11-24"', '"2026-11-24T12:00:00+08:00"', '""', '1', 'null'),
)
const documents = fc
  .tuple(expirations, fc.array(written, { minLength: 1, maxLength: 3 }))
  .map(([expiration, all]) => `{"expiration": ${expiration}, "conditions": [${all.join(', ')}]}`)

describe('for every policy that the strict reader takes, the light one finds the same', () => {
  test('as our own issuer writes them', () => {
    fc.assert(
      fc.property(instants, fc.array(conditions, { minLength: 1, maxLength: 5 }), (expiration, all) => {
        const text = encodePolicy({ expiration, conditions: all })
        const policy = strictly(text)
        if (policy !== undefined) expect(readPolicy(text)).toEqual(policy)
      }),
    )
  })

  test.each([OSS, S3])('as people write them, for $name', (dialect) => {
    fc.assert(
      fc.property(documents, (document) => {
        const text = encoded(document)
        const policy = strictly(text, dialect)
        if (policy !== undefined) expect(readPolicy(text)).toEqual(policy)
      }),
      { numRuns: 1000 },
    )
  })
})

test('escapes of OSS and of JSON are told apart', () => {
  const text = encoded(
    String.raw`{"expiration": "2026-11-24T12:00:00Z", "conditions": [["eq", "$a", "\$b"], ["eq", "$a", "\\$b"], ["eq", "$a", "\\\$b"], ["eq", "$a", "\\\\$b"], {"$a": "\n"}]}`,
  )
  expect(readPolicy(text)).toEqual(parsePolicy(text))
})

const ODD = [
  '',
  'null',
  '7',
  '[]',
  '{}',
  '{"expiration": "2026-11-24T12:00:00Z"}',
  '{"expiration": "2026-11-24T12:00:00Z", "conditions": {}}',
  '{"expiration": "2026-11-24T12:00:00Z", "conditions": [null]}',
  '{"expiration": "2026-11-24T12:00:00Z", "conditions": ["key"]}',
  '{"expiration": "2026-11-24T12:00:00Z", "conditions": [{}]}',
  '{"expiration": "2026-11-24T12:00:00Z", "conditions": [{"a": "b", "c": "d"}]}',
  '{"expiration": "2026-11-24T12:00:00Z", "conditions": [{"key": ["a"]}]}',
  '{"expiration": "2026-11-24T12:00:00Z", "conditions": [["eq", "$key"]]}',
  '{"expiration": "2026-11-24T12:00:00Z", "conditions": [["eq", "$key", "a", "b"]]}',
  '{"expiration": "2026-11-24T12:00:00Z", "conditions": [["eq", 1, "a"]]}',
  '{"expiration": "2026-11-24T12:00:00Z", "conditions": [["ends-with", "$key", "a"]]}',
  '{"expiration": "2026-11-24T12:00:00Z", "conditions": [["in", "$key", "a"]]}',
  '{"expiration": "2026-11-24T12:00:00Z", "conditions": [["content-length-range", 1.5, 2]]}',
  '{"expiration": "2026-11-24T12:00:00Z", "conditions": [["content-length-range", "", 2]]}',
  '{"expiration": "2026-11-24T12:00:00Z", "conditions": [["content-length-range", -1, 2]]}',
  '{"expiration": "soon", "conditions": [{"key": "a"}]}',
  '{"expiration": "2026-11-24T12:00:00+08:00", "conditions": [{"key": "a"}]}',
  '{"expiration": 1795521600000, "conditions": [{"key": "a"}]}',
]

test.each(ODD)('what is odd is left to the store: %s', (document) => {
  expect(readPolicy(encoded(document))).toBeUndefined()
})

test('so is what is no Base64 of UTF-8', () => {
  for (const text of [
    '*',
    'e30',
    base64(new Uint8Array([0x22, 0xff, 0x22])),
    base64(new Uint8Array([0xed, 0xa0, 0x80])),
  ])
    expect(readPolicy(text)).toBeUndefined()
})

test('nothing makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string(), documents), (document) => {
      const policy = readPolicy(encoded(document))
      expect(policy === undefined || Number.isFinite(policy.expiration.getTime())).toBe(true)
    }),
  )
})

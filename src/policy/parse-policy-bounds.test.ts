// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the protocol's variable, not a template's
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../base/bytes.ts'
import { PosternError } from '../base/known-errors.ts'
import { MAX_CONDITIONS, MAX_POLICY_BYTES } from '../base/limits.ts'
import { parsePolicy, parsePolicyText } from './parse-policy.ts'
import { encode, refusalOf, withConditions, withExpiration } from './policy-text.fixture.ts'

describe('bounds', () => {
  const ofLength = (bytes: number) => {
    const empty = withConditions('{"key": ""}')
    return empty.replace('""', `"${'a'.repeat(bytes - empty.length)}"`)
  }

  test('a policy may have as many bytes as the limit, and no more', () => {
    expect(parsePolicy(encode(ofLength(MAX_POLICY_BYTES))).conditions).toHaveLength(1)
    expect(refusalOf(() => parsePolicy(encode(ofLength(MAX_POLICY_BYTES + 1))))?.code).toBe('policy-too-large')
    expect(refusalOf(() => parsePolicyText(ofLength(MAX_POLICY_BYTES + 1)))?.code).toBe('policy-too-large')
  })

  test('bytes count, not characters', () => {
    const text = ofLength(MAX_POLICY_BYTES - 1).replace('aa', '中')
    expect(utf8(text)).toHaveLength(MAX_POLICY_BYTES)
    expect(parsePolicyText(text).conditions).toHaveLength(1)
    expect(refusalOf(() => parsePolicyText(text.replace('aa', '中')))?.code).toBe('policy-too-large')
  })

  test('a field of two megabytes is refused before it is decoded', () => {
    expect(refusalOf(() => parsePolicy('*'.repeat(2_000_000)))?.code).toBe('policy-too-large')
  })

  test('a policy may have as many conditions as the limit, and no more', () => {
    const policy = (count: number) => withConditions(...new Array<string>(count).fill('{"a":"b"}'))
    expect(parsePolicyText(policy(MAX_CONDITIONS)).conditions).toHaveLength(MAX_CONDITIONS)
    expect(refusalOf(() => parsePolicyText(policy(MAX_CONDITIONS + 1)))?.code).toBe('policy-too-large')
  })

  test('a message stays short, however long what it shows is', () => {
    const long = 'a'.repeat(60_000)
    for (const text of [
      `["${long}"]`,
      `{"${long}": 1}`,
      withConditions(`["${long}", "$key", "a"]`),
      withExpiration(`"${long}"`),
    ])
      expect(refusalOf(() => parsePolicyText(text))?.message.length).toBeLessThan(800)
  })
})

describe('hostile text gives a PosternError, never anything else', () => {
  test('any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        refusalOf(() => parsePolicyText(text))
        refusalOf(() => parsePolicy(text))
        refusalOf(() => parsePolicy(encode(text)))
      }),
    )
  })

  test('any JSON in the place of conditions and expiration', () => {
    const word = fc.constantFrom('eq', 'in', 'not-in', 'starts-with', 'content-length-range', '$key', 'bucket', '', '1')
    const leaf = fc.oneof(word, fc.integer(), fc.double(), fc.boolean(), fc.constant(null))
    const json = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        leaf,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(word, tie('value'), { maxKeys: 2 }),
      ),
    })).value
    fc.assert(
      fc.property(json, fc.array(json), (expiration, conditions) => {
        refusalOf(() => parsePolicyText(JSON.stringify({ expiration, conditions })))
        refusalOf(() => parsePolicyText(JSON.stringify({ expiration: '2026-11-24T12:00:00Z', conditions })))
      }),
      { numRuns: 500 },
    )
  })

  test('a policy cut anywhere', () => {
    const encoded = encode(withConditions('["eq", "$key", "user/eric/\\\\${filename}"]', '["in", "$a", ["b"]]'))
    for (let length = 0; length < encoded.length; length++)
      expect(refusalOf(() => parsePolicy(encoded.slice(0, length)))).toBeInstanceOf(PosternError)
  })
})

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the protocol's variable, not a template's
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readBase64, readUtf8 } from '../base/bytes.ts'
import { eq, fileSize, noneOf, oneOf, startsWith } from './build-policy.ts'
import type { Condition, Policy } from './condition.ts'
import { encodePolicy, policyText } from './encode-policy.ts'
import { parsePolicy } from './parse-policy.ts'

const EXPIRATION = new Date('2026-11-24T12:00:00.476Z')

function decoded(policy: Policy): string | undefined {
  return readUtf8(readBase64(encodePolicy(policy)) ?? new Uint8Array())
}

function written(condition: Condition): string {
  return policyText({ expiration: EXPIRATION, conditions: [condition] }).slice(
    '{"expiration":"2026-11-24T12:00:00.476Z","conditions":['.length,
    -2,
  )
}

test('a policy is written without white space, its conditions in order', () => {
  const policy = { expiration: EXPIRATION, conditions: [fileSize(1, 10), eq('key', 'a')] }
  expect(policyText(policy)).toBe(
    '{"expiration":"2026-11-24T12:00:00.476Z","conditions":[["content-length-range",1,10],["eq","$key","a"]]}',
  )
  expect(decoded(policy)).toBe(policyText(policy))
})

test('the expiration can be written without its fraction', () => {
  const policy = { expiration: EXPIRATION, conditions: [eq('key', 'a')] }
  expect(policyText(policy, { expirationFormat: 'seconds' })).toContain('"2026-11-24T12:00:00Z"')
  expect(policyText(policy, { expirationFormat: 'milliseconds' })).toContain('"2026-11-24T12:00:00.476Z"')
})

// docs/spec/auth.md section 7.6
test('the derived V1 and V4 policies come out as they are published', () => {
  const expiration = new Date('2023-12-03T13:12:12.000Z')
  const object = (field: string, value: string): Condition => ({ op: 'eq', field, value, spelling: 'object' })
  expect(encodePolicy({ expiration, conditions: [startsWith('key', 'user/eric/'), fileSize(1, 1024)] })).toBe(
    'eyJleHBpcmF0aW9uIjoiMjAyMy0xMi0wM1QxMzoxMjoxMi4wMDBaIiwiY29uZGl0aW9ucyI6W1sic3RhcnRzLXdpdGgiLCIka2V5IiwidXNlci9lcmljLyJdLFsiY29udGVudC1sZW5ndGgtcmFuZ2UiLDEsMTAyNF1dfQ==',
  )
  expect(
    encodePolicy({
      expiration,
      conditions: [
        object('bucket', 'examplebucket'),
        object('x-oss-signature-version', 'OSS4-HMAC-SHA256'),
        object('x-oss-credential', 'ak/20231203/cn-hangzhou/oss/aliyun_v4_request'),
        object('x-oss-date', '20231203T121212Z'),
        fileSize(1, 1024),
      ],
    }),
  ).toBe(
    'eyJleHBpcmF0aW9uIjoiMjAyMy0xMi0wM1QxMzoxMjoxMi4wMDBaIiwiY29uZGl0aW9ucyI6W3siYnVja2V0IjoiZXhhbXBsZWJ1Y2tldCJ9LHsieC1vc3Mtc2lnbmF0dXJlLXZlcnNpb24iOiJPU1M0LUhNQUMtU0hBMjU2In0seyJ4LW9zcy1jcmVkZW50aWFsIjoiYWsvMjAyMzEyMDMvY24taGFuZ3pob3Uvb3NzL2FsaXl1bl92NF9yZXF1ZXN0In0seyJ4LW9zcy1kYXRlIjoiMjAyMzEyMDNUMTIxMjEyWiJ9LFsiY29udGVudC1sZW5ndGgtcmFuZ2UiLDEsMTAyNF1dfQ==',
  )
})

describe('a condition as JSON', () => {
  test.each<[Condition, string]>([
    [eq('key', 'a'), '["eq","$key","a"]'],
    [{ ...eq('bucket', 'a'), spelling: 'object' }, '{"bucket":"a"}'],
    [{ ...eq('bucket', 'a'), spelling: 'list' }, '["eq","$bucket","a"]'],
    [{ op: 'eq', field: '__proto__', value: 'a', spelling: 'object' }, '{"__proto__":"a"}'],
    [startsWith('key', ''), '["starts-with","$key",""]'],
    [oneOf('content-type', ['a', 'b']), '["in","$content-type",["a","b"]]'],
    [noneOf('cache-control', ['a']), '["not-in","$cache-control",["a"]]'],
    [fileSize(0, 1_048_576_000), '["content-length-range",0,1048576000]'],
    [eq('key', 'a"b\\c\n'), '["eq","$key","a\\"b\\\\c\\n"]'],
    [eq('a"b', 'c'), '["eq","$a\\"b","c"]'],
    [{ ...eq('a"b', 'c'), spelling: 'object' }, '{"a\\"b":"c"}'],
    [eq('key', 'é中😀\u007f'), '["eq","$key","é中😀\u007f"]'],
    // A dollar stands as it is; a backslash before it is doubled, for the reader takes one away
    [eq('key', 'a/${filename}'), '["eq","$key","a/${filename}"]'],
    [eq('key', '\\${filename}'), '["eq","$key","\\\\\\\\${filename}"]'],
  ])('%j', (condition, text) => {
    expect(written(condition)).toBe(text)
  })
})

test('text beyond ASCII is encoded as UTF-8', () => {
  for (const value of ['é', 'ÿ', '中文', '😀'])
    expect(decoded({ expiration: EXPIRATION, conditions: [eq('key', value)] })).toContain(value)
})

test('what is encoded is read back the same', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\\$a"]*$/))
  const field = text.filter((name) => name !== '' && !name.startsWith('$'))
  const condition: fc.Arbitrary<Condition> = fc.oneof(
    fc.record({ op: fc.constant('eq' as const), field, value: text }),
    fc.record({ op: fc.constant('eq' as const), field, value: text, spelling: fc.constant('object' as const) }),
    fc.record({ op: fc.constant('starts-with' as const), field, prefix: text }),
    fc.record({ op: fc.constantFrom('in' as const, 'not-in' as const), field, values: fc.array(text) }),
    fc.tuple(fc.maxSafeNat(), fc.maxSafeNat()).map(([a, b]) => fileSize(Math.min(a, b), Math.max(a, b))),
  )
  const expiration = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  fc.assert(
    fc.property(expiration, fc.array(condition, { minLength: 1, maxLength: 20 }), (expiration, conditions) => {
      const policy = { expiration, conditions }
      expect(parsePolicy(encodePolicy(policy))).toEqual(policy)
      expect(decoded(policy)).toBe(policyText(policy))
      const seconds = parsePolicy(encodePolicy(policy, { expirationFormat: 'seconds' })).expiration.getTime()
      expect(seconds).toBe(Math.floor(expiration.getTime() / 1000) * 1000)
    }),
  )
})

test('a policy that no store would read is refused here', () => {
  const conditions = [eq('key', 'a')]
  expect(() => encodePolicy({ expiration: EXPIRATION, conditions: [] })).toThrow(TypeError)
  expect(() => encodePolicy({ expiration: new Date(Number.NaN), conditions })).toThrow(TypeError)
  expect(() => encodePolicy({ expiration: new Date(-1), conditions })).toThrow(TypeError)
  expect(() => encodePolicy({ expiration: new Date(253_402_300_800_000), conditions })).toThrow(TypeError)
  expect(encodePolicy({ expiration: new Date(253_402_300_799_999), conditions })).not.toBe('')
})

test('text in the place of a size never gets into the policy', () => {
  const max = JSON.parse(JSON.stringify('1],["starts-with","$key",""'))
  const conditions = [{ op: 'content-length-range', min: 0, max } as const]
  expect(() => encodePolicy({ expiration: EXPIRATION, conditions })).toThrow(TypeError)
})

test('a list that can still change is written as it is now; a frozen one may be kept', () => {
  const expiration = new Date('2026-11-24T12:00:00Z')
  const values = ['image/png']
  const text = (list: readonly string[]): string =>
    policyText({ expiration, conditions: [oneOf('content-type', list)] })
  expect(text(values)).toContain('["image/png"]')
  values.push('image/gif')
  expect(text(values)).toContain('["image/png","image/gif"]')
  const frozen = Object.freeze([...values])
  expect(text(frozen)).toBe(text(values))
  expect(text(frozen)).toBe(text(values))
})

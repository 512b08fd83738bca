// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the protocol's variable, not a template's
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { base64, utf8 } from '../base/bytes.ts'
import { type ErrorCode, errorRow } from '../base/known-errors.ts'
import type { Condition } from './condition.ts'
import { S3 } from './dialect.ts'
import { parsePolicy, parsePolicyText } from './parse-policy.ts'
import { EXPIRATION, encode, refusalOf, withConditions, withExpiration } from './policy-text.fixture.ts'

test('a policy is its expiration and its conditions, in order', () => {
  const text = withConditions('{"bucket": "photos"}', '["starts-with", "$key", "user/"]')
  expect(parsePolicy(encode(text))).toEqual({
    expiration: new Date('2026-11-24T12:00:00.000Z'),
    conditions: [
      { op: 'eq', field: 'bucket', value: 'photos', spelling: 'object' },
      { op: 'starts-with', field: 'key', prefix: 'user/' },
    ],
  })
})

describe('each fault has its own code and EC', () => {
  // docs/spec/post-object.md section 4.1
  test.each<[string, ErrorCode, string | undefined]>([
    ['[]', 'policy-malformed', '0006-00000201'],
    ['"a"', 'policy-malformed', '0006-00000201'],
    ['null', 'policy-malformed', '0006-00000201'],
    ['{"expiration": ', 'policy-malformed', '0006-00000201'],
    [`${withConditions('{"bucket": "a"}')} x`, 'policy-malformed', '0006-00000201'],
    [`{${EXPIRATION}, ${EXPIRATION}, "conditions": []}`, 'policy-malformed', '0006-00000201'],

    [`{${EXPIRATION}, "conditions": [{"bucket": "a"}], "version": 1}`, 'policy-member-unknown', '0006-00000206'],
    ['{"Expiration": "2026-11-24T12:00:00.000Z"}', 'policy-member-unknown', '0006-00000206'],
    ['{"__proto__": {"expiration": 1}}', 'policy-member-unknown', '0006-00000206'],
    [`{${EXPIRATION}}`, 'policy-conditions-missing', '0006-00000207'],
    ['{"conditions": [{"bucket": "a"}]}', 'policy-expiration-missing', '0006-00000208'],
    ['{}', 'policy-empty', '0006-00000209'],

    [withExpiration('123'), 'expiration-not-string', '0006-00000210'],
    [withExpiration('null'), 'expiration-not-string', '0006-00000210'],
    [withExpiration('["2026-11-24T12:00:00Z"]'), 'expiration-not-string', '0006-00000210'],
    [withExpiration('""'), 'expiration-empty', '0006-00000211'],
    [withExpiration('"2026-11-24 12:00:00"'), 'expiration-malformed', '0006-00000212'],

    [`{${EXPIRATION}, "conditions": {"bucket": "a"}}`, 'conditions-not-array', '0006-00000214'],
    [`{${EXPIRATION}, "conditions": null}`, 'conditions-not-array', '0006-00000214'],
    [`{${EXPIRATION}, "conditions": []}`, 'conditions-empty', '0006-00000215'],
    [withConditions('[]'), 'condition-mode-missing', '0006-00000216'],
    [withConditions('["$key"]'), 'condition-mode-missing', '0006-00000216'],
    [withConditions('["$key", "a"]'), 'condition-mode-missing', '0006-00000216'],
    [withConditions('[1, "$key", "a"]'), 'condition-mode-missing', '0006-00000216'],
    [withConditions('["ends-with", "$key", "a"]'), 'condition-mode-unknown', '0006-00000217'],
    [withConditions('["EQ", "$key", "a"]'), 'condition-mode-unknown', '0006-00000217'],
    [withConditions('["constructor", "$key", "a"]'), 'condition-mode-unknown', '0006-00000217'],
    [withConditions('["", "$key", "a"]'), 'condition-mode-unknown', '0006-00000217'],

    [withConditions('["starts-with", "$key", "a", "b"]'), 'condition-malformed', '0006-00000218'],
    [withConditions('["eq"]'), 'condition-malformed', '0006-00000218'],
    [withConditions('["eq", "$key"]'), 'condition-malformed', '0006-00000218'],
    [withConditions('["content-length-range", 1]'), 'condition-malformed', '0006-00000218'],
    [withConditions('["eq", "$", "a"]'), 'condition-malformed', '0006-00000218'],
    [withConditions('["eq", "", "a"]'), 'condition-malformed', '0006-00000218'],
    [withConditions('{"": "a"}'), 'condition-malformed', '0006-00000218'],
    [withConditions('{}'), 'condition-members', undefined],
    [withConditions('{"bucket": "a", "key": "b"}'), 'condition-members', undefined],

    [withConditions('["content-length-range", 20, 10]'), 'range-reversed', '0006-00000219'],
    [withConditions('["content-length-range", "test", 10]'), 'range-minimum-not-integer', '0006-00000220'],
    [withConditions('["content-length-range", 10, "test"]'), 'range-maximum-not-integer', '0006-00000221'],
    [withConditions('"bucket"'), 'condition-not-object-or-list', '0006-00000222'],
    [withConditions('123', '["content-length-range", 10, 1024]'), 'condition-not-object-or-list', '0006-00000222'],
    [withConditions('null'), 'condition-not-object-or-list', '0006-00000222'],
    [withConditions('["content-length-range", [1], "test"]'), 'range-bound-type', '0006-00000223'],
    [withConditions('["content-length-range", 1, {}]'), 'range-bound-type', '0006-00000223'],
    [withConditions('["content-length-range", null, 1]'), 'range-bound-type', '0006-00000223'],
    [withConditions('["content-length-range", 1, true]'), 'range-bound-type', '0006-00000223'],

    [withConditions('["not-in", "cache-control", "no-cache"]'), 'condition-value-type', '0006-00000224'],
    [withConditions('["in", "$content-type", [1]]'), 'condition-value-type', '0006-00000224'],
    [withConditions('["in", "$content-type", {"a": "b"}]'), 'condition-value-type', '0006-00000224'],
    [withConditions('["eq", "$success_action_status", 200]'), 'condition-value-type', '0006-00000224'],
    [withConditions('["eq", "$key", ["a"]]'), 'condition-value-type', '0006-00000224'],
    [withConditions('["starts-with", "$key", null]'), 'condition-value-type', '0006-00000224'],
    [withConditions('["eq", 1, "a"]'), 'condition-value-type', '0006-00000224'],
    [withConditions('{"success_action_redirect": null}'), 'condition-value-type', '0006-00000224'],
    [withConditions('{"content-length": 6199034}'), 'condition-value-type', '0006-00000224'],
  ])('%s → %s', (text, code, ec) => {
    const error = refusalOf(() => parsePolicy(encode(text)))
    expect(error?.code).toBe(code)
    expect(errorRow(code)).toMatchObject({ status: 400, oss: 'InvalidPolicyDocument' })
    expect(errorRow(code).ec).toBe(ec)
    expect(error?.message.startsWith('Invalid Policy: ')).toBe(true)
    expect(error?.detail).not.toBe('')
  })

  test.each(['', 'e', 'e30', 'e30=\n', ' e30=', 'e3 0=', 'e_-=', '{}', '🙂🙂'])('not Base64: %j', (encoded) => {
    expect(refusalOf(() => parsePolicy(encoded))?.code).toBe('policy-malformed')
  })

  test.each([[new Uint8Array([0xff])], [new Uint8Array([0xc0, 0x80])], [utf8('\uFEFF{}')], [new Uint8Array([0])]])(
    'Base64 of something that is not JSON in UTF-8: %j',
    (bytes) => {
      expect(refusalOf(() => parsePolicy(base64(bytes)))?.code).toBe('policy-malformed')
    },
  )

  test('the message keeps the words that OSS is known to use', () => {
    expect(refusalOf(() => parsePolicyText('{"expiration": expired}'))?.message).toMatch(
      /^Invalid Policy: Invalid JSON: unknown char e/,
    )
    expect(refusalOf(() => parsePolicyText('{"conditions": [["eq" "a"]]}'))?.message).toMatch(
      /^Invalid Policy: Invalid JSON: , or \] expected/,
    )
    expect(refusalOf(() => parsePolicyText(withConditions('{}')))?.message).toMatch(
      /^Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one property specified\. /,
    )
  })

  test('the message says which condition, and shows it', () => {
    const error = refusalOf(() => parsePolicyText(withConditions('{"bucket": "a"}', '["ends-with", "$key", "b"]')))
    expect(error?.detail).toBe(
      'Condition 2 is ["ends-with", "$key", "b"]: the modes are "eq", "starts-with", "in", "not-in", "content-length-range", in lower case.',
    )
    expect(error?.facts).toEqual({ Condition: '["ends-with", "$key", "b"]' })
  })
})

describe('the expiration', () => {
  test.each([
    ['2026-11-24T12:00:00Z', '2026-11-24T12:00:00.000Z'],
    ['2026-11-24T12:00:00.000Z', '2026-11-24T12:00:00.000Z'],
    ['2026-11-24T12:00:00.476Z', '2026-11-24T12:00:00.476Z'],
    ['2028-02-29T23:59:59Z', '2028-02-29T23:59:59.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is read', (written, instant) => {
    expect(parsePolicyText(withExpiration(`"${written}"`)).expiration.toISOString()).toBe(instant)
  })

  test.each([
    '2026-11-24T12:00:00+08:00',
    '2026-11-24T12:00:00+00:00',
    '2026-11-24T12:00:00.000+00:00',
    '2026-11-24T12:00:00',
    '2026-11-24T12:00:00.000',
    '2026-11-24 12:00:00Z',
    '2026-11-24 12:00:00.000Z',
    '2026-11-24t12:00:00z',
    '2026-11-24T12:00Z',
    '2026-11-24T12:00:00.1Z',
    '2026-11-24T12:00:00.123456Z',
    '2026-11-24T12:00:00,000Z',
    '2026-11-24',
    '20261124T120000Z',
    'Tue, 24 Nov 2026 12:00:00 GMT',
    'Tue Nov 24 2026 12:00Z..',
    '1795521600',
    ' 2026-11-24T12:00:00Z',
    '2026-11-24T12:00:00Z ',
    '2026-02-29T12:00:00Z',
    '2026-02-30T12:00:00.000Z',
    '2026-04-31T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-00-01T12:00:00Z',
    '2026-11-00T12:00:00Z',
    '2026-11-24T24:00:00Z',
    '2026-11-24T12:60:00Z',
    '2026-11-24T12:00:60Z',
    '2026-1-24T12:00:00Z',
    '+02026-11-24T12:00:00Z',
    '-002026-11-24T12:00:00Z',
    'aaaaaaaaaaaaaaaaaaaa',
    'aaaaaaaaaaaaaaaaaaaaaaaa',
    'a'.repeat(10_000),
  ])('%s is refused', (written) => {
    expect(refusalOf(() => parsePolicyText(withExpiration(`"${written}"`)))?.code).toBe('expiration-malformed')
  })

  test('the day after the last of a month is no day, in any year', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1970, max: 9999 }), fc.integer({ min: 0, max: 11 }), (year, month) => {
        const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
        const day = (nth: number) => `"${year}-${String(month + 1).padStart(2, '0')}-${nth}T00:00:00Z"`
        expect(parsePolicyText(withExpiration(day(days))).expiration.getUTCDate()).toBe(days)
        expect(refusalOf(() => parsePolicyText(withExpiration(day(days + 1))))?.code).toBe('expiration-malformed')
      }),
    )
  })
})

describe('conditions', () => {
  test.each<[string, Condition]>([
    ['{"bucket": "a"}', { op: 'eq', field: 'bucket', value: 'a', spelling: 'object' }],
    ['{"X-OSS-Meta-A": ""}', { op: 'eq', field: 'X-OSS-Meta-A', value: '', spelling: 'object' }],
    ['{"__proto__": "a"}', { op: 'eq', field: '__proto__', value: 'a', spelling: 'object' }],
    ['{"content-length-range": "a"}', { op: 'eq', field: 'content-length-range', value: 'a', spelling: 'object' }],
    ['["eq", "$key", "a"]', { op: 'eq', field: 'key', value: 'a' }],
    ['["eq", "\\$key", "a"]', { op: 'eq', field: 'key', value: 'a' }],
    ['["eq", "success_action_status", "200"]', { op: 'eq', field: 'success_action_status', value: '200' }],
    ['["eq", "$$key", "a"]', { op: 'eq', field: '$key', value: 'a' }],
    ['["starts-with", "$Content-Type", ""]', { op: 'starts-with', field: 'Content-Type', prefix: '' }],
    ['["in", "$content-type", ["a", "b"]]', { op: 'in', field: 'content-type', values: ['a', 'b'] }],
    ['["in", "$content-type", []]', { op: 'in', field: 'content-type', values: [] }],
    ['["not-in", "$cache-control", ["no-cache"]]', { op: 'not-in', field: 'cache-control', values: ['no-cache'] }],
    ['["content-length-range", 1, 10]', { op: 'content-length-range', min: 1, max: 10 }],
    ['["content-length-range", 0, 0]', { op: 'content-length-range', min: 0, max: 0 }],
  ])('%s', (text, condition) => {
    expect(parsePolicyText(withConditions(text)).conditions).toEqual([condition])
  })

  test.each([
    ['1', 1],
    ['"1"', 1],
    ['"0"', 0],
    ['5368709120', 5_368_709_120],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['9007199254740992', Number.MAX_SAFE_INTEGER],
    ['9223372036854775807', Number.MAX_SAFE_INTEGER],
    [`"${'9'.repeat(400)}"`, Number.MAX_SAFE_INTEGER],
  ])('a size of %s is %d bytes', (bound, bytes) => {
    expect(parsePolicyText(withConditions(`["content-length-range", 0, ${bound}]`)).conditions).toEqual([
      { op: 'content-length-range', min: 0, max: bytes },
    ])
  })

  test.each(['1.0', '1.5', '1e3', '-0', '-1', '"1.0"', '"-1"', '"+1"', '" 1"', '"1 "', '""', '"01"', '"0x1"', '"１"'])(
    'a size of %s is no whole number',
    (bound) => {
      const codeOf = (text: string) => refusalOf(() => parsePolicyText(withConditions(text)))?.code
      expect(codeOf(`["content-length-range", ${bound}, 10]`)).toBe('range-minimum-not-integer')
      expect(codeOf(`["content-length-range", 0, ${bound}]`)).toBe('range-maximum-not-integer')
    },
  )

  test('a policy written for S3 knows three modes, and wants the $', () => {
    const refusal = (text: string) => refusalOf(() => parsePolicyText(withConditions(text), S3))
    expect(parsePolicyText(withConditions('["eq", "$key", "a"]', '{"bucket": "b"}'), S3).conditions).toHaveLength(2)
    expect(refusal('["in", "$content-type", ["a"]]')).toMatchObject({
      code: 'condition-mode-unknown',
      detail:
        'Condition 1 is ["in", "$content-type", ["a"]]: S3 does not know "in"; it knows "eq", "starts-with", "content-length-range", in lower case.',
    })
    // As S3 answers: 403, with the list as it was written
    expect(refusal('["eq", "key", "a"]')?.message).toMatch(
      /^Invalid according to Policy: Policy Condition failed: \["eq", "key", "a"\]/,
    )
  })
})

describe('the two generations of the escaped dollar', () => {
  test.each([
    ['a/\\${filename}', 'a/${filename}'], // older SDKs
    ['a/\\\\${filename}', 'a/${filename}'], // the Java SDK of today
    ['a/${filename}', 'a/${filename}'], // plain JSON
    ['a/\\u0024{filename}', 'a/${filename}'],
    ['a/\\u005c${filename}', 'a/${filename}'],
    ['a/\\\\\\${filename}', 'a/${filename}'], // \\ and \$: the value is \$
    ['a/\\\\\\\\${filename}', 'a/\\${filename}'],
    ['a\\\\b', 'a\\b'],
    ['\\$\\$', '$$'],
    ['\\\\$\\\\$', '$$'],
    ['$&', '$&'],
  ])('%s means %s', (written, value) => {
    expect(parsePolicyText(withConditions(`["eq", "$key", "${written}"]`)).conditions).toEqual([
      { op: 'eq', field: 'key', value },
    ])
    expect(parsePolicyText(withConditions(`["in", "$key", ["${written}"]]`)).conditions).toEqual([
      { op: 'in', field: 'key', values: [value] },
    ])
    expect(parsePolicyText(withConditions(`{"key": "${written}"}`)).conditions).toMatchObject([{ value }])
  })

  // docs/spec/auth.md section 7.5
  test('the first published policy of the Java SDK', () => {
    expect(
      parsePolicy(
        'eyJleHBpcmF0aW9uIjoiMjAyMC0wMy0xOVQwMzo0NDowNi40NzZaIiwiY29uZGl0aW9ucyI6W3siYnVja2V0IjoiZ2VuLXBvc3QtcG9saWN5In0sWyJlcSIsIiRrZXkiLCJ1c2VyXC9lcmljXC9cXCR7ZmlsZW5hbWV9Il0sWyJzdGFydHMtd2l0aCIsIiRrZXkiLCJ1c2VyXC9lcmljIl0sWyJzdGFydHMtd2l0aCIsIiR4LW9zcy1tZXRhLXRhZyIsImR1bW15X2V0YWciXSxbImNvbnRlbnQtbGVuZ3RoLXJhbmdlIiwxLDEwMjRdXX0=',
      ),
    ).toEqual({
      expiration: new Date('2020-03-19T03:44:06.476Z'),
      conditions: [
        { op: 'eq', field: 'bucket', value: 'gen-post-policy', spelling: 'object' },
        { op: 'eq', field: 'key', value: 'user/eric/${filename}' },
        { op: 'starts-with', field: 'key', prefix: 'user/eric' },
        { op: 'starts-with', field: 'x-oss-meta-tag', prefix: 'dummy_etag' },
        { op: 'content-length-range', min: 1, max: 1024 },
      ],
    })
  })

  test('the second', () => {
    expect(
      parsePolicy(
        'eyJleHBpcmF0aW9uIjoiMjAyMC0wMy0xOVQwMzo0NDowNi40NzZaIiwiY29uZGl0aW9ucyI6W3siYnVja2V0IjoiZ2VuLXBvc3QtcG9saWN5In0sWyJzdGFydHMtd2l0aCIsIiRrZXkiLCJ1c2VyXC9lcmljIl0sWyJzdGFydHMtd2l0aCIsIiR4LW9zcy1tZXRhLXRhZyIsImR1bW15X2V0YWciXSxbImNvbnRlbnQtbGVuZ3RoLXJhbmdlIiwxLDEwMjRdLFsiaW4iLCIkY29udGVudC10eXBlIixbImltYWdlXC9qcGciLCJpbWFnZVwvcG5nIl1dLFsibm90LWluIiwiJGNhY2hlLWNvbnRyb2wiLFsibm8tY2FjaGUiXV1dfQ==',
      ).conditions,
    ).toEqual([
      { op: 'eq', field: 'bucket', value: 'gen-post-policy', spelling: 'object' },
      { op: 'starts-with', field: 'key', prefix: 'user/eric' },
      { op: 'starts-with', field: 'x-oss-meta-tag', prefix: 'dummy_etag' },
      { op: 'content-length-range', min: 1, max: 1024 },
      { op: 'in', field: 'content-type', values: ['image/jpg', 'image/png'] },
      { op: 'not-in', field: 'cache-control', values: ['no-cache'] },
    ])
  })
})

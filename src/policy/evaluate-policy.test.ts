// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the protocol's variable, not a template's
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eq, fileSize, noneOf, oneOf, startsWith } from './build-policy.ts'
import type { Condition, Policy } from './condition.ts'
import { OSS, S3 } from './dialect.ts'
import { evaluatePolicy, fileSizeRange, type Submission } from './evaluate-policy.ts'
import { parsePolicy } from './parse-policy.ts'

const EXPIRATION = new Date('2026-11-24T12:00:00.000Z')
const NOW = new Date('2026-11-24T11:50:00.000Z')

function policyOf(...conditions: readonly Condition[]): Policy {
  return { expiration: EXPIRATION, conditions }
}

function submission(fields: Record<string, string>, rest: Partial<Submission> = {}): Submission {
  return { fields: new Map(Object.entries(fields)), bucket: 'photos', contentType: undefined, now: NOW, ...rest }
}

describe('operators', () => {
  test.each<[Condition, string | undefined, boolean]>([
    [eq('key', 'a'), 'a', true],
    [eq('key', 'a'), 'A', false],
    [eq('key', 'a'), 'a ', false],
    [eq('key', 'a'), '', false],
    [eq('key', 'a'), undefined, false],
    [eq('key', ''), '', true],
    [eq('key', ''), undefined, false],
    [{ ...eq('key', 'a'), spelling: 'object' }, 'a', true],
    [{ ...eq('key', 'a'), spelling: 'object' }, 'b', false],
    [startsWith('key', 'user/'), 'user/1', true],
    [startsWith('key', 'user/'), 'user/', true],
    [startsWith('key', 'user/'), 'user', false],
    [startsWith('key', 'user/'), 'User/1', false],
    [startsWith('key', 'user/'), '/user/1', false],
    [startsWith('key', ''), 'anything', true],
    [startsWith('key', ''), '', true],
    [startsWith('key', ''), undefined, false],
    [oneOf('key', ['a', 'b']), 'b', true],
    [oneOf('key', ['a', 'b']), 'ab', false],
    [oneOf('key', ['a', 'b']), 'a,b', false],
    [oneOf('key', ['a', 'b']), undefined, false],
    [oneOf('key', []), '', false],
    [noneOf('key', ['a', 'b']), 'c', true],
    [noneOf('key', ['a', 'b']), 'A', true],
    [noneOf('key', ['a', 'b']), 'b', false],
    [noneOf('key', []), 'a', true],
    [noneOf('key', ['a']), undefined, false],
  ])('%j given %j: %j', (condition, actual, isAccepted) => {
    const failures = evaluatePolicy(policyOf(condition), submission(actual === undefined ? {} : { key: actual }), OSS)
    if (isAccepted) expect(failures).toEqual([])
    else if (actual === undefined) expect(failures).toEqual([{ kind: 'absent', condition }])
    else expect(failures).toEqual([{ kind: 'unmet', condition, actual }])
  })

  test('names match without regard to case, values exactly', () => {
    const fields = { 'x-oss-meta-tag': 'A', key: 'a' }
    expect(evaluatePolicy(policyOf(eq('X-OSS-Meta-Tag', 'A'), eq('KEY', 'a')), submission(fields), OSS)).toEqual([])
    expect(evaluatePolicy(policyOf(eq('X-OSS-Meta-Tag', 'a')), submission(fields), OSS)).toHaveLength(1)
  })

  test('a name that every object inherits is no field', () => {
    for (const field of ['__proto__', 'constructor', 'toString'])
      expect(evaluatePolicy(policyOf(startsWith(field, '')), submission({}), OSS)).toMatchObject([{ kind: 'absent' }])
  })
})

test('several conditions on one name must all hold', () => {
  const policy = policyOf(startsWith('key', 'user/'), noneOf('key', ['user/1']), startsWith('key', 'user/e'))
  expect(evaluatePolicy(policy, submission({ key: 'user/eric' }), OSS)).toEqual([])
  expect(evaluatePolicy(policy, submission({ key: 'user/1' }), OSS)).toMatchObject([
    { kind: 'unmet', condition: { op: 'not-in' } },
    { kind: 'unmet', condition: { op: 'starts-with', prefix: 'user/e' } },
  ])
})

test('all failures are given, not the first: expiry, conditions in their order, coverage, size', () => {
  const policy = policyOf(eq('bucket', 'other'), startsWith('key', 'user/'), eq('x-oss-meta-a', 'b'), fileSize(5, 10))
  const given = submission({ key: 'a', 'x-oss-date': '20261124T115000Z' }, { now: EXPIRATION, size: 11 })
  expect(evaluatePolicy(policy, given, OSS).map(({ kind }) => kind)).toEqual([
    'expired',
    'unmet',
    'unmet',
    'absent',
    'uncovered',
    'too-large',
  ])
})

describe('the expiration', () => {
  test.each([
    [-1, 0],
    [0, 1],
    [1, 1],
  ])('%d ms after it: %d failures', (milliseconds, count) => {
    const now = new Date(EXPIRATION.getTime() + milliseconds)
    const failures = evaluatePolicy(policyOf(eq('key', 'a')), submission({ key: 'a' }, { now }), OSS)
    expect(failures).toEqual(count === 0 ? [] : [{ kind: 'expired', expiration: EXPIRATION, now }])
  })
})

describe('the bucket', () => {
  const policy = policyOf(eq('bucket', 'photos'))

  test("is the address's", () => {
    expect(evaluatePolicy(policy, submission({}), OSS)).toEqual([])
    expect(evaluatePolicy(policy, submission({}, { bucket: 'other' }), OSS)).toMatchObject([{ actual: 'other' }])
    expect(evaluatePolicy(policy, submission({}, { bucket: undefined }), OSS)).toMatchObject([{ kind: 'absent' }])
  })

  test('is never the form field of that name', () => {
    expect(evaluatePolicy(policy, submission({ bucket: 'photos' }, { bucket: 'other' }), OSS)).toHaveLength(1)
    expect(evaluatePolicy(policy, submission({ bucket: 'other' }), OSS)).toEqual([])
  })
})

describe('the content type', () => {
  const policy = policyOf(oneOf('Content-Type', ['image/jpg', 'image/png']))

  test('is the effective one', () => {
    expect(evaluatePolicy(policy, submission({}, { contentType: 'image/png' }), OSS)).toEqual([])
  })

  test('is never the form field where the file says otherwise', () => {
    const given = submission({ 'content-type': 'image/png' }, { contentType: 'text/html' })
    expect(evaluatePolicy(policy, given, OSS)).toMatchObject([{ kind: 'unmet', actual: 'text/html' }])
  })

  test.each(['image/jpeg', 'IMAGE/PNG', 'image/png; charset=utf-8', 'image/png '])(
    'is compared exactly: %s',
    (type) => {
      expect(evaluatePolicy(policy, submission({}, { contentType: type }), OSS)).toHaveLength(1)
    },
  )

  test('fails where there is none', () => {
    expect(evaluatePolicy(policyOf(startsWith('content-type', '')), submission({}), OSS)).toHaveLength(1)
  })
})

describe('conditions look at the key before ${filename} is expanded', () => {
  test('a prefix before the variable says nothing of the file name', () => {
    const policy = policyOf(startsWith('key', 'user/eric/'))
    expect(evaluatePolicy(policy, submission({ key: 'user/eric/${filename}' }), OSS)).toEqual([])
    expect(evaluatePolicy(policy, submission({ key: '${filename}' }), OSS)).toHaveLength(1)
  })

  // docs/spec/auth.md section 7.5, with the form of the Java SDK's own test
  test('the first published policy is kept by the form it was made for', () => {
    const policy = parsePolicy(
      'eyJleHBpcmF0aW9uIjoiMjAyMC0wMy0xOVQwMzo0NDowNi40NzZaIiwiY29uZGl0aW9ucyI6W3siYnVja2V0IjoiZ2VuLXBvc3QtcG9saWN5In0sWyJlcSIsIiRrZXkiLCJ1c2VyXC9lcmljXC9cXCR7ZmlsZW5hbWV9Il0sWyJzdGFydHMtd2l0aCIsIiRrZXkiLCJ1c2VyXC9lcmljIl0sWyJzdGFydHMtd2l0aCIsIiR4LW9zcy1tZXRhLXRhZyIsImR1bW15X2V0YWciXSxbImNvbnRlbnQtbGVuZ3RoLXJhbmdlIiwxLDEwMjRdXX0=',
    )
    const now = new Date('2020-03-19T03:44:06.475Z')
    const key = 'user/eric/${filename}'
    const rest = { now, bucket: 'gen-post-policy', size: 1024 }
    expect(evaluatePolicy(policy, submission({ key, 'x-oss-meta-tag': 'dummy_etag_1' }, rest), OSS)).toEqual([])
    const escaped = submission({ key: 'user/eric/\\${filename}', 'x-oss-meta-tag': 'dummy_etag' }, rest)
    expect(evaluatePolicy(policy, escaped, OSS)).toMatchObject([
      { kind: 'unmet', condition: { op: 'eq', field: 'key' } },
    ])
    expect(
      evaluatePolicy(policy, submission({ key }, { ...rest, size: 1025, bucket: 'other' }), OSS).map(
        ({ kind }) => kind,
      ),
    ).toEqual(['unmet', 'absent', 'too-large'])
  })

  test('the second is kept by its form too', () => {
    const policy = parsePolicy(
      'eyJleHBpcmF0aW9uIjoiMjAyMC0wMy0xOVQwMzo0NDowNi40NzZaIiwiY29uZGl0aW9ucyI6W3siYnVja2V0IjoiZ2VuLXBvc3QtcG9saWN5In0sWyJzdGFydHMtd2l0aCIsIiRrZXkiLCJ1c2VyXC9lcmljIl0sWyJzdGFydHMtd2l0aCIsIiR4LW9zcy1tZXRhLXRhZyIsImR1bW15X2V0YWciXSxbImNvbnRlbnQtbGVuZ3RoLXJhbmdlIiwxLDEwMjRdLFsiaW4iLCIkY29udGVudC10eXBlIixbImltYWdlXC9qcGciLCJpbWFnZVwvcG5nIl1dLFsibm90LWluIiwiJGNhY2hlLWNvbnRyb2wiLFsibm8tY2FjaGUiXV1dfQ==',
    )
    const fields = { key: 'user/eric/a.png', 'x-oss-meta-tag': 'dummy_etag', 'cache-control': 'no-store' }
    const rest = { now: new Date('2020-03-19T03:00:00Z'), bucket: 'gen-post-policy', contentType: 'image/png', size: 1 }
    expect(evaluatePolicy(policy, submission(fields, rest), OSS)).toEqual([])
    expect(evaluatePolicy(policy, submission({ ...fields, 'cache-control': 'no-cache' }, rest), OSS)).toHaveLength(1)
  })
})

describe('which fields a condition must name', () => {
  const fields = {
    key: 'a',
    policy: 'e30=',
    success_action_status: '200',
    'x-oss-object-acl': 'private',
    'x-oss-signature': '0',
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': 'ak/20261124/cn-hangzhou/oss/aliyun_v4_request',
    'x-oss-date': '20261124T115000Z',
    'x-oss-security-token': 'token',
    'x-amz-signature': '0',
    'x-ignore-this': 'a',
  }
  const uncovered = (...names: readonly string[]) => names.map((field) => ({ kind: 'uncovered', field }))

  test("OSS: a V4 form's own, but for the signature", () => {
    expect(evaluatePolicy(policyOf(fileSize(1, 2)), submission(fields), OSS)).toEqual(
      uncovered('x-oss-signature-version', 'x-oss-credential', 'x-oss-date'),
    )
    const policy = policyOf(
      startsWith('X-OSS-Signature-Version', ''),
      startsWith('x-oss-credential', ''),
      startsWith('x-oss-date', ''),
    )
    expect(evaluatePolicy(policy, submission(fields), OSS)).toEqual([])
  })

  test('S3: all but a few', () => {
    expect(evaluatePolicy(policyOf(startsWith('Key', ''), fileSize(1, 2)), submission(fields), S3)).toEqual(
      uncovered(
        'success_action_status',
        'x-oss-object-acl',
        'x-oss-signature',
        'x-oss-signature-version',
        'x-oss-credential',
        'x-oss-date',
        'x-oss-security-token',
      ),
    )
  })

  test('a form of V1 needs no cover at all', () => {
    const v1 = { key: 'a', policy: 'e30=', ossaccesskeyid: 'ak', signature: 's', callback: 'c', 'x:a': 'b', name: 'n' }
    expect(evaluatePolicy(policyOf(fileSize(1, 2)), submission(v1), OSS)).toEqual([])
  })
})

describe('the size', () => {
  test.each([
    [4, ['too-small']],
    [5, []],
    [10, []],
    [11, ['too-large']],
  ])('%d bytes, where 5 to 10 are allowed: %j', (size, kinds) => {
    const failures = evaluatePolicy(policyOf(fileSize(5, 10)), submission({}, { size }), OSS)
    expect(failures.map(({ kind }) => kind)).toEqual(kinds)
  })

  test('is not judged where it is not known, nor where no condition limits it', () => {
    expect(evaluatePolicy(policyOf(fileSize(5, 10)), submission({}), OSS)).toEqual([])
    expect(evaluatePolicy(policyOf(eq('key', 'a')), submission({ key: 'a' }, { size: 1 }), OSS)).toEqual([])
  })

  test('must fit all the ranges there are', () => {
    expect(fileSizeRange(policyOf(fileSize(1, 100), fileSize(5, 1000)))).toEqual({ min: 5, max: 100 })
    const none = policyOf(fileSize(1, 2), fileSize(5, 6))
    expect(fileSizeRange(none)).toEqual({ min: 5, max: 2 })
    for (const size of [1, 2, 3, 4, 5, 6]) expect(evaluatePolicy(none, submission({}, { size }), OSS)).not.toEqual([])
  })

  test('has no range where no condition gives one', () => {
    expect(fileSizeRange(policyOf(eq('key', 'a')))).toBeUndefined()
  })
})

test('one condition more never lets through what was refused before', () => {
  const field = fc.constantFrom('key', 'Key', 'bucket', 'content-type', 'a')
  const value = fc.constantFrom('', 'a', 'ab', 'b')
  const condition: fc.Arbitrary<Condition> = fc.oneof(
    fc.tuple(field, value).map(([name, text]) => eq(name, text)),
    fc.tuple(field, value).map(([name, text]) => startsWith(name, text)),
    fc.tuple(field, fc.array(value)).map(([name, texts]) => oneOf(name, texts)),
    fc.tuple(field, fc.array(value)).map(([name, texts]) => noneOf(name, texts)),
    fc.tuple(fc.nat(4), fc.nat(4)).map(([min, more]) => fileSize(min, min + more)),
  )
  const given = fc
    .record({
      fields: fc.dictionary(fc.constantFrom('key', 'a'), value),
      bucket: value,
      contentType: value,
      size: fc.nat(9),
    })
    .map(({ fields, ...rest }) => submission(fields, rest))
  fc.assert(
    fc.property(fc.array(condition), condition, given, (conditions, extra, form) => {
      const before = evaluatePolicy(policyOf(...conditions), form, OSS)
      const after = evaluatePolicy(policyOf(...conditions, extra), form, OSS)
      if (before.length > 0) expect(after).not.toEqual([])
    }),
  )
})

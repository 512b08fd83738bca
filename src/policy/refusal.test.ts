import { describe, expect, test } from 'vitest'
import { errorRow } from '../base/known-errors.ts'
import { eq, fileSize, noneOf, oneOf, startsWith } from './build-policy.ts'
import { OSS } from './dialect.ts'
import { evaluatePolicy, type Failure } from './evaluate-policy.ts'
import { refusal } from './refusal.ts'

const EXPIRATION = new Date('2026-11-24T12:00:00.000Z')

describe('a failure becomes the error that OSS answers, and our sentence after its words', () => {
  // docs/spec/post-object.md sections 4.3 and 7
  test.each<[Failure, number, string, string, string, Record<string, string>]>([
    [
      { kind: 'expired', expiration: EXPIRATION, now: new Date('2026-11-24T12:00:30Z') },
      403,
      'AccessDenied',
      '0006-00000213',
      'Invalid according to Policy: Policy expired. It was good until',
      { Expiration: '2026-11-24T12:00:00.000Z', ServerTime: '2026-11-24T12:00:30.000Z' },
    ],
    [
      { kind: 'absent', condition: eq('success_action_status', '200') },
      403,
      'AccessDenied',
      '0006-00000226',
      'Invalid according to Policy: Policy Condition failed: ["eq", "$success_action_status", "200"] The field',
      { Condition: '["eq", "$success_action_status", "200"]', Field: 'success_action_status', Expected: '200' },
    ],
    [
      { kind: 'unmet', condition: { ...eq('bucket', 'x'), spelling: 'object' }, actual: 'y' },
      403,
      'AccessDenied',
      '0006-00000227',
      'Invalid according to Policy: Policy Condition failed: ["eq", "$bucket", "x"] The bucket must be "x"; it is "y".',
      { Condition: '["eq", "$bucket", "x"]', Field: 'bucket', Expected: 'x', Found: 'y' },
    ],
    [
      { kind: 'unmet', condition: oneOf('content-type', ['image/jpg', 'image/png']), actual: 'text/html' },
      403,
      'AccessDenied',
      '0006-00000227',
      'Invalid according to Policy: Policy Condition failed: ["in", "$content-type", ["image/jpg", "image/png"]] The',
      {
        Condition: '["in", "$content-type", ["image/jpg", "image/png"]]',
        Field: 'content-type',
        Expected: '"image/jpg" or "image/png"',
        Found: 'text/html',
      },
    ],
    [
      { kind: 'unmet', condition: startsWith('key', 'user/'), actual: 'a' },
      403,
      'AccessDenied',
      '0006-00000227',
      'Invalid according to Policy: Policy Condition failed: ["starts-with", "$key", "user/"] The key',
      { Condition: '["starts-with", "$key", "user/"]', Field: 'key', Expected: 'user/…', Found: 'a' },
    ],
    [
      { kind: 'unmet', condition: noneOf('cache-control', ['no-cache']), actual: 'no-cache' },
      403,
      'AccessDenied',
      '0006-00000227',
      'Invalid according to Policy: Policy Condition failed: ["not-in", "$cache-control", ["no-cache"]] The field',
      {
        Condition: '["not-in", "$cache-control", ["no-cache"]]',
        Field: 'cache-control',
        Expected: 'not "no-cache"',
        Found: 'no-cache',
      },
    ],
    [
      { kind: 'uncovered', field: 'x-oss-credential' },
      403,
      'AccessDenied',
      '0006-00000228',
      'Invalid according to Policy: Extra input fields: x-oss-credential No condition',
      { Field: 'x-oss-credential' },
    ],
    [
      { kind: 'too-small', size: 0, min: 1 },
      400,
      'EntityTooSmall',
      '0006-00000004',
      'Your proposed upload smaller than the minimum allowed size. The file has 0 bytes',
      { ProposedSize: '0', MinSizeAllowed: '1' },
    ],
    [
      { kind: 'too-large', size: 11, max: 10 },
      400,
      'EntityTooLarge',
      '0006-00000003',
      'Your proposed upload exceeds the maximum allowed size. The file has 11 bytes',
      { ProposedSize: '11', MaxSizeAllowed: '10' },
    ],
  ])('%j', (failure, status, oss, ec, message, facts) => {
    const error = refusal([failure])
    expect(errorRow(error.code)).toMatchObject({ status, oss, ec })
    expect(error.message.startsWith(message)).toBe(true)
    expect(error.facts).toEqual(facts)
    expect(Object.keys(error.facts).every((name) => /^[A-Za-z]+$/.test(name))).toBe(true)
  })
})

test('the first failure gives the code, and the others are counted', () => {
  const policy = { expiration: EXPIRATION, conditions: [eq('key', 'a'), eq('bucket', 'b'), fileSize(1, 2)] }
  const submission = { fields: new Map([['key', 'z']]), bucket: 'z', contentType: undefined, now: new Date(0), size: 3 }
  const [first, ...others] = evaluatePolicy(policy, submission, OSS)
  if (first === undefined) throw new Error('Nothing failed.')
  expect(refusal([first, ...others])).toMatchObject({
    code: 'condition-failed',
    detail: expect.stringMatching(/^\["eq", "\$key", "a"\] .* 2 more conditions are not met\.$/),
  })
  expect(refusal([first, first]).detail).toMatch(/ One more condition is not met\.$/)
})

test('an answer stays small, however long the policy or the field is', () => {
  const long = 'a'.repeat(2_000_000)
  const list = Array.from({ length: 1000 }, (_, nth) => `value-${nth}`)
  const failures: Failure[] = [
    { kind: 'unmet', condition: eq(long, long), actual: long },
    { kind: 'unmet', condition: startsWith('key', long), actual: long },
    { kind: 'absent', condition: oneOf('key', list) },
    { kind: 'absent', condition: noneOf('key', [long, long]) },
    { kind: 'uncovered', field: long },
  ]
  for (const failure of failures) {
    const error = refusal([failure])
    expect(error.message.length + Object.values(error.facts).join('').length).toBeLessThan(8000)
  }
})

test.each([
  eq('X-OSS-Security-Token', 'CAIS1'),
  startsWith('x-oss-security-token', 'CAIS1'),
  oneOf('x-amz-security-token', ['CAIS1']),
  noneOf('x-amz-security-token', ['CAIS2']),
])('a security token appears nowhere: $op', (condition) => {
  for (const failure of [
    { kind: 'unmet', condition, actual: 'CAIS2' } as const,
    { kind: 'absent', condition } as const,
  ]) {
    const error = refusal([failure])
    expect(error.message + JSON.stringify(error.facts)).not.toContain('CAIS')
  }
})

import { describe, expect, test } from 'vitest'
import { eq, fileSize, noneOf, oneOf, startsWith } from './build-policy.ts'
import type { Condition, FieldCondition, Policy, RangeCondition } from './condition.ts'
import { S3 } from './dialect.ts'
import type { Failure } from './evaluate-policy.ts'
import { conditionText, explainFailure, explainPolicy } from './explain-policy.ts'

const EXPIRATION = new Date('2026-11-24T12:00:00.000Z')

function policyOf(...conditions: readonly Condition[]): Policy {
  return { expiration: EXPIRATION, conditions }
}

describe('a policy in sentences', () => {
  test('says what it permits, and that the rest is free', () => {
    const policy = policyOf(
      { ...eq('bucket', 'photos'), spelling: 'object' },
      startsWith('key', 'user/eric/'),
      oneOf('content-type', ['image/jpeg', 'image/png']),
      eq('success_action_status', '200'),
      noneOf('Cache-Control', ['no-cache']),
      startsWith('x-oss-meta-tag', ''),
      fileSize(1, 10_485_760),
    )
    expect(explainPolicy(policy)).toEqual([
      'Good until 2026-11-24 12:00:00 UTC.',
      'The bucket must be "photos".',
      'The key must begin with "user/eric/".',
      'The content type must be "image/jpeg" or "image/png".',
      'The field "success_action_status" must be "200".',
      'The field "Cache-Control" must be there, and not be "no-cache".',
      'The field "x-oss-meta-tag" must be there, with any value.',
      'The file must have from 1 byte to 10,485,760 bytes (10 MiB).',
      'Fields that no condition names may be added freely.',
    ])
  })

  test('says what it leaves open', () => {
    expect(explainPolicy(policyOf(eq('success_action_status', '200')))).toEqual([
      'Good until 2026-11-24 12:00:00 UTC.',
      'The field "success_action_status" must be "200".',
      "The file may have any size up to the store's own limit, 5,368,709,120 bytes (5 GiB).",
      'Any bucket that the access key may write to: no condition names the bucket.',
      'Any key: no condition names it.',
      'Any content type: no condition names it.',
      'Fields that no condition names may be added freely.',
    ])
  })

  test('of S3 leaves no field open', () => {
    expect(explainPolicy(policyOf(eq('Bucket', 'photos'), eq('key', 'a'), fileSize(5, 5)), S3)).toEqual([
      'Good until 2026-11-24 12:00:00 UTC.',
      'The bucket must be "photos".',
      'The key must be "a".',
      'The file must have exactly 5 bytes.',
      'No field may be sent that no condition names.',
    ])
  })

  test('of S3 that names no key refuses every form', () => {
    expect(explainPolicy(policyOf(eq('bucket', 'photos')), S3)).toContain(
      'Every form is refused: it must send a key, and no condition names it.',
    )
  })

  test.each<[string, readonly RangeCondition[]]>([
    ['No file fits the sizes that it asks for.', [fileSize(1, 2), fileSize(3, 4)]],
    ['No file fits the sizes that it asks for.', [fileSize(2 ** 40, 2 ** 41)]],
    ['The file must have from 1 byte to 5,368,709,120 bytes (5 GiB).', [fileSize(1, Number.MAX_SAFE_INTEGER)]],
    ['The file must have from 10 bytes to 1,024 bytes (1 KiB).', [fileSize(0, 1024), fileSize(10, 2000)]],
    ['The file must have exactly 0 bytes.', [fileSize(0, 0)]],
  ])('says of sizes: %s', (sentence, ranges) => {
    expect(explainPolicy(policyOf(...ranges))).toContain(sentence)
  })

  test.each([
    ['2026-11-24T11:50:00Z', 'Good until 2026-11-24 12:00:00 UTC (in 10 minutes).'],
    ['2026-11-24T11:59:59Z', 'Good until 2026-11-24 12:00:00 UTC (in 1 second).'],
    ['2026-11-24T11:59:59.900Z', 'Good until 2026-11-24 12:00:00 UTC (in 1 second).'],
    ['2026-11-24T11:58:30Z', 'Good until 2026-11-24 12:00:00 UTC (in 90 seconds).'],
    ['2026-11-24T10:30:00Z', 'Good until 2026-11-24 12:00:00 UTC (in 90 minutes).'],
    ['2026-11-23T12:00:00Z', 'Good until 2026-11-24 12:00:00 UTC (in 24 hours).'],
    ['2026-11-17T12:00:00Z', 'Good until 2026-11-24 12:00:00 UTC (in 7 days).'],
    ['2026-11-24T12:00:00Z', 'Expired at 2026-11-24 12:00:00 UTC (just now): every form with this policy is refused.'],
    [
      '2026-11-24T12:05:00Z',
      'Expired at 2026-11-24 12:00:00 UTC (5 minutes ago): every form with this policy is refused.',
    ],
  ])('at %s: %s', (now, sentence) => {
    expect(explainPolicy(policyOf(eq('key', 'a')), undefined, new Date(now))[0]).toBe(sentence)
  })
})

describe('a condition as OSS prints it', () => {
  test.each<[Condition, string]>([
    [eq('bucket', 'x'), '["eq", "$bucket", "x"]'],
    [{ ...eq('bucket', 'x'), spelling: 'object' }, '["eq", "$bucket", "x"]'],
    [startsWith('Content-Type', ''), '["starts-with", "$Content-Type", ""]'],
    [oneOf('content-type', ['image/jpg', 'image/png']), '["in", "$content-type", ["image/jpg", "image/png"]]'],
    [noneOf('cache-control', []), '["not-in", "$cache-control", []]'],
    [fileSize(1, 10), '["content-length-range", 1, 10]'],
    [eq('Content-Disposition', 'filename="a.png"'), '["eq", "$Content-Disposition", "filename=\\"a.png\\""]'],
    [eq('x-oss-security-token', 'CAIS'), '["eq", "$x-oss-security-token", "***"]'],
  ])('%j: %s', (condition, text) => {
    expect(conditionText(condition)).toBe(text)
  })
})

describe('a failure in sentences: what was expected, what came, what to change', () => {
  const unmet = (condition: FieldCondition, actual: string): Failure => ({ kind: 'unmet', condition, actual })
  const absent = (condition: FieldCondition): Failure => ({ kind: 'absent', condition })

  test.each<[Failure, string]>([
    [
      { kind: 'expired', expiration: EXPIRATION, now: new Date('2026-11-24T12:05:00Z') },
      'It was good until 2026-11-24 12:00:00 UTC, which was 5 minutes ago. Ask for a new form.',
    ],
    [
      { kind: 'expired', expiration: EXPIRATION, now: EXPIRATION },
      'It was good until 2026-11-24 12:00:00 UTC, which was just now. Ask for a new form.',
    ],
    [
      absent(eq('success_action_status', '200')),
      'The field "success_action_status" must be "200"; the form has no such field before the file. Add it to the form.',
    ],
    [
      absent(eq('bucket', 'photos')),
      'The bucket must be "photos"; the address names no bucket. Post to the bucket\'s own address.',
    ],
    [
      absent(oneOf('content-type', ['image/png'])),
      'The content type must be "image/png"; no type came with the form. Send one with the file (OSS), or as the field Content-Type.',
    ],
    [
      unmet(startsWith('key', 'user/'), 'other/a'),
      'The key must begin with "user/"; it is "other/a". Send an allowed value, or ask for a form that allows this one.',
    ],
    [
      unmet(eq('bucket', 'photos'), 'other'),
      'The bucket must be "photos"; it is "other". Post to that bucket, or ask for a form for this one.',
    ],
    [
      unmet(oneOf('content-type', ['image/jpg', 'image/png']), 'text/html'),
      'The content type must be "image/jpg" or "image/png"; it is "text/html". Choose a file of an allowed type, or ask for a form that allows this one.',
    ],
    [
      unmet(oneOf('content-type', ['image/jpg', 'image/png']), 'image/jpeg'),
      'The content type must be "image/jpg" or "image/png"; it is "image/jpeg". The type of JPEG files is "image/jpeg"; name it in the policy.',
    ],
    [unmet(eq('key', 'a'), 'A'), 'The key must be "a"; it is "A". They differ in upper and lower case, which counts.'],
    [unmet(eq('key', 'a'), 'a '), 'The key must be "a"; it is "a ". They differ in white space, which counts.'],
    [
      unmet(noneOf('cache-control', ['no-cache']), 'no-cache'),
      'The field "cache-control" must be there, and not be "no-cache"; it is "no-cache". Send an allowed value, or ask for a form that allows this one.',
    ],
    [
      unmet(eq('x-oss-security-token', 'CAIS'), 'secret'),
      'The field "x-oss-security-token" is not the one that the policy names. Ask for a new form.',
    ],
    [
      { kind: 'uncovered', field: 'x-oss-credential' },
      'No condition of the policy names the field "x-oss-credential". Add one for it, or leave the field out.',
    ],
    [
      { kind: 'too-small', size: 0, min: 1 },
      'The file has 0 bytes; this policy wants at least 1 byte. Choose a larger file.',
    ],
    [
      { kind: 'too-large', size: 52_428_800, max: 10_485_760 },
      'The file has 52,428,800 bytes (50 MiB); this policy allows at most 10,485,760 bytes (10 MiB). Choose a smaller file.',
    ],
  ])('%j', (failure, sentence) => {
    expect(explainFailure(failure)).toBe(sentence)
  })

  test('long values are cut, and of a long list some are shown', () => {
    const sentence = explainFailure(unmet(eq('key', 'a'), 'b'.repeat(2_000_000)))
    expect(sentence.length).toBeLessThan(500)
    const many = oneOf(
      'key',
      Array.from({ length: 1000 }, (_, nth) => `value-${nth}`),
    )
    expect(explainFailure(absent(many))).toContain('"value-19" or 980 more')
  })
})

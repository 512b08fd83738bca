import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_OBJECT_BYTES } from '../base/limits.ts'
import { eq, fileSize, noneOf, oneOf, startsWith } from './build-policy.ts'
import type { Condition } from './condition.ts'
import { type Dialect, OSS, S3 } from './dialect.ts'
import { holds } from './evaluate-policy.ts'
import { FINDING_CODES, type FindingCode } from './lint/finding.ts'
import type { LintSubject } from './lint/look.ts'
import { lintPolicy } from './lint-policy.ts'

const NOW = new Date('2026-11-24T12:00:00Z')
const MINUTE = 60_000
const UUID = '49a7bda6-5043-4d3d-a302-6a30781e4246'

/** Of each kind the condition that leaves nothing to say. */
const SAFE: readonly Condition[] = [
  eq('bucket', 'photos'),
  eq('key', 'uploads/a.png'),
  fileSize(1, 10_485_760),
  oneOf('content-type', ['image/jpeg', 'image/png']),
  eq('x-oss-forbid-overwrite', 'true'),
  eq('x-oss-object-acl', 'default'),
  eq('x-oss-storage-class', 'Standard'),
  eq('callback', 'e30='),
]
/** What no policy on OSS can forbid. */
const UNAVOIDABLE: readonly FindingCode[] = ['redirect-open', 'metadata-open']

interface Case {
  /** In place of the safe conditions on the same fields. */
  readonly instead?: readonly Condition[]
  readonly without?: readonly string[]
  readonly subject?: LintSubject
  readonly minutes?: number
  readonly dialect?: Dialect
}

function lint({ instead = [], without = [], subject = {}, minutes = 10, dialect = OSS }: Case) {
  const replaced = new Set([...instead.map(subjectOf), ...without])
  const conditions = [...SAFE.filter((condition) => !replaced.has(subjectOf(condition))), ...instead]
  const expiration = new Date(NOW.getTime() + minutes * MINUTE)
  return lintPolicy({ expiration, conditions }, dialect, { now: NOW, ...subject })
}

/** `error size-open`, without what cannot be avoided. */
function told(given: Case): string[] {
  return lint(given)
    .filter(({ code }) => !UNAVOIDABLE.includes(code))
    .map(({ severity, code }) => `${severity} ${code}`)
}

function subjectOf(condition: Condition): string {
  return condition.op === 'content-length-range' ? 'size' : condition.field.toLowerCase()
}

test('of a policy that pins all that can be pinned, only what OSS lets nobody forbid is told', () => {
  expect(told({})).toEqual([])
  expect(lint({}).map(({ code }) => code)).toEqual(UNAVOIDABLE)
})

test('of S3, where a field that no condition names is refused, nothing is open', () => {
  const without = ['x-oss-forbid-overwrite', 'x-oss-object-acl', 'x-oss-storage-class', 'callback']
  expect(lint({ dialect: S3, without })).toEqual([])
  expect(lint({ dialect: S3, without: [...without, 'content-type'] })).toEqual([])
})

const fresh = `uploads/2026/11/24/${UUID}/`
const cases: (Case & { readonly name: string; readonly tells: readonly string[] })[] = [
  { name: 'no bucket', without: ['bucket'], tells: ['error bucket-open'] },
  { name: 'the beginning of a bucket', instead: [startsWith('bucket', 'ph')], tells: ['error bucket-open'] },
  { name: 'one of two buckets', instead: [oneOf('bucket', ['photos', 'papers'])], tells: [] },

  { name: 'no key', without: ['key'], tells: ['error key-open'] },
  { name: 'no key, on S3', without: ['key'], dialect: S3, tells: ['error field-uncovered'] },
  { name: 'a key with any beginning', instead: [startsWith('key', '')], tells: ['error key-open'] },
  { name: 'any key but one', instead: [noneOf('key', ['index.html'])], tells: ['error key-open'] },
  { name: 'a key by the client', instead: [startsWith('key', 'uploads/')], tells: ['warning key-by-client'] },
  { name: 'a key by the client in a new folder', instead: [startsWith('key', fresh)], tells: ['note key-by-client'] },
  {
    name: 'a prefix that ends within a name',
    instead: [startsWith('key', 'users/1')],
    tells: ['warning key-by-client', 'warning key-prefix-unended'],
  },
  {
    name: 'of two prefixes, the longer',
    instead: [startsWith('key', ''), startsWith('key', fresh)],
    tells: ['note key-by-client'],
  },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the protocol's variable
  { name: 'the file name in the key', instead: [eq('key', 'a/${filename}')], tells: ['warning key-file-name'] },
  {
    name: 'the file name in a new folder',
    instead: [eq('key', `${fresh}\${filename}`)],
    tells: ['note key-file-name'],
  },

  { name: 'no forbid-overwrite', without: ['x-oss-forbid-overwrite'], tells: ['warning overwrite-allowed'] },
  {
    name: 'overwriting pinned',
    instead: [eq('x-oss-forbid-overwrite', 'false')],
    tells: ['warning overwrite-allowed'],
  },
  {
    name: 'forbid-overwrite with any value',
    instead: [startsWith('x-oss-forbid-overwrite', '')],
    tells: ['warning overwrite-allowed'],
  },
  {
    name: 'no forbid-overwrite in a new folder',
    instead: [startsWith('key', fresh)],
    without: ['x-oss-forbid-overwrite'],
    tells: ['note key-by-client', 'note overwrite-allowed'],
  },

  { name: 'no size', without: ['size'], tells: ['error size-open'] },
  { name: 'a size as large as the store takes', instead: [fileSize(1, MAX_OBJECT_BYTES)], tells: ['error size-open'] },
  { name: 'one byte less', instead: [fileSize(1, MAX_OBJECT_BYTES - 1)], tells: ['note size-huge'] },
  { name: '1 GiB', instead: [fileSize(1, 1024 ** 3)], tells: [] },
  { name: '1 GiB and a byte', instead: [fileSize(1, 1024 ** 3 + 1)], tells: ['note size-huge'] },
  { name: "the samples' size", instead: [fileSize(1, 1_048_576_000)], tells: ['warning size-huge'] },
  { name: 'an empty file', instead: [fileSize(0, 10)], tells: ['note size-zero'] },
  {
    name: 'two ranges that leave 0 out',
    instead: [fileSize(0, 10), fileSize(1, 20)],
    tells: ['note condition-repeated'],
  },

  { name: 'a life of 15 minutes', minutes: 15, tells: [] },
  { name: 'a life of over 15 minutes', minutes: 15.1, tells: ['note life-long'] },
  { name: 'a life of an hour', minutes: 60, tells: ['note life-long'] },
  { name: 'a life of over an hour', minutes: 60.1, tells: ['warning life-long'] },
  { name: 'a life of a week', minutes: 7 * 24 * 60, tells: ['warning life-long'] },
  { name: 'a life of over a week', minutes: 7 * 24 * 60 + 1, tells: ['error life-long'] },
  {
    name: 'a life from the date of its signature',
    minutes: 1,
    instead: [eq('x-oss-date', '20261124T110000Z')],
    tells: ['warning life-long'],
  },
  { name: 'an expired policy', minutes: 0, tells: ['note expired'] },

  { name: 'no type', without: ['content-type'], tells: ['warning type-open'] },
  { name: 'any type', instead: [startsWith('content-type', '')], tells: ['warning type-open'] },
  { name: 'any type but one', instead: [noneOf('content-type', ['text/html'])], tells: ['warning type-open'] },
  { name: 'a page', instead: [eq('Content-Type', 'text/html; charset=utf-8')], tells: ['warning type-active'] },
  {
    name: 'an SVG in a list',
    instead: [oneOf('content-type', ['image/png', 'image/svg+xml'])],
    tells: ['warning type-active'],
  },
  { name: 'a script', instead: [eq('content-type', 'application/javascript')], tells: ['warning type-active'] },
  { name: 'all images', instead: [startsWith('content-type', 'image/')], tells: ['warning type-active'] },
  { name: 'all videos', instead: [startsWith('content-type', 'video/')], tells: [] },
  { name: 'a wildcard', instead: [eq('content-type', 'image/*')], tells: ['error type-wildcard'] },
  { name: 'image/jpg', instead: [eq('content-type', 'image/jpg')], tells: ['warning type-misspelt'] },
  {
    name: 'image/jpg beside image/jpeg',
    instead: [oneOf('content-type', ['image/jpeg', 'image/jpg'])],
    tells: ['note type-misspelt'],
  },
  { name: 'a type in capitals', instead: [eq('content-type', 'Image/PNG')], tells: ['warning type-misspelt'] },

  { name: 'an open ACL', without: ['x-oss-object-acl'], tells: ['warning acl-open'] },
  { name: 'an ACL with any value', instead: [startsWith('x-oss-object-acl', '')], tells: ['warning acl-open'] },
  { name: 'one of two ACLs', instead: [oneOf('x-oss-object-acl', ['default', 'private'])], tells: [] },
  { name: 'an open storage class', without: ['x-oss-storage-class'], tells: ['note storage-class-open'] },
  { name: 'an open callback', without: ['callback'], tells: ['note callback-open'] },

  {
    name: 'two values for one field',
    instead: [eq('key', 'a'), eq('Key', 'b')],
    tells: ['error conditions-contradict'],
  },
  { name: 'a value beside its prefix', instead: [eq('key', 'a/b'), startsWith('key', 'a/')], tells: [] },
  {
    name: 'a value beside another prefix',
    instead: [eq('key', 'a/b'), startsWith('key', 'b/')],
    tells: ['error conditions-contradict'],
  },
  {
    name: 'two prefixes of which none continues the other',
    instead: [startsWith('key', 'a/'), startsWith('key', 'b/')],
    tells: ['error conditions-contradict', 'warning key-by-client'],
  },
  {
    name: 'two lists without a common value',
    instead: [oneOf('bucket', ['a', 'b']), oneOf('bucket', ['c'])],
    tells: ['error conditions-contradict'],
  },
  {
    name: 'a value that must not be',
    instead: [eq('key', 'a'), noneOf('key', ['a'])],
    tells: ['error conditions-contradict'],
  },
  { name: 'an empty list', instead: [oneOf('key', [])], tells: ['error conditions-contradict'] },
  {
    name: 'ranges that do not meet',
    instead: [fileSize(1, 5), fileSize(6, 9)],
    tells: ['error conditions-contradict', 'note condition-repeated'],
  },
  {
    name: 'a condition twice',
    instead: [eq('key', 'a'), { op: 'eq', field: 'KEY', value: 'a', spelling: 'object' }],
    tells: ['note condition-repeated'],
  },
  {
    name: 'two values for a token',
    instead: [eq('x-oss-security-token', 'a'), eq('x-oss-security-token', 'b')],
    tells: ['error conditions-contradict'],
  },

  { name: 'http', subject: { url: 'http://photos.oss-cn-hangzhou.aliyuncs.com/' }, tells: ['warning host-http'] },
  { name: 'http on this machine', subject: { url: 'http://127.0.0.1:9000/photos/' }, tells: [] },
  { name: 'https', subject: { url: 'https://photos.oss-cn-hangzhou.aliyuncs.com/' }, tells: [] },
  {
    name: 'an internal endpoint',
    subject: { url: 'https://photos.oss-cn-hangzhou-internal.aliyuncs.com/' },
    tells: ['error host-internal'],
  },
  { name: 'V1', subject: { scheme: 'oss-v1' }, tells: ['warning scheme-old'] },
  { name: 'V4', subject: { scheme: 'oss-v4' }, tells: [] },
  { name: "S3's V2", subject: { scheme: 's3-v2' }, tells: ['warning scheme-old'] },
]

test.each(cases)('$name: $tells', (given) => {
  expect(told(given)).toEqual(given.tells)
})

describe('with the whole form', () => {
  const sent = new Map([
    ['key', 'uploads/a.png'],
    ['policy', 'e30='],
    ['x-oss-forbid-overwrite', 'true'],
    ['x-oss-object-acl', 'default'],
    ['x-oss-storage-class', 'Standard'],
    ['callback', 'e30='],
  ])
  const tellsOf = (fields: readonly [string, string][], given: Case = {}) =>
    told({ ...given, subject: { fields: new Map([...sent, ...fields]) } })

  test('what it sends, all pinned, leaves nothing to say; the file brings its type, the address its bucket', () => {
    expect(tellsOf([])).toEqual([])
  })

  test('a condition on a field that it does not send is told', () => {
    const findings = lint({ instead: [eq('success_action_status', '200')], subject: { fields: sent } })
    expect(findings[0]).toMatchObject({
      code: 'field-absent',
      title: 'The form does not send the field "success_action_status"',
      condition: '["eq", "$success_action_status", "200"]',
    })
  })

  test('on S3 a type must be sent as a field', () => {
    const fields = new Map([['key', 'uploads/a.png']])
    const without = ['x-oss-forbid-overwrite', 'x-oss-object-acl', 'x-oss-storage-class', 'callback']
    expect(told({ dialect: S3, without, subject: { fields } })).toEqual(['error field-absent'])
  })

  test('a field of V4 that no condition names is told', () => {
    expect(tellsOf([['x-oss-credential', 'ak/20261124/cn-hangzhou/oss/aliyun_v4_request']])).toEqual([
      'error field-uncovered',
    ])
  })

  test('what it sends without pinning it is told louder than what a client might add', () => {
    expect(tellsOf([], { without: ['callback', 'x-oss-object-acl'] })).toEqual([
      'error acl-open',
      'error callback-open',
    ])
    expect(tellsOf([], { without: ['x-oss-forbid-overwrite'] })).toEqual(['warning overwrite-allowed'])
    expect(tellsOf([['x:user', '7']])).toEqual(['warning field-free'])
    expect(tellsOf([['x-oss-meta-user', '7']])).toEqual(['warning field-free'])
    expect(tellsOf([['cache-control', 'no-store']])).toEqual(['warning field-free'])
  })

  test('its fields tell an old scheme', () => {
    expect(tellsOf([['ossaccesskeyid', 'ak']])).toEqual(['warning scheme-old'])
  })
})

describe('a contradiction is told only where there is one', () => {
  const value = fc.string({ unit: fc.constantFrom('a', 'b', '/') })
  const field = { field: 'key' } as const

  test('conditions that one value meets do not contradict each other', () => {
    const met = value.chain((actual) => {
      const conditions = fc.array(
        fc.oneof(
          fc.constant(eq('key', actual)),
          fc.nat(actual.length).map((end) => startsWith('key', actual.slice(0, end))),
          fc.array(value).map((values) => oneOf('key', [...values, actual])),
          fc.array(value).map((values) =>
            noneOf(
              'key',
              values.filter((other) => other !== actual),
            ),
          ),
        ),
        { minLength: 1 },
      )
      return conditions
    })
    fc.assert(fc.property(met, (instead) => !told({ instead }).includes('error conditions-contradict')))
  })

  test('of what is told as a contradiction, no listed value meets all conditions', () => {
    const condition = fc.oneof(
      value.map((text) => ({ op: 'eq', ...field, value: text }) as const),
      value.map((prefix) => ({ op: 'starts-with', ...field, prefix }) as const),
      fc.array(value).map((values) => ({ op: 'in', ...field, values }) as const),
      fc.array(value).map((values) => ({ op: 'not-in', ...field, values }) as const),
    )
    fc.assert(
      fc.property(fc.array(condition), value, (instead, actual) => {
        if (!told({ instead }).includes('error conditions-contradict')) return
        expect(instead.every((one) => holds(one, actual))).toBe(false)
      }),
    )
  })
})

test('the worst comes first', () => {
  const severities = lint({ without: ['bucket', 'size', 'content-type', 'callback', 'key'] }).map(
    ({ severity }) => severity,
  )
  expect(severities).toEqual(['error', 'error', 'error', 'warning', 'note', 'note', 'note'])
})

test('without a date and without a clock, nothing is said of how long it lives', () => {
  const policy = { expiration: new Date('2120-01-01T00:00:00Z'), conditions: SAFE }
  expect(lintPolicy(policy).map(({ code }) => code)).toEqual(UNAVOIDABLE)
})

test('a security token is not shown', () => {
  const findings = lint({ instead: [eq('x-oss-security-token', 'hidden')], subject: { fields: new Map() } })
  expect(JSON.stringify(findings)).not.toContain('hidden')
  expect(findings.map(({ condition }) => condition)).toContain('["eq", "$x-oss-security-token", "***"]')
})

test('each finding says what follows, in a sentence, and what to do', () => {
  const all = cases.flatMap((given) => lint(given))
  expect(new Set(all.map(({ code }) => code)).size).toBe(FINDING_CODES.length - 2) // field-absent and field-free need a form
  for (const { title, consequence, fix } of all) {
    expect(title).not.toMatch(/\.$/)
    expect(consequence).toMatch(/^[A-Z].*[.]$/)
    expect(fix).toMatch(/^[A-Z].*[.]$/)
  }
})

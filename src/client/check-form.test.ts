import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ErrorCode } from '../base/errors.ts'
import { MAX_OBJECT_BYTES } from '../base/limits.ts'
import { checkForm as failuresOf } from '../form/check-form.ts'
import type { UploadForm } from '../form/upload-form.ts'
import { eq, fileSize, noneOf, oneOf, startsWith } from '../policy/build-policy.ts'
import type { Condition } from '../policy/condition.ts'
import { encodePolicy } from '../policy/encode-policy.ts'
import { refusal } from '../policy/refusal.ts'
import { checkForm } from './check-form.ts'

const NOW = new Date('2026-11-24T12:00:00Z')
const LATER = new Date('2026-11-24T12:10:00Z')
const FILE = { name: 'photo.png', size: 10, type: 'image/png' }

function formOf(conditions: readonly Condition[], fields: Record<string, string> = {}, expiration = LATER): UploadForm {
  const policy = encodePolicy({ expiration, conditions: [fileSize(0, 100), ...conditions] })
  const url = 'https://photos.oss-cn-hangzhou.aliyuncs.com/'
  return { method: 'POST', url, fields: { key: 'a.png', policy, ...fields }, expiresAt: LATER.toISOString() }
}

test('a file that the policy allows is sent', () => {
  const form = formOf([
    eq('bucket', 'photos'),
    eq('key', 'a.png'),
    oneOf('content-type', ['image/png']),
    fileSize(1, 10),
  ])
  expect(checkForm(form, FILE, NOW)).toBeUndefined()
})

const refusals: { conditions: Condition[]; code: ErrorCode; message: string; facts: object }[] = [
  {
    conditions: [fileSize(1, 9)],
    code: 'file-too-large',
    message: 'The file has 10 bytes; 9 are allowed.',
    facts: { ProposedSize: '10', MaxSizeAllowed: '9' },
  },
  {
    conditions: [fileSize(11, 20)],
    code: 'file-too-small',
    message: 'The file has 10 bytes; 11 are needed.',
    facts: { ProposedSize: '10', MinSizeAllowed: '11' },
  },
  {
    conditions: [oneOf('content-type', ['image/jpeg', 'image/gif'])],
    code: 'condition-failed',
    message:
      'The field "content-type" is "image/png"; the policy wants ["in","$content-type",["image/jpeg","image/gif"]].',
    facts: {
      Condition: '["in","$content-type",["image/jpeg","image/gif"]]',
      Field: 'content-type',
      Found: 'image/png',
    },
  },
  {
    conditions: [startsWith('key', 'user/')],
    code: 'condition-failed',
    message: 'The field "key" is "a.png"; the policy wants ["starts-with","$key","user/"].',
    facts: { Condition: '["starts-with","$key","user/"]', Field: 'key', Found: 'a.png' },
  },
  {
    conditions: [eq('x-oss-object-acl', 'private')],
    code: 'condition-field-absent',
    message: 'The field "x-oss-object-acl" is absent; the policy wants ["eq","$x-oss-object-acl","private"].',
    facts: { Condition: '["eq","$x-oss-object-acl","private"]', Field: 'x-oss-object-acl' },
  },
]

test.each(refusals)('$message', ({ conditions, code, message, facts }) => {
  const error = checkForm(formOf(conditions), FILE, NOW)
  expect({ code: error?.code, message: error?.message, facts: error?.facts, retry: error?.retry }).toEqual({
    code,
    message,
    facts,
    retry: 'never',
  })
})

test('a policy is too old from its expiration on, and then a fresh form helps', () => {
  const form = formOf([], {}, NOW)
  expect(checkForm(form, FILE, new Date(NOW.getTime() - 1))).toBeUndefined()
  expect(checkForm(form, FILE, NOW)).toMatchObject({
    code: 'policy-expired',
    retry: 'fresh-form',
    message: 'The form was good until 2026-11-24T12:00:00.000Z.',
  })
})

test('one byte is one byte', () => {
  const form = formOf([fileSize(2, 3)])
  expect(checkForm(form, { ...FILE, size: 1 }, NOW)?.message).toBe('The file has 1 byte; 2 are needed.')
})

test('no store takes more than 5 GB in one form, whatever the policy says', () => {
  const form = { ...formOf([]), fields: { key: 'a' } }
  expect(checkForm(form, { ...FILE, size: MAX_OBJECT_BYTES }, NOW)).toBeUndefined()
  expect(checkForm(form, { ...FILE, size: MAX_OBJECT_BYTES + 1 }, NOW)?.code).toBe('file-too-large')
})

test('a file whose type nobody knows goes as application/octet-stream; of S3 the form says the type', () => {
  const conditions = [eq('content-type', 'application/octet-stream')]
  expect(checkForm(formOf(conditions), { ...FILE, type: '' }, NOW)).toBeUndefined()
  const s3 = formOf([eq('content-type', 'a/b')], { 'x-amz-signature': 's', 'Content-Type': 'a/b' })
  expect(checkForm(s3, FILE, NOW)).toBeUndefined()
})

test('a token stands in policies, and in no message: of one that is not right the store judges', () => {
  const form = formOf([eq('x-oss-security-token', 'SECRET')], { 'x-oss-security-token': 'OTHER' })
  expect(failuresOf(form, FILE, NOW)).not.toEqual([])
  expect(checkForm(form, FILE, NOW)).toBeUndefined()
})

test('what is odd, and what is no fault of the file, the store judges', () => {
  const form = formOf([eq('bucket', 'other')])
  expect(checkForm(form, FILE, NOW)).toBeUndefined()
  for (const policy of ['', '*', 'e30=']) {
    expect(checkForm({ ...form, fields: { key: 'a', policy } }, FILE, NOW)).toBeUndefined()
  }
  const uncovered = formOf([], { 'x-oss-date': '20261124T120000Z' })
  expect(failuresOf(uncovered, FILE, NOW)).not.toEqual([])
  expect(checkForm(uncovered, FILE, NOW)).toBeUndefined()
})

test('it finds what the strict check finds, under the same code', () => {
  const values = fc.constantFrom('a.png', 'user/', 'image/png', 'image/', '')
  const names = fc.constantFrom('key', 'content-type', 'x-oss-object-acl', 'Bucket')
  const conditions = fc.oneof(
    fc.tuple(names, values).map(([name, value]) => eq(name, value)),
    fc.tuple(names, values).map(([name, value]) => startsWith(name, value)),
    fc.tuple(names, fc.array(values)).map(([name, all]) => oneOf(name, all)),
    fc.tuple(names, fc.array(values)).map(([name, all]) => noneOf(name, all)),
    fc.integer({ min: 0, max: 20 }).map((min) => fileSize(min, min + 5)),
  )
  const sizes = fc.integer({ min: 0, max: 30 })
  fc.assert(
    fc.property(fc.array(conditions, { maxLength: 3 }), sizes, values, (all, size, type) => {
      const form = { ...formOf(all), url: 'https://cdn.example/' } // whose bucket nobody knows
      const file = { ...FILE, size, type }
      const [first, ...others] = failuresOf(form, file, NOW)
      const strict = first && refusal([first, ...others])
      const light = checkForm(form, file, NOW)
      expect([light?.code, light?.facts['Field']]).toEqual([strict?.code, strict?.facts['Field']])
      if (strict?.facts['Condition'] !== undefined)
        expect(JSON.parse(light?.facts['Condition'] ?? '')).toEqual(JSON.parse(strict.facts['Condition']))
    }),
  )
})

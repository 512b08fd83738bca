import { describe, expect, test } from 'vitest'
import { checkFieldValues } from './check-values.ts'
import { KNOWN_FIELDS } from './field-names.ts'

describe('fields with a list of values', () => {
  test.each([
    ['x-oss-object-acl', 'public-read'],
    ['x-oss-storage-class', 'IA'],
    ['x-oss-server-side-encryption', 'SM4'],
    ['x-oss-forbid-overwrite', 'true'],
    ['success_action_status', '201'],
    ['success_action_status', '404'], // the same as no field
    ['cache-control', 'anything'],
    ['unknown', 'anything'],
    ['__proto__', 'anything'],
  ])('%s may be %s', (name, value) => {
    expect(() => checkFieldValues(new Map([[name, value]]))).not.toThrow()
  })

  test.each([
    ['x-oss-object-acl', 'public', 'acl-invalid'],
    ['x-oss-object-acl', 'Private', 'acl-invalid'],
    ['x-oss-object-acl', '', 'acl-invalid'],
    ['x-oss-storage-class', 'standard', 'field-invalid'],
    ['x-oss-server-side-encryption', 'DES', 'encryption-invalid'],
    ['x-oss-forbid-overwrite', 'True', 'forbid-overwrite-invalid'],
    ['x-oss-forbid-overwrite', '1', 'forbid-overwrite-invalid'],
  ])('%s may not be %j', (name, value, code) => {
    expect(() => checkFieldValues(new Map([[name, value]]))).toThrow(expect.objectContaining({ code }))
  })

  test('the message names the field, what came, and what may come', () => {
    expect(() => checkFieldValues(new Map([['x-oss-forbid-overwrite', 'yes']]))).toThrow(
      'The field x-oss-forbid-overwrite is "yes"; it may be true, false.',
    )
  })
})

test('a field is known by its name in lower case', () => {
  expect(KNOWN_FIELDS.get('ossaccesskeyid')?.name).toBe('OSSAccessKeyId')
  for (const [name, field] of KNOWN_FIELDS) expect(name).toBe(field.name.toLowerCase())
})

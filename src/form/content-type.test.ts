import { expect, test } from 'vitest'
import { OSS, S3 } from '../policy/dialect.ts'
import { effectiveContentType } from './content-type.ts'

// docs/spec/post-object.md section 3
test.each([
  ['a/a', 'b/b', 'c/c', 'a/a'],
  [undefined, 'b/b', 'c/c', 'b/b'],
  [undefined, undefined, 'c/c', 'c/c'],
  [undefined, undefined, undefined, undefined],
  ['', 'b/b', 'c/c', 'b/b'],
  ['', '', 'c/c', 'c/c'],
  ['', '', '', undefined],
])('x-oss-content-type %j, the file %j, Content-Type %j: %j', (own, fileType, field, effective) => {
  const fields = new Map<string, string>()
  if (own !== undefined) fields.set('x-oss-content-type', own)
  if (field !== undefined) fields.set('content-type', field)
  expect(effectiveContentType(fields, fileType, OSS)).toBe(effective)
})

test('S3 looks at the form field alone', () => {
  expect(effectiveContentType(new Map([['content-type', 'a/a']]), 'b/b', S3)).toBe('a/a')
  expect(effectiveContentType(new Map([['x-oss-content-type', 'a/a']]), 'b/b', S3)).toBeUndefined()
})

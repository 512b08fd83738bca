import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

const KNOWN = ['maxSize', 'minSize', 'expiresIn', 'acl', 'key', 'types']

test.each([
  ['maxsize', 'maxSize'],
  ['maxSiz', 'maxSize'],
  ['MAX_SIZE', 'maxSize'],
  ['minsise', 'minSize'],
  ['expiresInSeconds', 'expiresIn'],
  ['acls', 'acl'],
  ['keys', 'key'],
  ['tpyes', 'types'],
])('who wrote %s may have meant %s', (written, meant) => {
  expect(nearest(written, KNOWN)).toBe(meant)
})

test.each(['', 'a', 'xyz', 'size', 'constructor', 'x'.repeat(100_000)])('nothing known is near %j', (written) => {
  expect(nearest(written, KNOWN)).toBeUndefined()
})

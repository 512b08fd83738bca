import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { PosternError } from '../../base/request-errors.ts'
import { diskError, isFull } from './disk-error.ts'

test.each([
  { what: 'a full disk, as Node says it', code: 'ENOSPC' },
  { what: 'a full disk, as LMDB says it', code: constants.errno.ENOSPC },
  { what: 'a quota that is used up, as Node says it', code: 'EDQUOT' },
  { what: 'a quota that is used up, as LMDB says it', code: constants.errno.EDQUOT },
])('$what is a refusal that may pass', ({ code }) => {
  const cause = Object.assign(new Error('no'), { code })
  expect(isFull(cause)).toBe(true)
  const refusal = diskError(cause)
  expect(refusal).toBeInstanceOf(PosternError)
  expect(refusal).toMatchObject({ code: 'store-full', cause })
  expect(isFull(refusal)).toBe(true)
  expect(diskError(refusal)).toBe(refusal)
})

test.each([
  Object.assign(new Error('no'), { code: 'EIO' }),
  new Error('no'),
  'ENOSPC',
  undefined,
  new PosternError('store-busy', ''),
])('any other error stays what it is, case $#', (error) => {
  expect(isFull(error)).toBe(false)
  expect(diskError(error)).toBe(error)
})

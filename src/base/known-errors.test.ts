import { expect, test } from 'vitest'
import { ERRORS } from './error-table.ts'
import { ISSUER_ERRORS } from './issuer-error-table.ts'
import { errorRow, PosternError } from './known-errors.ts'
import { REQUEST_ERRORS } from './request-error-table.ts'
import { STS_ERRORS } from './sts-error-table.ts'

test('where the table is, the message begins as OSS documents it, and the table says what may be done', () => {
  const error = new PosternError('policy-expired', 'It was good until noon.')
  expect(error.message).toBe('Invalid according to Policy: Policy expired. It was good until noon.')
  expect(error.detail).toBe('It was good until noon.')
  expect(error.retry).toBe('fresh-form')
  expect(errorRow('policy-expired').oss).toBe('AccessDenied')
})

test('a detail that begins so already is left as it is', () => {
  const read = 'Invalid according to Policy: Policy expired.'
  expect(new PosternError('policy-expired', read).message).toBe(read)
  expect(new PosternError('policy-expired', '').message).toBe(read)
})

test('an error that is given what may be done after it has all its words too', () => {
  const { retry, message } = new PosternError('policy-expired', 'Too late.', {}, { retry: 'never' })
  expect({ retry, message }).toEqual({ retry: 'never', message: 'Too late.' })
})

test('no code stands in two tables', () => {
  const codes = [ERRORS, ISSUER_ERRORS, REQUEST_ERRORS, STS_ERRORS].flatMap((table) => Object.keys(table))
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([])
})

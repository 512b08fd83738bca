import { expect, test } from 'vitest'
import { errorRow, PosternError } from './errors.ts'

test('an error needs no table: its message is its detail, and nothing is tried again', () => {
  const { message, detail, retry } = new PosternError('policy-expired', 'It was good until noon.')
  expect({ message, detail, retry }).toEqual({
    message: 'It was good until noon.',
    detail: 'It was good until noon.',
    retry: 'never',
  })
  expect(() => errorRow('policy-expired')).toThrow(TypeError)
})

test('whoever makes an error may say what can be done after it, and what caused it', () => {
  const cause = new Error('reset')
  const error = new PosternError('network-lost', 'The store is away.', {}, { retry: 'same-form', cause })
  expect(error).toMatchObject({ name: 'PosternError', retry: 'same-form', cause, facts: {} })
})

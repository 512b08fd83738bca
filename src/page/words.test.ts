import { expect, test } from 'vitest'
import { PosternError } from '../base/known-errors.ts'
import { eq } from '../policy/build-policy.ts'
import { refusal } from '../policy/refusal.ts'
import { wordsFor } from './words.ts'

test('a broken condition is told in a sentence, without the protocol', () => {
  const error = refusal([{ kind: 'unmet', condition: eq('content-type', 'image/png'), actual: 'text/html' }])
  expect(wordsFor(error)).toEqual({
    title: 'The policy forbids this form',
    advice:
      'The content type must be "image/png"; it is "text/html". Choose a file of an allowed type, or ask for a form that allows this one.',
  })
})

test('where the store says no more than its code, the details are worth showing', () => {
  expect(wordsFor(new PosternError('bucket-acl-denied', '')).advice).toBe('Show the details to whoever runs this page.')
})

test('an expired form needs only another try', () => {
  expect(wordsFor(new PosternError('policy-expired', 'It was good until noon.')).advice).toMatch(/Press Retry/)
})

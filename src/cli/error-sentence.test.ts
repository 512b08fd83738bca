import { expect, test } from 'vitest'
import { PosternError } from '../base/known-errors.ts'
import { CommandError, usageError } from './command-error.ts'
import { errorSentence } from './error-sentence.ts'

test('our own errors are told as they are, with their exit code', () => {
  expect(errorSentence(new CommandError('It is so.'))).toEqual({ sentence: 'It is so.', exitCode: 1 })
  expect(errorSentence(usageError('Say it so.'))).toEqual({ sentence: 'Say it so.', exitCode: 2 })
})

test('a refusal is told in our words, without the beginning that OSS documents', () => {
  const error = new PosternError('policy-malformed', 'The policy is not Base64.')
  expect(errorSentence(error)).toEqual({ sentence: 'The policy is not Base64.', exitCode: 1 })
})

test.each([
  ['ENOENT', 'There is no file or folder a/b.'],
  ['EACCES', 'You have no permission for a/b. Choose another path, or change its permissions.'],
  ['EROFS', 'The disk that holds a/b is read-only. Choose another path.'],
  ['ENOSPC', 'The disk that holds a/b is full. Make room, or choose another path.'],
  ['EEXIST', 'a/b is a file, and a folder is needed.'],
])("the system's %s is told with its path and what to do", (code, sentence) => {
  const error = Object.assign(new Error(`${code}: no`), { code, path: 'a/b' })
  expect(errorSentence(error)).toEqual({ sentence, exitCode: 1 })
})

test('anything else is a fault of ours, and keeps what is needed to report it', () => {
  for (const fault of [new TypeError('x is undefined'), Object.assign(new Error('odd'), { code: 'EODD', path: 'a' })]) {
    const { sentence, exitCode } = errorSentence(fault)
    expect(sentence).toContain('This is a fault of postern itself')
    expect(sentence).toContain(fault.stack)
    expect(exitCode).toBe(1)
  }
})

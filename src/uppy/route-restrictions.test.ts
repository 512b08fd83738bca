import Uppy from '@uppy/core'
import { expect, test } from 'vitest'
import { readRestrictions, restrict } from './route-restrictions.ts'

const RULES = { route: 'default', minSize: 1, maxSize: 500, maxFormSize: 50, types: ['image/*'], parts: true }

test.each([
  {
    what: 'all of it',
    answer: RULES,
    inParts: true,
    read: { minFileSize: 1, maxFileSize: 500, allowedFileTypes: ['image/*'] },
  },
  {
    what: 'a page that sends no parts',
    answer: RULES,
    inParts: false,
    read: { minFileSize: 1, maxFileSize: 50, allowedFileTypes: ['image/*'] },
  },
  {
    what: 'a route that takes no parts',
    answer: { ...RULES, parts: false },
    inParts: true,
    read: { minFileSize: 1, maxFileSize: 50, allowedFileTypes: ['image/*'] },
  },
  { what: 'any type, an empty file', answer: { minSize: 0, maxSize: 5 }, inParts: true, read: { maxFileSize: 5 } },
  { what: 'nonsense', answer: { minSize: '1', maxSize: -1, types: [1], parts: 'yes' }, inParts: true, read: {} },
  { what: 'no rules', answer: undefined, inParts: true, read: {} },
  { what: 'null', answer: null, inParts: true, read: {} },
])('rules become restrictions: $what', ({ answer, inParts, read }) => {
  expect(readRestrictions(answer, inParts)).toEqual(read)
})

test('what the application restricts stays as it is; the rest goes when the plugin goes', () => {
  const uppy = new Uppy({ restrictions: { maxFileSize: 7, maxNumberOfFiles: 2 } })
  const undo = restrict(uppy, { minFileSize: 1, maxFileSize: 500, allowedFileTypes: ['image/*'] })
  const whole = { minFileSize: 1, maxFileSize: 7, maxNumberOfFiles: 2, allowedFileTypes: ['image/*'] }
  expect(uppy.opts.restrictions).toMatchObject(whole)
  uppy.setOptions({ restrictions: { minFileSize: 3 } })
  undo()
  expect(uppy.opts.restrictions).toMatchObject({ ...whole, minFileSize: 3, allowedFileTypes: null })
})

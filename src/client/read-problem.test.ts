import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PosternError, type Retry } from '../base/errors.ts'
import { readProblem } from './read-problem.ts'

const URL_ = 'https://app.example/uploads'
const PROBLEM = {
  type: 'urn:postern:problem:type-not-allowed',
  title: 'This type of file is not allowed',
  status: 415,
  detail: 'This route takes images.',
  code: 'type-not-allowed',
  retry: 'never',
  Type: 'text/html',
}

test('a problem is the error that the issuer made it of', () => {
  const { code, message, retry, facts } = readProblem(URL_, 415, PROBLEM)
  expect({ code, message, retry, facts }).toEqual({
    code: 'type-not-allowed',
    message: 'This route takes images.',
    retry: 'never',
    facts: { Status: '415', Type: 'text/html' },
  })
})

test.each<[status: number, said: unknown, retry: Retry]>([
  [403, 'fresh-form', 'fresh-form'],
  [500, 'never', 'never'],
  [403, 'same-form', 'same-form'],
  [403, 'always', 'never'],
  [403, undefined, 'never'],
  [429, undefined, 'same-form'],
  [500, undefined, 'same-form'],
  [503, 7, 'same-form'],
])(
  'what may be done after status %i is what the problem says: %j, and else what the status does',
  (status, said, retry) => {
    expect(readProblem(URL_, status, { ...PROBLEM, status, retry: said }).retry).toBe(retry)
  },
)

test('one problem of many has a status of its own', () => {
  expect(readProblem(URL_, 0, { ...PROBLEM, status: 503, retry: undefined })).toMatchObject({
    retry: 'same-form',
    facts: { Status: '503' },
  })
})

test('how long to wait is a fact, be it in the problem or in the header', () => {
  const busy = { ...PROBLEM, status: 503 }
  const waits = (body: unknown, header?: string | null) =>
    readProblem(URL_, 503, body, header).facts['RetryAfterSeconds']
  expect(waits(busy, '30')).toBe('30')
  expect(waits({ ...busy, RetryAfterSeconds: '5' }, '30')).toBe('5')
  expect(waits('<html>', '30')).toBe('30')
  for (const header of [undefined, null, '', 'Fri, 31 Dec 1999 23:59:59 GMT', '-1', '1e3'])
    expect(waits(busy, header)).toBeUndefined()
})

test('a code that is newer than this page is kept as it came, with the words and the hope that came with it', () => {
  const newer = { ...PROBLEM, code: 'quota-reached', detail: 'Wait until tomorrow.', retry: 'same-form' }
  expect(readProblem(URL_, 403, newer)).toMatchObject({
    code: 'quota-reached',
    message: 'Wait until tomorrow.',
    retry: 'same-form',
  })
})

test.each([403, null, '', 'x', 'Not A Name', 'a b', '<b>', 'UPPER', `a${'b'.repeat(64)}`, {}, ['a']])(
  'what is no name is no code: %j',
  (code) => {
    expect(readProblem(URL_, 403, { ...PROBLEM, code })).toMatchObject({
      code: 'issuer-refused',
      detail: PROBLEM.detail,
    })
  },
)

test('without a detail the title is told, and without both the address and the status', () => {
  expect(readProblem(URL_, 415, { ...PROBLEM, detail: undefined }).detail).toBe(PROBLEM.title)
  for (const body of [undefined, null, 'no', 7, [], {}, { code: 'type-not-allowed' }, { detail: 7 }]) {
    const error = readProblem(URL_, 404, body)
    expect(error.code).toBe('issuer-refused')
    expect(error.detail).toBe(
      `${URL_} answered with status 404 and neither a form nor a reason. Is it an issuer's address?`,
    )
  }
})

test('only texts are facts, and names from outside are no more than names', () => {
  const body = JSON.parse(
    '{"detail": "x", "code": "a-b", "__proto__": "p", "constructor": "c", "Count": 3, "List": ["a"]}',
  )
  const { facts } = readProblem(URL_, 400, body)
  expect(Object.entries(facts)).toEqual([
    ['Status', '400'],
    ['__proto__', 'p'],
    ['constructor', 'c'],
  ])
})

test('no answer does worse than issuer-refused', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 599 }), fc.jsonValue(), fc.option(fc.string()), (status, body, header) => {
      expect(readProblem(URL_, status, body, header)).toBeInstanceOf(PosternError)
    }),
  )
})

import { expect, test } from 'vitest'
import { parseRouteRules, type RouteRules } from './route-rules.ts'
import { whyRefused } from './why-refused.ts'

const RULES: RouteRules = { minSize: 2, maxSize: 10, types: ['image/*', 'application/octet-stream', 'text/csv'] }

const cases: { size: number; type: string; code: string | undefined }[] = [
  { size: 1, type: 'image/png', code: 'file-too-small' },
  { size: 2, type: 'image/png', code: undefined },
  { size: 10, type: 'image/png', code: undefined },
  { size: 11, type: 'image/png', code: 'file-too-large' },
  { size: 5, type: 'text/plain', code: 'type-not-allowed' },
  { size: 5, type: 'text/csv;charset=utf-8', code: undefined },
  { size: 5, type: 'TEXT/CSV', code: undefined },
  { size: 5, type: '', code: undefined },
  { size: 5, type: 'imag/png', code: 'type-not-allowed' },
  { size: 5, type: 'image/svg+xml', code: 'type-not-allowed' }, // a kind does not name what a browser runs
]

test.each(cases)('a file of $size bytes and type "$type" → $code', ({ code, ...file }) => {
  expect(whyRefused(RULES, file)?.code).toBe(code)
})

test('a route without types takes every type but those that a browser runs', () => {
  const rules = { minSize: 0, maxSize: 1 }
  expect(whyRefused(rules, { size: 1, type: 'application/x-own' })).toBeUndefined()
  expect(whyRefused(rules, { size: 1, type: '' })).toBeUndefined()
  expect(whyRefused(rules, { size: 1, type: 'text/html' })?.code).toBe('type-not-allowed')
})

test('what a form cannot carry goes in parts, where the route has them', () => {
  const answer = { minSize: 1, maxSize: 100, maxFormSize: 10 }
  expect(parseRouteRules({ ...answer, parts: true })?.maxSize).toBe(100)
  expect(parseRouteRules({ ...answer, parts: false })?.maxSize).toBe(10)
})

test.each([
  undefined,
  null,
  'rules',
  [],
  {},
  { minSize: 1 },
  { minSize: -1, maxSize: 2 },
  { minSize: 0, maxSize: '5' },
])('of an answer that is none, there are no rules: %j', (answer) => {
  expect(parseRouteRules(answer)).toBeUndefined()
})

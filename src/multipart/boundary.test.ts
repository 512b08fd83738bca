import { expect, test } from 'vitest'
import { parseBoundary } from './boundary.ts'

const LONGEST = 'b'.repeat(70)

// docs/spec/form-hazards.md section 2, row 8
test.each([
  ['multipart/form-data; boundary=abc', 'abc'],
  ['multipart/form-data;boundary=abc', 'abc'],
  ['multipart/form-data; boundary="abc"', 'abc'],
  ['multipart/form-data; boundary="a b"', 'a b'],
  ['multipart/form-data; charset=utf-8; boundary=abc', 'abc'],
  ['multipart/form-data; boundary=abc; charset=utf-8', 'abc'],
  ['Multipart/Form-Data; BOUNDARY=aBc', 'aBc'],
  ['multipart/form-data ; boundary=abc ;', 'abc'],
  ['multipart/form-data; boundary=----=_Part_1_12:34/5?', '----=_Part_1_12:34/5?'],
  [`multipart/form-data; boundary=${LONGEST}`, LONGEST],
])('%s names the boundary %s', (contentType, boundary) => {
  expect(parseBoundary(contentType)).toBe(boundary)
})

// docs/spec/form-hazards.md section 2, row 9
test.each([
  'multipart/form-data',
  'multipart/form-data; boundary',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary=""',
  'multipart/form-data; boundary="abc',
  'multipart/form-data; boundary="abc "',
  'multipart/form-data; boundary="a\\\\b"',
  'multipart/form-data; boundary="a\r\nb"',
  'multipart/form-data; boundary=a[b]',
  'multipart/form-data; boundary=ä',
  `multipart/form-data; boundary=${LONGEST}b`,
  'multipart/form-data; boundary=abc; boundary=abc',
  'multipart/form-data; boundary=abc; BOUNDARY=xyz',
  'multipart/form-data; boundary=abc, multipart/form-data; boundary=xyz',
  'multipart/form-data; boundary=abc xyz',
  'multipart/form-data; boundary="abc"xyz',
])('%j names no boundary that we take', (contentType) => {
  expect(() => parseBoundary(contentType)).toThrow(expect.objectContaining({ code: 'form-malformed' }))
})

test.each([
  undefined,
  '',
  'text/plain',
  'multipart/mixed; boundary=abc',
  'multipart/form-data-x; boundary=abc',
  'application/x-www-form-urlencoded',
  'multipart/form-data boundary=abc',
])('%j is no form', (contentType) => {
  expect(() => parseBoundary(contentType)).toThrow(expect.objectContaining({ code: 'form-not-multipart' }))
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compactDate, parseCompactDate, parseHttpDate } from './date.ts'

const instants = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
})

test('a date is written compactly and read back to the second', () => {
  fc.assert(
    fc.property(instants, (instant) => {
      const second = Math.floor(instant.getTime() / 1000)
      expect(parseCompactDate(compactDate(instant))).toEqual(new Date(second * 1000))
    }),
  )
})

test.each([
  '',
  '20231203',
  '2023-12-03T12:12:12Z',
  '20231203T121212',
  '20231203t121212z',
  '20231203T121212+',
  '20230230T121212Z', // February has no such day
  '20231301T121212Z',
  '20231203T241212Z',
  '20231203T126012Z',
  '20231203T121260Z',
  ' 0231203T121212Z',
  '2023 203T121212Z',
  '-0231203T121212Z',
  '２0231203T121212Z',
])('%j is not a compact date', (text) => {
  expect(parseCompactDate(text)).toBeUndefined()
})

test('an HTTP date is read where it is exactly one', () => {
  expect(parseHttpDate('Wed, 28 Dec 2022 10:27:41 GMT')).toEqual(new Date('2022-12-28T10:27:41Z'))
})

test.each([
  '',
  'Tue, 28 Dec 2022 10:27:41 GMT', // it was a Wednesday
  'Wed, 28 Dec 2022 10:27:41 UTC',
  'Wed, 28 Dec 2022 10:27:41 +00',
  'Wednesday, 28-Dec-22 10:27:41',
  '2022-12-28T10:27:41.000+00:00',
  'Fri, 31 Feb 2022 10:27:41 GMT',
])('%j is not an HTTP date', (text) => {
  expect(parseHttpDate(text)).toBeUndefined()
})

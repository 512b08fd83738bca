import { InvalidArgumentError } from 'commander'
import { expect, test } from 'vitest'
import { parseLifetime, parsePort, parseSize, parseTypes } from './units.ts'

test('a size or a time that is none says what to give', () => {
  expect(parseSize('10MB')).toBe(10_485_760)
  expect(() => parseSize('10XB')).toThrow(new InvalidArgumentError('Give bytes or a size such as 500KB, 10MB or 2GB.'))
  expect(parseLifetime('15m')).toBe(900)
  for (const text of ['0', '0m', 'soon'])
    expect(() => parseLifetime(text)).toThrow(
      new InvalidArgumentError('Give seconds or a time such as 90s, 15m, 2h or 7d.'),
    )
})

test('ports go from 0, a free one, to 65535', () => {
  expect(parsePort('0')).toBe(0)
  expect(parsePort('65535')).toBe(65_535)
  for (const text of ['65536', '-1', '', '80a', '8000.0', '1e3'])
    expect(() => parsePort(text)).toThrow(InvalidArgumentError)
})

test('types come as a list, in one option or several', () => {
  expect(parseTypes('image/PNG, video/*')).toEqual(['image/png', 'video/*'])
  expect(parseTypes('text/csv', ['image/png'])).toEqual(['image/png', 'text/csv'])
  for (const text of ['', 'png', 'image/', 'image/png,', 'a/b;c=d', '*/*', 'image/p*'])
    expect(() => parseTypes(text)).toThrow(InvalidArgumentError)
})

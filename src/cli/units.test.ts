import { InvalidArgumentError } from 'commander'
import { expect, test } from 'vitest'
import { parseLifetime, parsePort, parseSize, parseTypes } from './units.ts'

test.each([
  ['0', 0],
  ['10485760', 10_485_760],
  ['1b', 1],
  ['1B', 1],
  ['2k', 2048],
  ['10MB', 10_485_760],
  ['10 MiB', 10_485_760],
  ['5gb', 5_368_709_120],
])('the size %s is %i bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes)
})

test.each(['', 'MB', '-1', '1.5MB', '10TB', '10MBB', '1e3', '0x10', '9999999GB', '1bb'])('%j is no size', (text) => {
  expect(() => parseSize(text)).toThrow(InvalidArgumentError)
})

test.each([
  ['1', 1],
  ['90s', 90],
  ['15m', 900],
  ['2H', 7200],
  ['7d', 604_800],
])('the lifetime %s is %i seconds', (text, seconds) => {
  expect(parseLifetime(text)).toBe(seconds)
})

test.each(['', '0', '0m', '-5', '15min', '1w', '1.5h'])('%j is no lifetime', (text) => {
  expect(() => parseLifetime(text)).toThrow(InvalidArgumentError)
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

import { expect, test } from 'vitest'
import { bytesOf, lifetimeText, secondsOf, sizeText } from './units.ts'

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
  expect(bytesOf(text)).toBe(bytes)
})

test.each(['', 'MB', '-1', '1.5MB', '10TB', '10MBB', '1e3', '0x10', '9999999GB', '1bb'])('%j is no size', (text) => {
  expect(bytesOf(text)).toBeUndefined()
})

test.each([
  ['1', 1],
  ['90s', 90],
  ['15m', 900],
  ['2H', 7200],
  ['7d', 604_800],
])('the lifetime %s is %i seconds', (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds)
})

test.each(['', '-5', '15min', '1w', '1.5h'])('%j is no lifetime', (text) => {
  expect(secondsOf(text)).toBeUndefined()
})

test.each([
  [0, '0'],
  [1, '1B'],
  [1023, '1023B'],
  [1024, '1KB'],
  [10_485_760, '10MB'],
  [5_368_709_120, '5GB'],
])('%i bytes are written %s, which is read as the same', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text)
  expect(bytesOf(text)).toBe(bytes)
})

test.each([
  [1, '1s'],
  [90, '90s'],
  [600, '10m'],
  [7200, '2h'],
  [604_800, '7d'],
])('%i seconds are written %s, which is read as the same', (seconds, text) => {
  expect(lifetimeText(seconds)).toBe(text)
  expect(secondsOf(text)).toBe(seconds)
})

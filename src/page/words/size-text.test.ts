import { expect, test } from 'vitest'
import { en } from './en.ts'
import { limitText, shortSizeText, sizeText } from './size-text.ts'
import { zhCN } from './zh-cn.ts'

const cases: { bytes: number; long: string; short: string; limit: string }[] = [
  { bytes: 0, long: '0 bytes', short: '0 bytes', limit: '0 bytes' },
  { bytes: 1, long: '1 byte', short: '1 byte', limit: '1 byte' },
  { bytes: 1000, long: '1,000 bytes', short: '1,000 bytes', limit: '1 kB' },
  { bytes: 1023, long: '1,023 bytes', short: '1,023 bytes', limit: '1,023 bytes' },
  { bytes: 1024, long: '1 KiB (1,024 bytes)', short: '1 KiB', limit: '1 KiB' },
  { bytes: 10_485_760, long: '10 MiB (10,485,760 bytes)', short: '10 MiB', limit: '10 MiB' },
  { bytes: 5_368_709_120, long: '5 GiB (5,368,709,120 bytes)', short: '5 GiB', limit: '5 GiB' },
  { bytes: 1_048_576_000, long: '1,000 MiB (1,048,576,000 bytes)', short: '1,000 MiB', limit: '1,000 MiB' },
]

test.each(cases)('$bytes bytes are $long, $short, and as a limit $limit', ({ bytes, long, short, limit }) => {
  expect([sizeText(bytes, en), shortSizeText(bytes, en), limitText(bytes, en)]).toEqual([long, short, limit])
})

test('in Chinese the unit is Chinese where it is a word', () => {
  expect(sizeText(10_485_760, zhCN)).toBe('10 MiB (10,485,760 字节)')
})
